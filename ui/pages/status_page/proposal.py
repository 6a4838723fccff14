"""What an operator may tell the public of an alert, to begin with: no name from inside, no address, nothing that checks said."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.status_page.model import Impact
from ui.status_page.words import moment

_IMPACTS = {
    Severity.CRITICAL: Impact.CRITICAL,
    Severity.MAJOR: Impact.MAJOR,
    Severity.MINOR: Impact.MINOR,
    Severity.WARNING: Impact.MINOR,
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """The words and the impact with which the form begins."""

    title: str = ''
    text: str = ''
    impact: Impact = Impact.MINOR


def proposed(alert: Alert | None, components: Sequence[str]) -> Proposal:
    """For an incident of these components, by the names that the public reads; nothing without an alert."""
    if alert is None:
        return Proposal()
    what = _several(components)
    where = f' of {what}' if what else ''
    return Proposal(
        title=f'Loss of service{where}'[:120],
        text=f'Since {moment(alert.raised_at)} the service{where} is disturbed. We are looking into it, and tell more here.',
        impact=_IMPACTS.get(alert.severity, Impact.NONE),
    )


def _several(names: Sequence[str]) -> str:
    *first, last = names or ['']
    return f'{", ".join(first)} and {last}' if first else last
