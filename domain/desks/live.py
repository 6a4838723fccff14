"""Desks and views in the live picture: those of one person by their id, shared ones by a walk over the few that there are."""

from typing import Any

from domain.desks.model import Desk, View
from domain.fleet.kinds import Kind

KINDS: tuple[Kind[Any], ...] = (Kind(of=Desk), Kind(of=View, has_ended=lambda view: view.ended_at is not None))
