"""Check-ins and their answers in JSON."""

from collections.abc import Mapping
from dataclasses import field

from msgspec import Struct

from domain.cellular.names import Renamed
from domain.checkins.model import Accepted, CheckIn
from domain.common.reading import OddValue
from domain.common.rows import made_often
from domain.devices.actions import Action
from domain.enforcement.model import Command
from ui.api.devices.schemas import FACTS, RADIO
from ui.api.enforcement.schemas import COMMAND
from ui.api.http.fields import Time, time_text
from ui.api.http.refs import DEVICE_REF
from ui.api.http.schema import Schema

CHECK_IN = Schema(
    CheckIn,
    {
        'sequence': 17,
        'observed_at': '2026-11-22T08:00:00Z',
        'sent_at': '2026-11-22T08:00:01Z',
        'facts': FACTS,
        'radio': RADIO,
        'identifiers': {'iccid': '8931086416018044112', 'imsi': '204080123456789', 'msisdn': None},
    },
)


@made_often(frozen=True, slots=True)
class DeviceCheckIn(CheckIn):
    """A check-in in a collector's batch: ``device`` is the id of the device it is about."""

    device: str = field(kw_only=True)


DEVICE_CHECK_IN = Schema(DeviceCheckIn, {'device': DEVICE_REF['id'], **CHECK_IN.example})


class CommandOrder(Struct, frozen=True):
    """A command as the device gets it; the answer goes to ``POST /commands/{id}/result``."""

    id: str
    action: Action
    reason: str
    requested_at: Time


_ORDER = {name: COMMAND.example[name] for name in ('id', 'action', 'reason', 'requested_at')}


def order(row: Command) -> CommandOrder:
    """A command as its device gets it."""
    return CommandOrder(row.id, row.action, row.reason, time_text(row.requested_at))


class CheckInAnswer(Struct, frozen=True):
    """What became of a check-in; the commands are to be carried out and answered, they are repeated until then. Values that could not be
    kept are ``ignored``, the rest of the check-in was taken; ``renamed`` are those that were taken under another name."""

    accepted: Accepted
    received_at: Time
    interval_s: int
    commands: tuple[CommandOrder, ...]
    ignored: tuple[OddValue, ...] = ()
    renamed: tuple[Renamed, ...] = ()


_IGNORED = {'field': 'radio.tac', 'detail': 'must be between 0 and 65535 on LTE, is 2147483647'}
_RENAMED = {'field': 'radio.lac', 'read_as': 'radio.tac'}
CHECK_IN_ANSWER = Schema(
    CheckInAnswer,
    {
        'accepted': 'current',
        'received_at': '2026-11-22T08:00:01.118Z',
        'interval_s': 60,
        'commands': [_ORDER],
        'ignored': [_IGNORED],
        'renamed': [_RENAMED],
    },
)


class RejectedLine(Struct, frozen=True):
    """An item of a batch that was not taken; ``line`` counts from 1."""

    line: int
    title: str
    detail: str
    field: str | None


class IgnoredValue(Struct, frozen=True):
    """A value that was left out of an item of a batch, which was taken otherwise; ``line`` counts from 1."""

    line: int
    field: str
    detail: str


class RenamedValue(Struct, frozen=True):
    """A value of an item of a batch that was taken for what is called ``read_as`` here; ``line`` counts from 1."""

    line: int
    field: str
    read_as: str


class BatchAnswer(Struct, frozen=True):
    """How many were taken, which were not, the commands of the devices that have some, and the values that were left out or
    taken under another name."""

    accepted: int
    rejected: tuple[RejectedLine, ...]
    commands: Mapping[str, tuple[CommandOrder, ...]]
    ignored: tuple[IgnoredValue, ...] = ()
    renamed: tuple[RenamedValue, ...] = ()


BATCH_ANSWER = Schema(
    BatchAnswer,
    {
        'accepted': 2,
        'rejected': [{'line': 3, 'title': 'Invalid value', 'detail': 'is missing', 'field': 'observed_at'}],
        'commands': {DEVICE_REF['id']: [_ORDER]},
        'ignored': [{'line': 1, **_IGNORED}],
        'renamed': [{'line': 2, **_RENAMED}],
    },
)
