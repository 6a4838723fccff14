"""What the journal tells of alerts, and what lists say of them, in words."""

import re

from domain.alert_rules.alerts import rule_that_raised
from domain.alerts.events import (
    AlertAcknowledged,
    AlertAssigned,
    AlertAttached,
    AlertCleared,
    AlertCommented,
    AlertDetached,
    AlertFlapping,
    AlertMarkedFalse,
    AlertPartDetached,
    AlertRaised,
    AlertResumed,
    AlertRuleSaved,
    AlertSilenced,
    AlertSnoozed,
    AlertUnacknowledged,
    AlertWorsened,
)
from domain.alerts.model import Alert
from domain.alerts.rule import AlertRule
from domain.devices import alerts as devices
from domain.enforcement import alerts as enforcement
from domain.enrolment import alerts as enrolment
from domain.policies import alerts as policies
from domain.silence import alerts as silence
from domain.towers import alerts as towers
from ui.durations import counted, lasted
from ui.sentences.fields import labels_of
from ui.sentences.words import Said, Sentences

_RULES = tuple(
    rule
    for noun in (devices, enforcement, enrolment, policies, silence, towers)
    for rule in vars(noun).values()
    if isinstance(rule, AlertRule) and rule.past is not None
)


_SAID = tuple((re.compile(re.sub(r'\\{\w+\\}', '.*', re.escape(rule.problem))), rule) for rule in _RULES)


def problem_of(alert: Alert) -> str:
    """What is wrong, or was: "Waalhaven is down", "Waalhaven was down"."""
    if not alert.is_over:
        return alert.problem
    raised = rule_that_raised(alert)
    return raised.words(alert) if raised is not None else alert.problem


def recovery_of(alert: Alert) -> str:
    """How far the cause is gone, empty while it is there: "up, 4 of 14 devices not heard from yet"."""
    if not alert.recovery:
        return ''
    if not alert.missing:
        if not alert.is_open:
            return ''
        return (
            f'{alert.recovery}, its devices are waited for' if alert.held_since is not None else f'now {alert.recovery}'
        )
    of = f'{alert.missing} of {counted(alert.awaited or alert.missing, "device")}'
    if alert.is_open:
        return f'{alert.recovery}, {of} not heard from yet'
    return f'{alert.recovery} again, {of} had not been heard from'


def _raised(entry: AlertRaised) -> Said:
    problem, name = entry.problem, entry.subject.name
    if problem.startswith(f'{name} '):
        return 'severity', entry.severity, problem.removeprefix(f'{name} '), f'{entry.severity} alert · {entry.detail}'
    return 'severity', entry.severity, f'alert: {problem}', entry.detail


def _worsened(entry: AlertWorsened) -> Said:
    parts = []
    if entry.severity != entry.before:
        parts.append(f'{entry.severity}, was {entry.before}')
    if entry.devices > entry.devices_before:
        parts.append(f'{counted(entry.devices, "device")}, were {entry.devices_before:,}')
    if entry.detail:
        parts.append(entry.detail)
    if entry.acknowledged_by:
        parts.append(f'acknowledged by {entry.acknowledged_by} before, open again')
    what = 'alert is back' if entry.again else 'alert got worse'
    return 'severity', entry.severity, f'{what}: {entry.problem}', ' · '.join(parts)


def _acknowledged(entry: AlertAcknowledged) -> Said:
    ends = f'for {lasted(entry.until - entry.at)}' if entry.until is not None else ''
    why = ' · '.join(part for part in (entry.severity, ends, entry.comment) if part)
    return 'severity', 'indeterminate', f'alert acknowledged: {entry.problem}', why


def _unacknowledged(entry: AlertUnacknowledged) -> Said:
    why = f'{entry.acknowledged_by} had acknowledged it' if entry.acknowledged_by not in ('', entry.by) else ''
    return 'severity', 'indeterminate', f'alert is open again, acknowledgement taken back: {entry.problem}', why


def _commented(entry: AlertCommented) -> Said:
    return 'severity', 'indeterminate', f'comment on {entry.problem}', entry.text


def _cleared(entry: AlertCleared) -> Said:
    parts = [f'lasted {lasted(entry.open_s)}']
    if entry.severity:
        parts.append(f'{entry.severity} at its worst')
    if entry.missing:
        parts.append(f'{counted(entry.missing, "device")} not heard from')
    rule = next((rule for said, rule in _SAID if said.fullmatch(entry.problem)), None)
    problem = rule.in_the_past(entry.problem) if rule is not None else entry.problem
    return 'severity', 'cleared', f'alert cleared: {problem}', ', '.join(parts)


def _flapping(entry: AlertFlapping) -> Said:
    return (
        'severity',
        entry.severity,
        f'alert flaps: {entry.problem}',
        'it comes and goes, its turns are not told any more',
    )


def _attached(entry: AlertAttached) -> Said:
    return 'severity', 'indeterminate', f'alert is part of an outage: {entry.problem}', entry.because


def _detached(entry: AlertDetached) -> Said:
    why = f'no part of “{entry.because}”' if entry.because else ''
    return 'severity', 'indeterminate', f'alert stands by itself: {entry.problem}', why


def _part_detached(entry: AlertPartDetached) -> Said:
    why = f'“{entry.because}” stands by itself' if entry.because else ''
    return 'severity', 'indeterminate', f'alert has a part less: {entry.problem}', why


def _assigned(entry: AlertAssigned) -> Said:
    before = f'{entry.before} had it before' if entry.before and entry.before != entry.name else ''
    if not entry.name:
        return 'severity', 'indeterminate', f'nobody has the alert: {entry.problem}', before
    what = f'{entry.name} has the alert' if entry.name == entry.by else f'alert is assigned to {entry.name}'
    return 'severity', 'indeterminate', f'{what}: {entry.problem}', before


def _snoozed(entry: AlertSnoozed) -> Said:
    why = ' · '.join(part for part in (f'for {lasted(entry.until - entry.at)}', entry.reason) if part)
    return 'severity', 'indeterminate', f'alert snoozed: {entry.problem}', why


def _silenced(entry: AlertSilenced) -> Said:
    why = ' · '.join(part for part in (f'for {lasted(entry.until - entry.at)}', entry.of, entry.reason) if part)
    return 'severity', 'indeterminate', f'alert is silenced: {entry.problem}', why


def _resumed(entry: AlertResumed) -> Said:
    whose = f'the {entry.ended} of {entry.of} is over' if entry.of else f'the {entry.ended} is over'
    return 'severity', entry.severity, f'alert waits for a person again: {entry.problem}', whose


def _marked_false(entry: AlertMarkedFalse) -> Said:
    what = 'alert was no false alarm' if entry.taken_back else 'alert marked as a false alarm'
    return 'severity', 'indeterminate', f'{what}: {entry.problem}', entry.reason


def _rule_saved(entry: AlertRuleSaved) -> Said:
    closed = f', which closed {counted(entry.closed, "open alert")}' if entry.closed else ''
    if not entry.enabled:
        return 'severity', 'minor', f'was switched off{closed}', entry.reason
    return (
        'severity',
        'indeterminate',
        f'was changed{closed}',
        labels_of(entry.changes, entry.subject.kind),
    )


SENTENCES: Sentences = {
    AlertRuleSaved: _rule_saved,
    AlertAssigned: _assigned,
    AlertDetached: _detached,
    AlertPartDetached: _part_detached,
    AlertMarkedFalse: _marked_false,
    AlertResumed: _resumed,
    AlertSilenced: _silenced,
    AlertSnoozed: _snoozed,
    AlertFlapping: _flapping,
    AlertAttached: _attached,
    AlertRaised: _raised,
    AlertWorsened: _worsened,
    AlertAcknowledged: _acknowledged,
    AlertUnacknowledged: _unacknowledged,
    AlertCommented: _commented,
    AlertCleared: _cleared,
}
