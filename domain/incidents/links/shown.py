"""What of an incident the holder of a link reads: nothing that its maker did not choose."""

from collections.abc import Iterator

from domain.alerts.model import Alert
from domain.incidents.links.model import IncidentLink, SharedIncident, SharedPart, SharedStep
from domain.incidents.model import Incident

MOST_SHOWN = 100
"""Sites, steps and notes."""


def shared(incident: Incident, link: IncidentLink) -> SharedIncident:
    """The incident as this link shows it."""
    root, chosen = incident.root, set(link.parts)
    called = _called([branch.alert for branch in incident.tree], with_names=SharedPart.NAMES in chosen)
    has_devices = SharedPart.DEVICES in chosen
    levels = incident.by_criticality() if has_devices else {}
    has_steps, has_notes = SharedPart.TIMELINE in chosen, SharedPart.NOTES in chosen
    return SharedIncident(
        title=link.title,
        began_at=root.raised_at,
        ended_at=root.cleared_at,
        at=incident.now,
        severity=root.peak_severity,
        sites=len(called),
        cause=root.probable_cause.value if SharedPart.CAUSE in chosen else '',
        devices=max(root.peak_devices, len(incident.hurt)) if has_devices else None,
        by_criticality=tuple((level.value, count) for level, count in levels.items()),
        missing=len(incident.missing) if has_devices and incident.cuts_off else None,
        concerned=tuple(called.values())[:MOST_SHOWN] if SharedPart.NAMES in chosen else (),
        steps=tuple(sorted(_steps(incident, called), key=lambda step: (step.at, step.is_over)))[:MOST_SHOWN]
        if has_steps
        else (),
        notes=tuple((one.at, one.text) for one in root.comments)[-MOST_SHOWN:] if has_notes else (),
    )


def _called(alerts: list[Alert], *, with_names: bool) -> dict[tuple[str, str], str]:
    """What its alerts are about, each once: by name, or numbered by kind."""
    found: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    for alert in alerts:
        key = (alert.object_kind, alert.object_id)
        if key not in found:
            counts[alert.object_kind] = counts.get(alert.object_kind, 0) + 1
            number = f'{_KINDS.get(alert.object_kind, "Part")} {counts[alert.object_kind]}'
            found[key] = alert.object_name if with_names else number
    return found


_KINDS = {'tower': 'Site', 'device': 'Device'}


def _steps(incident: Incident, called: dict[tuple[str, str], str]) -> Iterator[SharedStep]:
    for branch in incident.tree:
        alert = branch.alert
        what = called[alert.object_kind, alert.object_id]
        yield SharedStep(alert.raised_at, what, is_over=False)
        if alert.cleared_at is not None:
            yield SharedStep(alert.cleared_at, what, is_over=True)
