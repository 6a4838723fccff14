"""The ways in which real devices report wrongly, for ``cellwarden demo --messy``.

What an honest device would send goes in, what such a one sends comes out. None of it is a reason to show a device as gone, a tower as
down, or to overlook a cell that is not ours; docs/field.md says what is made of each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random
from typing import Any

from jobs.simulation.client import Json
from jobs.simulation.identifiers import iccid
from jobs.simulation.population import Device

_RUN = 15
"""Check-ins until a counter that is lost at each restart begins again."""
_SWAP = 20
"""Check-ins until the other SIM of a device with two is in use."""
_INT_MAX = 2**31 - 1


class Misbehaviour(StrEnum):
    """What is wrong with how a device reports."""

    CLOCK_AHEAD = 'clock_ahead'
    CLOCK_BEHIND = 'clock_behind'
    CLOCK_NEVER_SET = 'clock_never_set'
    NO_SENDING_TIME = 'no_sending_time'
    COUNTER_BEGINS_AGAIN = 'counter_begins_again'
    SENDS_TWICE = 'sends_twice'
    ODD_VALUES = 'odd_values'
    OWN_NOTATION = 'own_notation'
    NOT_KNOWN_AS_NUMBER = 'not_known_as_number'
    NUMBERS_OF_NOBODY = 'numbers_of_nobody'
    CHANGES_SIM = 'changes_sim'
    MISSPELT_NAMES = 'misspelt_names'


def misbehaviour_of(seed: int, device: int, share: float) -> Misbehaviour | None:
    """What is wrong with this device, the same for the same seed; ``share`` of all have something."""
    chance = Random(f'messy {seed} {device}')  # nosec B311 - a simulation that can be repeated
    return chance.choice(list(Misbehaviour)) if chance.random() < share else None


@dataclass(slots=True)
class Manner:
    """How one device reports; without a misbehaviour, as it should."""

    device: Device
    misbehaviour: Misbehaviour | None = None
    sent: int = 0
    """Check-ins that the server has; they choose the odd value, the SIM and the run."""

    @property
    def repeats(self) -> bool:
        """True for a device that never hears an answer, and so sends everything twice."""
        return self.misbehaviour is Misbehaviour.SENDS_TWICE

    def enrolment(self, body: Json) -> Json:
        """The body of ``POST /enrolments`` as this device writes it."""
        numbers = body['identifiers']
        if self.misbehaviour is Misbehaviour.NUMBERS_OF_NOBODY:
            body['identifiers'] = {**numbers, 'imei': '0' * 15, 'serial': 'To Be Filled By O.E.M.'}
        elif self.misbehaviour is Misbehaviour.OWN_NOTATION:
            grouped = f'{numbers["imei"][:2]}-{numbers["imei"][2:8]}-{numbers["imei"][8:14]}-{numbers["imei"][14:]}'
            body['identifiers'] = {**numbers, 'imei': grouped, 'iccid': f'{numbers["iccid"]}F'}
        return body

    def check_in(self, body: Json) -> Json:
        """The body of ``POST /checkins`` as this device writes it."""
        change = _CHANGES.get(self.misbehaviour) if self.misbehaviour is not None else None
        if change is not None:
            change(self, body)
        return body

    def delivered(self, sequence: int) -> int:
        """The number that counts as the newest after ``sequence`` was taken."""
        self.sent += 1
        return 0 if self.misbehaviour is Misbehaviour.COUNTER_BEGINS_AGAIN and sequence >= _RUN else sequence


def _moved(by: timedelta) -> Callable[[Manner, Json], None]:
    def move(manner: Manner, body: Json) -> None:
        body['observed_at'] += by
        body['sent_at'] += by

    return move


def _begun_again(manner: Manner, body: Json) -> None:
    if manner.device.number % 2:  # the other half does not know when it was started
        body['boot_id'] = f'boot {manner.sent // _RUN}'


def _without_sending_time(manner: Manner, body: Json) -> None:
    del body['sent_at']


def _odd(manner: Manner, body: Json) -> None:
    for group, name, value in _ODD[manner.sent % len(_ODD) :][:3]:
        at = body if group == 'radio' else body.get('facts') or {}
        if group in at:
            at[group] = {**at[group], name: value} if name else value


_ODD: tuple[tuple[str, str, Any], ...] = (
    ('battery', 'level', 255),
    ('radio', 'rsrp', _INT_MAX),
    ('storage', 'free_bytes', -1),
    ('uptime_s', '', 'unknown'),
    ('os', 'patch_level', 'n/a'),
    ('hardware', 'memory_bytes', '8 GB'),
    ('radio', 'sinr', 'NaN'),
    ('radio', 'pci', 70_000),
    ('security', 'rooted', 'perhaps'),
    ('network', 'hostname', 'a\u0000b'),
)


def _in_own_notation(manner: Manner, body: Json) -> None:
    """Numbers as texts, networks without their leading zeros, technologies in other words."""
    if radio := body.get('radio'):
        words = {'LTE': 'lte', 'NR': '5G NR', 'GSM': 'gsm', 'NB-IoT': 'nb_iot'}
        numbers = {name: str(radio[name]) for name in ('tac', 'cell_id', 'rsrp') if name in radio}
        body['radio'] = {
            **radio,
            **numbers,
            'rat': words.get(radio['rat'], radio['rat']),
            'mcc': int(radio['mcc']),
            'mnc': int(radio['mnc']),
        }


def _not_known(manner: Manner, body: Json) -> None:
    """Modems write 255 and the highest number of a field for what they cannot tell (3GPP TS 27.007, +CESQ)."""
    if radio := body.get('radio'):
        body['radio'] = {**radio, 'pci': 65_535, 'arfcn': 2**32 - 1, 'rsrq': 255, 'sinr': _INT_MAX}


def _other_sim(manner: Manner, body: Json) -> None:
    if manner.sent // _SWAP % 2:
        body['identifiers'] = {'iccid': iccid(99, manner.device.number + 1)}
    else:
        body['identifiers'] = {'iccid': manner.device.iccid}


def _misspelt(manner: Manner, body: Json) -> None:
    body['uptime'] = 17
    if facts := body.get('facts'):
        facts['batery'] = {'level': 50}
    if radio := body.get('radio'):
        body['radio'] = {**radio, 'rssi': -70}


_CHANGES: dict[Misbehaviour, Callable[[Manner, Json], None]] = {
    Misbehaviour.CLOCK_AHEAD: _moved(timedelta(hours=3)),
    Misbehaviour.CLOCK_BEHIND: _moved(timedelta(minutes=-47)),
    Misbehaviour.CLOCK_NEVER_SET: _moved(timedelta(days=-365 * 40)),
    Misbehaviour.NO_SENDING_TIME: _without_sending_time,
    Misbehaviour.COUNTER_BEGINS_AGAIN: _begun_again,
    Misbehaviour.ODD_VALUES: _odd,
    Misbehaviour.OWN_NOTATION: _in_own_notation,
    Misbehaviour.NOT_KNOWN_AS_NUMBER: _not_known,
    Misbehaviour.CHANGES_SIM: _other_sim,
    Misbehaviour.MISSPELT_NAMES: _misspelt,
}
