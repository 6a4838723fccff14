"""Silences in the live picture. They are the whole enterprise's: a narrowed role sees of them what stands on its alerts."""

from typing import Any

from domain.fleet.kinds import Kind
from domain.oncall.silences.model import AlertSilence

KINDS: tuple[Kind[Any], ...] = (
    Kind(of=AlertSilence, name='silence', has_ended=lambda silence: silence.retired_at is not None),
)
