"""Shifts that people ask one another to take, in the live picture until they are answered."""

from typing import Any

from domain.fleet.kinds import Kind
from domain.oncall.swaps.model import SwapOffer

KINDS: tuple[Kind[Any], ...] = (Kind(of=SwapOffer, name='swap', has_ended=lambda row: row.ended_at is not None),)
