"""Shifts that were handed over, in the live picture. They tell of the whole enterprise: a narrowed role sees none."""

from typing import Any

from domain.fleet.kinds import Kind
from domain.triage.model import Handover

KINDS: tuple[Kind[Any], ...] = (Kind(of=Handover, has_ended=lambda row: row.ended_at is not None),)
