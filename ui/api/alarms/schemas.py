"""Alerts in the shape of TM Forum's Alarm Management API (TMF642, resource ``Alarm``)."""

from collections.abc import Mapping
from itertools import islice
from typing import Literal

from msgspec import Struct

from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.devices.live import state_of
from domain.devices.model import Device
from domain.fleet.fleet import Fleet
from domain.incidents.hurt import hurt_by
from domain.incidents.model import Hurt
from domain.maintenance.covering import works_on
from domain.towers.model import Tower, TowerState, TowerStatus
from domain.triage.alarm_tasks import signed
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.route import PREFIX
from ui.api.http.schema import Schema

HREF = f'{PREFIX}/tmf642/alarm'
SYSTEM = 'cellwarden'
MOST_SERVICES = 100
"""Devices that an alarm names, the most critical first; it says how many there are."""


_TYPED = {'type_': '@type', 'referred': '@referredType'}


class AlarmRef(Struct, frozen=True, rename=_TYPED):
    """Another alarm."""

    id: str
    href: str
    type_: str = 'AlarmRef'


class AlarmedObject(Struct, kw_only=True, frozen=True, omit_defaults=True, rename=_TYPED):
    """What the alarm is about; its name is an addition."""

    id: str
    href: str | None = None
    name: str
    referred: str


class AffectedService(Struct, kw_only=True, frozen=True, rename=_TYPED):
    """A device that the alarm hurts, with its labels and how critical it is, which are additions."""

    id: str
    href: str
    name: str
    referred: str
    criticality: str
    labels: Mapping[str, str]


class AlarmComment(Struct, kw_only=True, frozen=True):
    """What a person or program had to say to the alarm, also when it acknowledged it."""

    comment: str
    time: Time
    userId: str  # noqa: N815 (names of TMF642)
    systemId: str  # noqa: N815


class AlarmPlace(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Where it is: the region, and as additions WGS 84 in degrees."""

    role: str
    name: str
    latitude: float | None = None
    longitude: float | None = None


class Alarm(Struct, kw_only=True, frozen=True, omit_defaults=True, rename=_TYPED):
    """An alert in TMF642's own names. ``perceivedSeverity`` of one that is over is ``cleared``; ``peakSeverity``, ``firstProblem`` and the
    counts of devices are additions, as TMF630 allows. What has no value is left out: the standard knows no null."""

    id: str
    href: str
    externalAlarmId: str  # noqa: N815
    type_: str
    alarmType: str  # noqa: N815
    perceivedSeverity: str  # noqa: N815
    peakSeverity: str  # noqa: N815
    probableCause: str  # noqa: N815
    specificProblem: str  # noqa: N815
    firstProblem: str  # noqa: N815
    alarmDetails: str  # noqa: N815
    state: str
    ackState: str  # noqa: N815
    ackUserId: str | None = None  # noqa: N815
    ackSystemId: str | None = None  # noqa: N815
    alarmRaisedTime: Time  # noqa: N815
    alarmReportingTime: Time | None = None  # noqa: N815
    alarmChangedTime: Time  # noqa: N815
    alarmClearedTime: Time | None = None  # noqa: N815
    clearSystemId: str | None = None  # noqa: N815
    alarmedObject: AlarmedObject  # noqa: N815
    alarmedObjectType: str  # noqa: N815
    isRootCause: bool  # noqa: N815
    parentAlarm: tuple[AlarmRef, ...]  # noqa: N815
    correlatedAlarm: tuple[AlarmRef, ...]  # noqa: N815
    correlatedCount: int  # noqa: N815
    plannedOutageIndicator: str  # noqa: N815
    serviceAffecting: bool  # noqa: N815
    affectedService: tuple[AffectedService, ...]  # noqa: N815
    affectedDevices: int  # noqa: N815
    peakAffectedDevices: int  # noqa: N815
    missingDevices: int | None = None  # noqa: N815
    place: tuple[AlarmPlace, ...]
    comment: tuple[AlarmComment, ...]
    sourceSystemId: str  # noqa: N815
    reportingSystemId: str  # noqa: N815


_ID = '01KAPXBG6KQ0S4Y8Z3C7E9V6HM'
ALARM = Schema(
    Alarm,
    {
        'id': _ID,
        'href': f'{HREF}/{_ID}',
        'externalAlarmId': 'tower/01KAPX0A7C3E5G9J1M4P6R8T0V',
        '@type': 'Alarm',
        'alarmType': 'communicationsAlarm',
        'perceivedSeverity': 'major',
        'peakSeverity': 'major',
        'probableCause': 'lossOfSignal',
        'specificProblem': 'Maasvlakte-Hub is down',
        'firstProblem': 'Maasvlakte-Hub is down',
        'alarmDetails': 'TCP 10.20.0.7:36412: refused',
        'state': 'raised',
        'ackState': 'unacknowledged',
        'alarmRaisedTime': '2026-11-22T08:00:00.000Z',
        'alarmReportingTime': '2026-11-22T08:00:10.000Z',
        'alarmChangedTime': '2026-11-22T08:00:10.000Z',
        'alarmedObject': {
            '@referredType': 'Tower',
            'id': '01KAPX0A7C3E5G9J1M4P6R8T0V',
            'href': '/api/v1/towers/01KAPX0A7C3E5G9J1M4P6R8T0V',
            'name': 'Maasvlakte-Hub',
        },
        'alarmedObjectType': 'tower',
        'isRootCause': True,
        'parentAlarm': [],
        'correlatedAlarm': [
            {
                'id': '01KAPXBHYW7T9Q3N5K1J8F6D2B',
                'href': f'{HREF}/01KAPXBHYW7T9Q3N5K1J8F6D2B',
                '@type': 'AlarmRef',
            },
        ],
        'correlatedCount': 1,
        'plannedOutageIndicator': 'InService',
        'serviceAffecting': True,
        'affectedService': [
            {
                'id': '01KAPXBG6KQ0S4Y8Z3C7E9V6HD',
                'href': '/api/v1/devices/01KAPXBG6KQ0S4Y8Z3C7E9V6HD',
                'name': 'crane-117',
                '@referredType': 'Device',
                'criticality': 'vital',
                'labels': {'site': 'port-1'},
            }
        ],
        'affectedDevices': 214,
        'peakAffectedDevices': 214,
        'place': [{'role': 'site', 'name': 'Rotterdam', 'latitude': 51.9512, 'longitude': 4.0404}],
        'comment': [],
        'sourceSystemId': 'cellwarden',
        'reportingSystemId': 'cellwarden',
    },
)


class AlarmWords(Struct, kw_only=True, frozen=True, rename=_TYPED):
    """What is said to an alarm, and whom the program says it for. When that was is known here."""

    comment: str
    userId: str = ''  # noqa: N815 (names of TMF642)
    systemId: str = ''  # noqa: N815
    time: str = ''
    type_: str = ''

    @property
    def signed(self) -> str:
        """The words, and whom they are of."""
        return signed(self.comment, self.userId, self.systemId)


class AlarmUpdate(Struct, kw_only=True, frozen=True, rename=_TYPED):
    """What a program may change of an alarm. Who acknowledges is the program that asks; ``ackUserId`` is whom it asks for."""

    ackState: Literal['acknowledged', 'unacknowledged'] | None = None  # noqa: N815
    ackUserId: str = ''  # noqa: N815
    ackSystemId: str = ''  # noqa: N815
    comment: tuple[AlarmWords, ...] = ()
    type_: str = ''


ALARM_UPDATE = Schema(AlarmUpdate, {'ackState': 'acknowledged', 'comment': [{'comment': 'a crew is on its way'}]})
_PLURALS: Mapping[str, str] = {'device': 'devices', 'tower': 'towers', 'policy': 'policies'}


def alarm(fleet: Fleet, row: Alert, children: tuple[str, ...] = ()) -> Alarm:
    """An alert as TMF642 has it; ``children`` are ids of those that it explains."""
    plural = _PLURALS.get(row.object_kind)
    tower = fleet[Tower].get(row.object_id) if row.object_kind == 'tower' else None
    state = fleet[TowerState].get(row.object_id) if tower is not None else None
    changed = 'updated' if row.changed_at > (row.told_at or row.raised_at) else 'raised'
    return Alarm(
        id=row.id,
        href=f'{HREF}/{row.id}',
        externalAlarmId=row.key,
        type_='Alarm',
        alarmType=row.alarm_type,
        perceivedSeverity=row.severity if row.is_open else Severity.CLEARED,
        peakSeverity=row.peak_severity,
        probableCause=row.probable_cause,
        specificProblem=row.problem,
        firstProblem=row.first_problem,
        alarmDetails=row.detail,
        state=changed if row.is_open else 'cleared',
        ackState='unacknowledged' if row.acknowledged_at is None else 'acknowledged',
        ackUserId=row.acknowledged_by,
        ackSystemId=SYSTEM if row.acknowledged_at is not None else None,
        alarmRaisedTime=time_text(row.raised_at),
        alarmReportingTime=maybe_time(row.told_at),
        alarmChangedTime=time_text(row.changed_at),
        alarmClearedTime=maybe_time(row.cleared_at),
        clearSystemId=None if row.is_open else SYSTEM,
        alarmedObject=AlarmedObject(
            id=row.object_id,
            href=f'{PREFIX}/{plural}/{row.object_id}' if plural else None,
            name=row.object_name,
            referred=row.object_kind.capitalize(),
        ),
        alarmedObjectType=row.object_kind,
        isRootCause=row.parent is None,
        parentAlarm=() if row.parent is None else (alarm_ref(row.parent),),
        correlatedAlarm=tuple(map(alarm_ref, children)),
        correlatedCount=max(row.children, len(children)),
        plannedOutageIndicator='OutOfService' if _is_planned(fleet, row, state) else 'InService',
        serviceAffecting=row.devices > 0,
        affectedService=tuple(map(_service, islice(hurt_by(fleet, [row], row.changed_at), MOST_SERVICES))),
        affectedDevices=row.devices if row.is_open else 0,
        peakAffectedDevices=row.peak_devices,
        missingDevices=row.missing,
        place=() if tower is None else (_place(tower),),
        comment=tuple(_comments(row)),
        sourceSystemId=SYSTEM,
        reportingSystemId=SYSTEM,
    )


def _service(hurt: Hurt) -> AffectedService:
    return AffectedService(
        id=hurt.id,
        href=f'{PREFIX}/devices/{hurt.id}',
        name=hurt.name,
        referred='Device',
        criticality=hurt.criticality,
        labels=hurt.labels,
    )


def _is_planned(fleet: Fleet, row: Alert, state: TowerState | None) -> bool:
    device = fleet.find(Device, row.object_id) if row.object_kind == 'device' else None
    if device is not None:
        tower = state_of(fleet, device.id).tower
        state = fleet[TowerState].get(tower) if tower is not None else None
        if works_on(fleet, device.labels) is not None:
            return True
    return state is not None and state.status is TowerStatus.MAINTENANCE


def alarm_ref(id: str) -> AlarmRef:
    """The alarm of that id."""
    return AlarmRef(id, f'{HREF}/{id}')


def _place(tower: Tower) -> AlarmPlace:
    return AlarmPlace(role='site', name=tower.region, latitude=tower.latitude, longitude=tower.longitude)


def _comments(row: Alert) -> list[AlarmComment]:
    told = [(one.comment, one.at, one.by) for one in row.acknowledgements]
    if row.acknowledged_at is not None:
        told.append((row.comment, row.acknowledged_at, row.acknowledged_by or ''))
    told += [(one.text, one.at, one.by) for one in row.comments]
    told.sort(key=lambda one: one[1])
    return [
        AlarmComment(comment=words, time=time_text(at), userId=by, systemId=SYSTEM) for words, at, by in told if words
    ]
