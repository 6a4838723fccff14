"""Maintenance windows in words, and the rules that a form offers."""

from datetime import datetime

from domain.common.errors import Invalid
from domain.fleet.fleet import Fleet
from domain.maintenance.model import MaintenanceWindow
from domain.maintenance.recurrence import DAYS, read_rule
from domain.towers.model import Tower

NAMES = ('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday')
_NTH = {1: 'first', 2: 'second', 3: 'third', 4: 'fourth', 5: 'fifth', -1: 'last'}
ONCE, DAILY, WEEKLY, SECOND, MONTH_DAY, MONTH_WEEKDAY, LAST_WEEKDAY, OWN = (
    'once', 'daily', 'weekly', 'second', 'day', 'weekday', 'last', 'own',
)  # fmt: skip
REPEATS = {
    ONCE: 'Once',
    DAILY: 'Every day',
    WEEKLY: 'Every week on that day',
    SECOND: 'Every second week',
    MONTH_DAY: 'Every month on that date',
    MONTH_WEEKDAY: 'Every month on that weekday, such as the second Tuesday',
    LAST_WEEKDAY: 'Every month on the last such weekday',
    OWN: 'A rule of RFC 5545',
}


def rule_of(repeats: str, starts_on: str, own: str) -> str:
    """The rule for a choice; raises ``Invalid`` for a begin that cannot be read."""
    if repeats in (ONCE, OWN):
        return own if repeats == OWN else ''
    try:
        begin = datetime.fromisoformat(starts_on.strip().replace(' ', 'T'))
    except ValueError as error:
        raise Invalid('write it as 2026-11-30 01:30', field='starts_on') from error
    day = DAYS[begin.weekday()]
    return {
        DAILY: 'FREQ=DAILY',
        WEEKLY: f'FREQ=WEEKLY;BYDAY={day}',
        SECOND: f'FREQ=WEEKLY;INTERVAL=2;BYDAY={day}',
        MONTH_DAY: f'FREQ=MONTHLY;BYMONTHDAY={begin.day}',
        MONTH_WEEKDAY: f'FREQ=MONTHLY;BYDAY={(begin.day - 1) // 7 + 1}{day}',
        LAST_WEEKDAY: f'FREQ=MONTHLY;BYDAY=-1{day}',
    }[repeats]


def repeats_words(row: MaintenanceWindow) -> str:
    """``every second week on Tuesday, 01:30 (Europe/Amsterdam)``."""
    clock = f'{row.starts_on[11:]} ({row.zone})'
    if not row.rule:
        return f'once, {row.starts_on[:10]} {clock}'
    rule = read_rule(row.rule)
    unit = {'DAILY': 'day', 'WEEKLY': 'week', 'MONTHLY': 'month'}[rule.freq]
    each = f'every {unit}' if rule.interval == 1 else f'every {rule.interval} {unit}s'
    days = [f'{"the " + _NTH.get(nth, str(nth)) + " " if nth else ""}{NAMES[weekday]}' for weekday, nth in rule.days]
    days += [f'day {one}' if one > 0 else f'day {-one} from the end' for one in rule.month_days]
    on = f' on {", ".join(days)}' if days else ''
    return f'{each}{on}, {clock}'


def length_words(minutes: int) -> str:
    """``2 h 30 min``."""
    hours, rest = divmod(minutes, 60)
    return ' '.join(part for part in (f'{hours} h' if hours else '', f'{rest} min' if rest else '') if part)


def places_words(fleet: Fleet, row: MaintenanceWindow, count: int) -> str:
    """What it is of, and how many towers that is."""
    names = [one.name for id in row.towers if (one := fleet.find(Tower, id)) is not None]
    parts = [*names[:3], *([f'{len(names) - 3} more'] if len(names) > 3 else []), *row.regions, *row.operators]
    devices = f'devices with {", ".join(f"{key}={value}" for key, value in row.labels.items())}' if row.labels else ''
    if devices and not parts:
        return devices
    parts += [devices] if devices else []
    below = ', with what they cut off' if row.below else ''
    return f'{", ".join(parts) or "towers that were retired"}{below}: {count} tower{"s" if count != 1 else ""}'
