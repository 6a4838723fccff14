"""Enrolments, devices that wait for approval, and enrolment tokens in JSON."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from domain.cellular.identifiers import Identifiers
from domain.common.reading import OddValue
from domain.devices.model import Criticality, Device, DeviceKind
from domain.enrolment.claims import place_of, rivals_of
from domain.enrolment.model import Credential, Place
from domain.fleet.fleet import Fleet
from domain.tokens.model import Token, TokenState
from ui.api.devices.schemas import NEW_DEVICE
from ui.api.http.fields import DAY_S, Time, time_text
from ui.api.http.refs import DEVICE_REF, Ref
from ui.api.http.schema import Schema
from ui.api.tokens.schemas import token_fields


class EnrolmentAnswer(Struct, frozen=True):
    """``credential`` is told this once; the next check-in has a number above ``sequence``. ``ignored`` names identifiers that could not
    be read (a device that has no other is refused) and fields that there are not.

    Without ``approved`` a person or program has to let the device in first: until then its check-ins are answered with 403, "Waiting
    for approval", and a ``Retry-After``.
    """

    device_id: str
    credential: str
    interval_s: int
    sequence: int
    enterprise: Ref
    approved: bool
    ignored: tuple[OddValue, ...] = ()


ENROLMENT_ANSWER = Schema(
    EnrolmentAnswer,
    {
        'device_id': DEVICE_REF['id'],
        'credential': 'cwd_…',
        'interval_s': 60,
        'sequence': 0,
        'enterprise': {'id': '01KAPX4S0FY2P7Q1T6V3X5M9AC', 'name': 'Port of Delft'},
        'approved': True,
        'ignored': [
            {'field': 'identifiers.msisdn', 'detail': 'write the number as + and 7 to 15 digits (ITU-T E.164)'}
        ],
    },
)


class RotationAnswer(Struct, frozen=True):
    """The new ``credential``, told this once; the former one opens until this one was used."""

    credential: str


ROTATION_ANSWER = Schema(RotationAnswer, {'credential': 'cwd_…'})


class Candidate(Struct, frozen=True):
    """A device that a waiting one may be, by these ``identifiers`` that it has as well."""

    device: Ref
    identifiers: tuple[str, ...]


class WaitingDevice(Struct, kw_only=True, frozen=True):
    """A device that waits for approval. ``place`` is what it asks for: a ``new`` one, one that is ``known`` by its IMEI or
    serial number, or one that is ``in_use``, whose device is locked out by the approval. An ``ambiguous`` one shows numbers that name
    other devices, its ``candidates``: the approval says which it is."""

    device: Ref
    kind: DeviceKind
    criticality: Criticality
    labels: Mapping[str, str]
    identifiers: Identifiers
    place: Place
    asked_at: Time
    candidates: tuple[Candidate, ...] = ()


WAITING_DEVICE = Schema(
    WaitingDevice,
    {
        'device': DEVICE_REF,
        'kind': 'tablet',
        'criticality': 'normal',
        'labels': {'site': 'port-1'},
        'identifiers': NEW_DEVICE.example['identifiers'],
        'place': 'ambiguous',
        'asked_at': '2026-11-22T07:41:10.512Z',
        'candidates': [
            {'device': {'id': '01KAPX4S2C8N5R0T7W9Y3B6EFH', 'name': 'crane-118'}, 'identifiers': ['imei']},
            {'device': {'id': '01KAPX4S2M4Q1V6X8Z0C5D7GJK', 'name': 'crane-119'}, 'identifiers': ['serial']},
        ],
    },
)


def waiting_device(fleet: Fleet, credential: Credential) -> WaitingDevice:
    """A device that waits, by the credential that is not approved yet."""
    device = fleet[Device][credential.id]
    return WaitingDevice(
        device=Ref(device.id, device.name),
        kind=device.kind,
        criticality=device.criticality,
        labels=device.labels,
        identifiers=device.identifiers,
        place=place_of(fleet, credential),
        asked_at=time_text(credential.created_at),
        candidates=tuple(
            Candidate(Ref(id, fleet[Device][id].name), names) for id, names in rivals_of(fleet, device).items()
        )
        if credential.previous is None
        else (),
    )


class EnrolmentApproval(Struct, frozen=True):
    """Which request is approved: ``asked_at`` as it was read, so that a newer request for the same place is not let in.
    With ``criticality`` the device has that one from now on; without, the one that it has. An ``ambiguous`` one has to be told apart:
    ``device`` is one of its ``candidates``, which the machine then is and which is answered, or its own id for a device of its own."""

    asked_at: datetime | None = None
    criticality: Criticality | None = None
    device: str | None = None


ENROLMENT_APPROVAL = Schema(EnrolmentApproval, {'asked_at': '2026-11-22T08:00:00.000Z', 'criticality': 'high'})


class EnrolmentRefusal(Struct, frozen=True):
    """Why a device is turned away, for the audit trail."""

    because: str = ''


ENROLMENT_REFUSAL = Schema(EnrolmentRefusal, {'because': 'nobody here knows this tablet'})


class EnrolmentToken(Struct, kw_only=True, frozen=True):
    """A token that lets devices in, without its secret, of which ``beginning`` is how it begins. ``uses_left`` is null for any number.

    It confers ``labels`` and, unless it is null, ``criticality``; with ``approval`` each device has to be let in; with ``replaces`` a
    device in use may be replaced by it.
    """

    id: str
    name: str
    beginning: str
    state: TokenState
    labels: Mapping[str, str]
    criticality: Criticality | None
    approval: bool
    replaces: bool
    uses_left: int | None
    created_at: Time
    created_by: str
    expires_at: Time | None
    used_at: Time | None
    used_from: str


ENROLMENT_TOKEN = Schema(
    EnrolmentToken,
    {
        'id': '01KAPXCH7MR1T5Z9A4D8F0W7JN',
        'name': 'Cranes, port 1',
        'beginning': 'cwe_9fQk',
        'state': 'valid',
        'labels': {'site': 'port-1'},
        'criticality': 'high',
        'approval': True,
        'replaces': False,
        'uses_left': 18,
        'created_at': '2026-11-20T08:00:00.000Z',
        'created_by': 'Ana Admin',
        'expires_at': '2026-11-27T08:00:00.000Z',
        'used_at': '2026-11-22T07:41:10.512Z',
        'used_from': '203.0.113.7',
    },
)


def enrolment_token(token: Token, now: float) -> EnrolmentToken:
    """A token that lets devices in."""
    return EnrolmentToken(
        **token_fields(token),
        state=token.state(now),
        labels=token.labels,
        criticality=Criticality(token.criticality) if token.criticality else None,
        approval=token.approval,
        replaces=token.replaces,
        uses_left=token.uses_left,
    )


class NewEnrolmentToken(Struct, kw_only=True, frozen=True):
    """What a token is to be: for one device and one day unless said otherwise. ``uses`` null means any number of devices."""

    name: str
    uses: int | None = 1
    expires_in_s: float = DAY_S
    labels: Mapping[str, str] = {}
    criticality: Criticality | None = None
    approval: bool = False
    replaces: bool = False


NEW_ENROLMENT_TOKEN = Schema(
    NewEnrolmentToken,
    {
        'name': 'Cranes, port 1',
        'uses': 20,
        'expires_in_s': 604800,
        'labels': {'site': 'port-1'},
        'criticality': 'high',
        'approval': True,
        'replaces': False,
    },
)


class NewEnrolmentTokenAnswer(Struct, frozen=True):
    """The token and its secret, told this once."""

    token: EnrolmentToken
    secret: str


NEW_ENROLMENT_TOKEN_ANSWER = Schema(
    NewEnrolmentTokenAnswer,
    {'token': ENROLMENT_TOKEN.example, 'secret': 'cwe_9fQk…'},  # nosec B105 - an example
)
