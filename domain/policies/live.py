"""Policies and violations in the live picture."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index, Kind, Visible
from domain.fleet.scoped import ScopedFleet
from domain.policies.alerts import NOT_ASKED
from domain.policies.listing.columns import ViolationColumns, visible_ids
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.rules.language import Rule, RuleError


class PolicyRevision(Index):
    """A number that rises with every saved or retired policy, so that what was compiled is known to be old."""

    def __init__(self, fleet: Fleet) -> None:
        self.number = 0

    def moved(self, before: Policy | None, after: Policy | None) -> None:
        """A policy was saved or retired."""
        self.number += 1

    def narrowed(self, part: ScopedFleet) -> 'PolicyRevision':
        """Policies are the whole enterprise's."""
        return part.whole.index(PolicyRevision)


def rule_trouble(fleet: Fleet, policy_id: str) -> str:
    """Why a policy's rule is not asked; empty for one that is. It is the whole enterprise's matter."""
    whole = fleet.whole if isinstance(fleet, ScopedFleet) else fleet
    return alert.detail if (alert := NOT_ASKED.open_in(whole, policy_id)) is not None else ''


@lru_cache(2048)
def rule_doubt(rule: str) -> str:
    """What a rule that was stored before comparisons were looked at cannot mean, with line and column; empty for all others."""
    try:
        doubt = Rule(rule, stored=True).doubt
    except RuleError:  # it is not asked at all: its trouble
        return ''
    return '' if doubt is None else str(doubt)


def _narrow(part: ScopedFleet, violation: Violation) -> Violation:
    """The tower that served the device when it began may be out of sight by now."""
    tower = violation.tower
    return violation if tower is None or part.sight.tower(tower) else replace(violation, tower=None)


KINDS: tuple[Kind[Any], ...] = (
    Kind(
        of=Policy,
        name='policy',
        has_ended=lambda policy: policy.retired_at is not None,
        indexes=(PolicyRevision,),
        visible=Visible(ids=lambda part: part.whole[Policy], sees=lambda part, policy: True, in_history=False),
    ),
    Kind(
        of=Violation,
        has_ended=lambda violation: violation.cleared_at is not None,
        indexes=(ViolationColumns,),
        visible=Visible(
            ids=lambda part: part.once('violations', lambda: visible_ids(part)),
            count=lambda part: part.index(ViolationColumns).count(),
            sees=lambda part, violation: part.sight.device(violation.device),
            narrow=_narrow,
        ),
    ),
)
