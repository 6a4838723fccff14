"""The list of policies."""

from collections.abc import Iterator
from typing import Any, ClassVar

from domain.devices.compliance import ANSWERED, Compliance
from domain.devices.listing.counters import StatusCounters
from domain.devices.model import DeviceState
from domain.fleet.fleet import Fleet
from domain.policies.live import rule_doubt, rule_trouble
from domain.policies.model import Policy
from ui.durations import sentence
from ui.live.channel import News
from ui.sentences.compliance import compliance_words
from ui.topics.window import ListTopic

_SEVERITIES = {name: index for index, name in enumerate(('critical', 'major', 'minor', 'warning'))}


def policy_row(fleet: Fleet, policy: Policy) -> dict[str, Any]:
    """What a list shows of a policy. ``judged`` devices have an answer; the shares are of those of them that are heard from within their
    interval, ``None`` when there are none."""
    tally = fleet.index(StatusCounters).by_policy[policy.id]
    counts = {status.value: tally[status] for status in (*ANSWERED, Compliance.UNKNOWN, Compliance.NOT_APPLICABLE)}
    heard = fleet.index(StatusCounters).heard_by_policy[policy.id]
    judged, present = sum(counts[status] for status in ANSWERED), sum(heard[status] for status in ANSWERED)
    return {
        'id': policy.id,
        'name': policy.name,
        'description': policy.description,
        'severity': policy.severity,
        'severity_order': _SEVERITIES.get(policy.severity, 9),
        'mode': policy.mode,
        'rule': policy.rule,
        'kinds': ', '.join(policy.selector.kinds) or 'all kinds',
        'labels': dict(policy.selector.labels),
        'judged': judged,
        'broken_of': f'{counts["violating"]:,} of {judged:,}' if judged else None,
        'compliant': counts['compliant'],
        'violating': counts['violating'],
        'excused': counts['excused'],
        'unknown': counts['unknown'],
        'not_applicable': counts['not_applicable'],
        'heard': present,
        'share': 100 * heard[Compliance.COMPLIANT] / present if present else None,
        'broken_share': 100 * heard[Compliance.VIOLATING] / present if present else None,
        'compliance_words': compliance_words(counts, heard),
        'counts': counts,
        'grace_s': policy.grace_s,
        'version': policy.version,
        'changed_at': policy.changed_at,
        'trouble': rule_trouble(fleet, policy.id) or None,
        'doubt': sentence(doubt) if (doubt := rule_doubt(policy.rule)) else None,
    }


class PoliciesTopic(ListTopic):
    """All policies, the most broken first unless asked otherwise."""

    kinds = (Policy, DeviceState)
    sorts: ClassVar[dict[str, str]] = {
        name: name
        for name in ('name', 'mode', 'judged', 'compliant', 'violating', 'unknown', 'excused', 'share', 'changed_at')
    } | {'severity': 'severity_order'}
    filters = ('severity', 'mode')
    searched = ('name', 'description', 'rule')
    default = '-violating'

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._tallies: Any = None
        self._troubled: set[str] = set()

    def concerned(self, news: News) -> bool:
        """True when a policy changed or a tally moved."""
        counters = self.fleet.index(StatusCounters)
        tallies = {
            policy: (dict(counters.by_policy[policy]), dict(counters.heard_by_policy[policy]))
            for policy in self.fleet[Policy]
        }
        moved, self._tallies = tallies != self._tallies, tallies
        troubled = {policy for policy in self.fleet[Policy] if rule_trouble(self.fleet, policy)}
        moved, self._troubled = moved or troubled != self._troubled, troubled
        return moved or bool(news.of(Policy))

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per policy."""
        return (policy_row(self.fleet, policy) for policy in self.fleet[Policy].values())
