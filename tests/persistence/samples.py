"""One object of every kind with every field set, and helpers to keep and read them."""

from dataclasses import replace
from typing import Any, TypeVar

from domain.access.enterprises import Enterprise
from domain.access.permissions import Permission, Role
from domain.access.scopes import Scope
from domain.accounts.model import Account, Person
from domain.alerts.announcements import News
from domain.alerts.model import (
    Acknowledgement,
    AlarmType,
    Alert,
    AlertTuning,
    Comment,
    Evidence,
    ProbableCause,
    RuleScope,
)
from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio, RadioSample, Rat, Registration
from domain.changes.store import Changes
from domain.channels.model import (
    AnnouncedAlert,
    Attempt,
    BouncingAddress,
    Channel,
    ChannelHealth,
    Delivery,
    DeliveryState,
    NotifiedBrowser,
    Outcome,
)
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckState, CheckStatus
from domain.common.notes import Note
from domain.common.reading import OddValue
from domain.common.severity import Severity
from domain.desks.model import Density, Desk, HourCycle, Loud, Theme, View
from domain.devices.actions import Action
from domain.devices.compliance import Compliance, Verdict
from domain.devices.events import PresenceChanged
from domain.devices.facts import Agent, Battery, Facts, Hardware, Network, Os, Security, Storage
from domain.devices.model import Criticality, Device, DeviceKind, DeviceState, Presence, Reporting, SimCard
from domain.devices.unknown_cells.model import CellBasis, Sighting, UnknownCell
from domain.enforcement.model import Command, CommandState, Lock
from domain.enrolment.model import Credential
from domain.incidents.links.model import IncidentLink, SharedPart
from domain.journal.model import Entry, Subject
from domain.measurements.model import measured
from domain.own_rules.model import Counted, FactHold, Over, OwnRule
from domain.people.model import Link, LinkKind
from domain.policies.model import Mode, Policy, Selector
from domain.policies.violations import Violation
from domain.sign_in.model import Guesses, Identity, Session
from domain.status_page.model import (
    Availability,
    Component,
    ComponentKind,
    Day,
    Impact,
    Notice,
    NoticeKind,
    NoticeState,
    NoticeUpdate,
    PageContent,
    StatusPage,
)
from domain.tokens.model import Token, TokenKind
from domain.towers.model import Cell, Tower, TowerKind, TowerState, TowerStatus
from domain.triage.model import HandedAlert, Handover
from persistence.store import TortoiseStore
from tests.persistence.oncall import ON_CALL

Row = TypeVar('Row')
T = 1_763_798_400.25
HARBOUR = 'HARBOUR'

RADIO = Radio(Rat.NB_IOT, '204', '08', 4417, 2**36 - 1, 12, 1300, -92.5, -11.0, 8.0, Registration.ROAMING, True)
FACTS = Facts(
    Os('android', '14', '2026-10-01'),
    Hardware('Zebra', 'TC58 “é”', 8 * 2**30),
    Storage(True, 10**11, 5),
    Battery(55.5, 91, False),
    Agent('cellwarden', '0.1.0'),
    Security(True, False),
    Network('crane-117', '10.0.0.7'),
    86_400,
    {'lifts': 12, 'ratio': 0.5, 'owner': 'O\'Neil; "x" \\', 'armed': True},
)
VERDICTS = {
    'P1': Verdict(Compliance.VIOLATING, T, 3, 'V1', {'device.os.patch_level': '2026-10-01', 'list': [1, None]}, None),
    'P2': Verdict(Compliance.UNKNOWN, T, 1, None, None, 'no such key: battery'),
}

CONTENT = PageContent(
    slug='harbour',
    title='Harbour',
    about='Two\nlines',
    components=(
        Component(
            id='O1',
            kind=ComponentKind.TOWER,
            target='T1',
            name='West side',
            description='Cranes',
            is_counted=True,
            is_named=True,
        ),
    ),
)
ENTERPRISE = Enterprise(
    id=HARBOUR,
    name='Harbour',
    created_at=T,
    quarantine_share=0.1,
    quarantine_least=3,
    browsers_keep=False,
    links_answer=True,
)
DEVICE = Device(
    id='D1',
    enterprise=HARBOUR,
    name='crane-117',
    kind=DeviceKind.TABLET,
    created_at=T,
    labels={'site': 'port-1', 'team': 'blue'},
    identifiers=Identifiers(
        imei='490154203237518', iccid='8931', imsi='204', serial='S-1', msisdn='+31612345678', imei_svn='07'
    ),
    interval_s=86_400,
    criticality=Criticality.HIGH,
    version=4,
    permitted_sims=('8931086416018066012',),
    sims=(
        SimCard(iccid='8930', imsi='203', msisdn='+31600000000', since=T - 9, until=T, is_expected=True),
        SimCard(iccid='8931', since=T),
    ),
    notes=(Note(at=T, by='bo', text='the key is at the gate', key='person/P1/k1'),),
)
STATE = DeviceState(
    'D1',
    HARBOUR,
    17,
    T,
    T + 1,
    T + 1,
    Presence.ONLINE,
    T - 60,
    RADIO,
    'T1',
    FACTS,
    VERDICTS,
    Compliance.VIOLATING,
    T - 5,
    True,
    False,
)
TOWER = Tower(
    id='T1',
    enterprise=HARBOUR,
    name='Pier',
    kind=TowerKind.PRIVATE,
    created_at=T,
    operator='KPN',
    region='West',
    latitude=51.9,
    longitude=4.4,
    parent='T0',
    backups=('T2',),
    power=('T3', 'T4'),
    cells=(Cell(rat=Rat.NR, mcc='204', mnc='08', tac=1, cell_id=2, pci=3, arfcn=4, azimuth=120),),
    checks=(Check(id='C1', target=TcpTarget('10.0.0.1', 5060), interval_s=30.5),),
    maintenance_until=T + 100,
    maintenance_window='MW1',
    version=2,
    notes=(Note(at=T, by='bo', text='the key is at the gate'),),
)
COMMAND = Command(
    id='M1',
    enterprise=HARBOUR,
    device='D1',
    action=Action.QUARANTINE,
    key='quarantine:D1',
    state=CommandState.DELIVERED,
    requested_at=T,
    moved_at=T + 1,
    expires_at=T + 2,
    reason='old patch',
    because='sent',
    policy='P1',
    violation='V1',
    requested_by='ann',
    delivered_at=T + 1,
    deliveries=2,
)
VIOLATION = Violation(
    id='V1',
    enterprise=HARBOUR,
    device='D1',
    policy='P1',
    policy_version=3,
    severity=Severity.MAJOR,
    opened_at=T,
    evidence={'a': {'b': [1, 2.5, None, True]}},
    tower='T1',
    excused_at=T + 1,
    command='M1',
)
ALERT = Alert(
    id='A1',
    enterprise=HARBOUR,
    key='tower:T1',
    alarm_type=AlarmType.COMMUNICATIONS,
    severity=Severity.CRITICAL,
    probable_cause=ProbableCause.LOSS_OF_SIGNAL,
    problem='Tower down',
    object_kind='tower',
    object_id='T1',
    object_name='Pier',
    raised_at=T,
    changed_at=T + 1,
    detail='no answer',
    devices=7,
    score=0.75,
    witnesses=('D1', 'D2'),
    acknowledged_at=T + 2,
    acknowledged_by='ann',
    comment='on it',
    comments=(Comment(at=T + 1, by='bo', text='look here'),),
    keys=('01PERSON/press',),
    acknowledgements=(Acknowledgement(at=T, by='bo', severity=Severity.MINOR, reopened_at=T + 1, comment='seen'),),
    reopened_at=T + 1,
    peak_severity=Severity.CRITICAL,
    peak_devices=9,
    first_problem='Tower degraded',
    first_detail='HTTP: refused',
    told_severity=Severity.MAJOR,
    told_devices=7,
    recovery='up',
    held_since=T + 3,
    awaited=9,
    missing=2,
    evidence=(Evidence(device='D1', at=T, reading='LTE cell 0x29A, RSRP -61 dBm'),),
    parent='A2',
    children=3,
    told_at=T,
    waits_since=T + 4,
    tell_at=T + 14,
    flapping_since=T + 5,
    acknowledged_until=T + 90,
    assigned_to='U1',
    assigned_name='Ann',
    assigned_at=T + 2,
    assigned_by='bo',
    snoozed_at=T + 3,
    snoozed_until=T + 60,
    snoozed_by='cy',
    snooze_reason='works at the site',
    false_at=T + 6,
    false_by='di',
    false_reason='a test',
    merged_by='bo',
    version=3,
)
EVERY: tuple[Any, ...] = (
    ENTERPRISE,
    Person(
        id='U1',
        enterprise=HARBOUR,
        email='ann@x.test',
        name='Ann',
        role=Role.SECURITY,
        created_at=T,
        scope=Scope({'site': ('port-1', 'port-2')}, ('Rotterdam',)),
        provider='corp',
        version=2,
        account='A1',
    ),
    Account(
        id='A1',
        email='ann@x.test',
        name='Ann',
        created_at=T,
        password_hash='$argon2id$',
        password_at=T,
        totp='sealed',
        totp_step=59_000_000,
        recovery=('d' * 64,),
        owner=True,
        version=2,
    ),
    Identity(
        id='e' * 64,
        account='A1',
        provider='corp',
        issuer='https://id.x.test',
        subject='ann',
        created_at=T,
        seen_at=T + 1,
        relink_until=T + 86_400,
    ),
    Desk(
        id='U1',
        enterprise=HARBOUR,
        theme=Theme.DARK,
        density=Density.COMPACT,
        zone='Europe/Amsterdam',
        locale='nl-NL',
        hours=HourCycle.WHOLE,
        columns={'devices': ('name', 'rat')},
        landing='W1',
        loud=Loud.WARNING,
        sound=True,
    ),
    View(
        id='W1',
        enterprise=HARBOUR,
        owner='U1',
        name='Port “1”',
        list='devices',
        query='label=site%3Dport-1&sort=-rsrp',
        created_at=T,
        columns=('name', 'rsrp'),
        shared=True,
    ),
    IncidentLink(
        id='IL1',
        enterprise=HARBOUR,
        alert='A1',
        title='Outage “é”',
        label='Carrier',
        digest='cd' * 32,
        parts=(SharedPart.CAUSE, SharedPart.TIMELINE),
        created_at=T,
        created_by='Ann',
        expires_at=T + 86_400.5,
        revoked_at=T + 60,
        revoked_by='Bo',
        opened=3,
        opened_at=T + 30,
    ),
    Handover(
        id='H1',
        enterprise=HARBOUR,
        at=T,
        by='Ann',
        giver='U1',
        note='the fibre is cut',
        person='U2',
        name='Bo',
        open=2,
        alerts=(
            HandedAlert(
                id='A1',
                problem='Pier is down',
                severity=Severity.MAJOR,
                state='open',
                devices=3,
                raised_at=T,
                until=T + 9,
            ),
        ),
        taken_at=T + 1,
        taken_by='Bo',
        version=2,
    ),
    Guesses(id='f' * 64, times=(T, T + 1), newest_at=T + 1),
    Link(
        id='L1',
        enterprise=HARBOUR,
        kind=LinkKind.INVITATION,
        digest='9' * 64,
        created_at=T,
        expires_at=T + 9,
        by='Ann',
        issuer='U1',
        email='bo@x.test',
        name='Bo',
        role=Role.OPERATOR,
        scope=Scope(regions=('Rotterdam',)),
    ),
    Session(
        id='S1',
        digest='a' * 64,
        enterprise=HARBOUR,
        account='A1',
        person='U1',
        raised_at=T,
        method='corp',
        provider='corp',
        provider_session='sid-1',
        identity_token='sealed',
        created_at=T,
        expires_at=T + 9,
        seen_at=T + 1,
        address='10.0.0.9',
        browser='Firefox',
    ),
    Token(
        id='K1',
        enterprise=HARBOUR,
        kind=TokenKind.API,
        name='collector',
        digest='b' * 64,
        created_at=T,
        scopes=(Permission.CHECKINS_WRITE, Permission.EVENTS_READ),
        expires_at=T + 9,
        uses_left=3,
        person='U1',
        created_by='Ann',
        labels={'site': 'port-1'},
        approval=True,
        replaces=True,
        used_at=T + 1,
        used_from='192.0.2.1',
        beginning='cwt_Zb3d',
        criticality='high',
    ),
    Credential('D1', HARBOUR, bytes(range(32)), T, bytes(range(1, 33)), 'c' * 64, approved=False),
    Policy(
        id='P1',
        enterprise=HARBOUR,
        name='Patched',
        rule='device.os.patch_level > "2026"',
        created_at=T,
        changed_at=T + 1,
        description='x\ny',
        severity=Severity.MAJOR,
        selector=Selector(('tablet',), {'site': 'port-1'}),
        mode=Mode.ENFORCE,
        grace_s=600,
        version=3,
    ),
    TOWER,
    TowerState('T1', HARBOUR, TowerStatus.DEGRADED, T, 'TCP fails', ('D1',), ('D1', 'D2'), T - 60),
    CheckState('C1', HARBOUR, 'T1', CheckStatus.SOFT, T, 2, T + 1, 3.5, 'refused', 'bends HTTP: it'),
    DEVICE,
    STATE,
    Lock('D1', HARBOUR, T, T + 1),
    Reporting(
        'D1',
        HARBOUR,
        (OddValue('radio.tac', 'is “odd”'),),
        T,
        True,
        True,
        -21_600.5,
        T + 1,
        'boot-1',
        500,
        T,
        TOWER.id,
        T,
        T + 2,
        -0.5,
        True,
    ),
    VIOLATION,
    COMMAND,
    ALERT,
    StatusPage(
        id=HARBOUR,
        enterprise=HARBOUR,
        draft=CONTENT,
        changed_at=T,
        shown=CONTENT,
        slug='harbour',
        published_at=T + 1,
        version=3,
    ),
    Notice(
        id='N1',
        enterprise=HARBOUR,
        kind=NoticeKind.MAINTENANCE,
        title='New radios',
        components=('O1',),
        created_at=T,
        begins_at=T + 60,
        ends_at=T + 120,
        impact=Impact.MINOR,
        updates=(NoticeUpdate(at=T, state=NoticeState.SCHEDULED, text='At night.\n“é”', by='Ann'),),
        alert='A1',
        closed_at=T + 200,
        version=2,
    ),
    Channel(
        id='C1',
        enterprise=HARBOUR,
        name='Night “desk”',
        kind='webhook',
        created_at=T,
        changed_at=T + 1,
        settings={'url': 'https://example.com/hook'},
        sealed='gAAAA',
        former_until=T + 60,
        least_severity=Severity.MAJOR,
        per_minute=30,
        enabled=False,
        disabled_because='HTTP 410',
        version=2,
        next_channel='C2',
        next_after_min=15,
    ),
    NotifiedBrowser(
        id='NB1',
        enterprise=HARBOUR,
        person='U1',
        session='S1',
        name='Firefox on “Android”',
        digest='ab' * 32,
        sealed='gAAAA',
        created_at=T,
        delivered_at=T + 1,
        said='HTTP 201',
    ),
    ChannelHealth(
        id='C1',
        enterprise=HARBOUR,
        failures=3,
        failing_since=T,
        delivered_at=T - 1,
        tried_at=T + 1,
        said='HTTP 500: “é”',
        held_until=T + 60,
    ),
    Delivery(
        id='X1',
        enterprise=HARBOUR,
        channel='C1',
        alert='A1',
        announcement=AnnouncedAlert(
            news=News.WORSENED,
            at=T,
            alert='A1',
            severity=Severity.MAJOR,
            problem='Mast is down',
            object_kind='tower',
            object_id='T1',
            object_name='Mast',
            alarm_type=AlarmType.COMMUNICATIONS,
            probable_cause=ProbableCause.LOSS_OF_SIGNAL,
            raised_at=T,
            detail='refused',
            before='minor',
            devices=4,
            missing=1,
            acknowledged_by='Mara',
            parent='A0',
            comment=Comment(at=T, by='Mara', text='a fuse'),
        ),
        created_at=T,
        next_at=T + 5.5,
        state=DeliveryState.WAITING,
        attempts=2,
        tried_at=T + 1,
        said='HTTP 500',
        recipient='P1',
        address='night@example.com',
        not_before=T + 5,
    ),
    Attempt(
        id='Y1',
        enterprise=HARBOUR,
        delivery='X1',
        channel='C1',
        alert='A1',
        news=News.WORSENED,
        at=T,
        outcome=Outcome.LATER,
        said='HTTP 500: “é”',
        took_s=0.25,
        code=500,
        next_at=T + 5.5,
        recipient='P1',
        problem='Mast “é” is down',
    ),
    BouncingAddress(
        id='BA1',
        enterprise=HARBOUR,
        channel='C1',
        address='ana@example.com',
        at=T + 4.5,
        said='550 5.1.1 no such user “é”',
        delivery='X1',
        recipient='P1',
    ),
    *ON_CALL,
    OwnRule(
        id='OR1',
        enterprise=HARBOUR,
        name='Many offline “é”',
        expression='offline_percent > 5',
        created_at=T,
        changed_at=T + 1.5,
        for_s=300.5,
        severity=Severity.MAJOR,
        text='Ask the depot',
        counted=Counted(labels={'site': 'é'}, kinds=('tablet',), regions=('West',)),
        enabled=False,
        by='Ann',
        over=Over.FACTS,
        at_least=3,
        each=True,
        asks_since=T + 0.25,
        holds_since=T + 0.5,
        version=3,
    ),
    FactHold(
        id='OR1/D1',
        enterprise=HARBOUR,
        rule='OR1',
        device='D1',
        since=T + 0.5,
        due_at=T + 300.5,
        reading='battery.level 4, “é”',
    ),
    UnknownCell(
        id='UC1',
        enterprise=HARBOUR,
        key='204-08-4417-0x1',
        rat=Rat.LTE,
        mcc='204',
        mnc='08',
        tac=4417,
        cell_id=2**36 - 1,
        basis=CellBasis.COPY,
        first_at=T,
        last_at=T + 60.5,
        times=3,
        devices=2,
        near='T1',
        sightings=(
            Sighting(
                device='D1', first_at=T, last_at=T + 60.5, times=2, weakest=-92.5, strongest=-60.0, came_from='T1'
            ),
        ),
        trusted_until=T + 86_400.5,
        rogue_at=T + 1.5,
        by='Ann',
        reason='a repeater “é”',
        version=4,
    ),
    AlertTuning(
        id=f'{HARBOUR}-site-down',
        enterprise=HARBOUR,
        rule='site-down',
        changed_at=T,
        enabled=False,
        reason='moved “é”',
        severity=Severity.MINOR,
        after_s=30.5,
        limits={'critical_percent': 7.5},
        scope=RuleScope(
            labels={'site': 'é'}, criticality='high', regions=('West',), operators=('KPN',), towers=('T1',)
        ),
        by='Ann',
        version=3,
    ),
    Availability(id='O1', enterprise=HARBOUR, days=(Day(T // 86_400 * 86_400, 60.5, 1.0, 2.0, 3.0, 60.5),)),
    measured(HARBOUR, 'presence/online', 60, T // 60 * 60, [(1, 1, 1, 1), (4, 4, 4, 2)]),
)


def changes(*rows: Any, entries: tuple[Entry, ...] = (), moved: tuple[str, ...] = ()) -> Changes:
    """These rows and entries as a bundle."""
    bundle = Changes(entries=list(entries), moved=set(moved))
    for row in rows:
        bundle.rows.setdefault(type(row), {})[row.id] = row
    return bundle


def entry(number: int = 0, *, enterprise: str = HARBOUR, device: str = 'D1', at: float = T) -> PresenceChanged:
    """Something that happened to a device; ``number`` tells it from others."""
    return PresenceChanged(
        at=at, enterprise=enterprise, subject=Subject('device', device, 'crane'), before=str(number), after='online'
    )


def sample(second: float, device: str = 'D1') -> RadioSample:
    """A point of signal history, so many seconds after ``T``."""
    return RadioSample(device, T + second, replace(RADIO, rsrp=-90.0), 'T1')


async def loaded(store: TortoiseStore, kind: type[Row]) -> list[Row]:
    """All live rows of a kind."""
    return [row async for batch in store.load(kind) for row in batch]
