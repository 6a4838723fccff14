"""Measurements are no part of the live picture: they go by the way of all changes and are read from the store."""

from typing import Any

from domain.fleet.kinds import Kind
from domain.measurements.model import Measurement

KINDS: tuple[Kind[Any], ...] = (Kind(of=Measurement, has_ended=lambda row: True, is_kept=False),)
