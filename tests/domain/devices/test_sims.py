"""The SIM in a device: taken from check-ins, kept with since and until, quiet where it is expected, an alert where it is not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.alerts.live import AlertKeys
from domain.alerts.model import Alert
from domain.cellular.identifiers import Identifiers, luhn_valid
from domain.checkins.model import CheckIn, ReportedSim
from domain.common.errors import Invalid
from domain.common.severity import Severity
from domain.devices.compliance import Compliance
from domain.devices.events import SimChanged
from domain.devices.input import FIELDS, NewDevice
from domain.devices.live import SimHolders, state_of
from domain.devices.model import Device, DeviceKind
from domain.devices.shared_numbers import review_shared_numbers
from domain.devices.sim_changes import MOST_SIMS
from domain.devices.sims import is_expected, sims_of
from domain.policies.input import NewPolicy
from tests.fakes import RunningApplication, running_application

FIRST, SECOND, THIRD = '8931086416018044112', '8931086416018066012', '8931086416018077013'
IMSI, OTHER_IMSI = '204080123456789', '204080123456780'


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def with_sim(application: RunningApplication, iccid: str | None = FIRST, **more: Any) -> Device:
    return await application.device(identifiers=Identifiers(iccid=iccid, imsi=IMSI if iccid else None), **more)


def edited(device: Device, **changes: Any) -> NewDevice:
    return NewDevice(**{name: getattr(device, name) for name in FIELDS} | changes)


async def tell(application: RunningApplication, device: Device, **numbers: str | None) -> Device:
    """Check in with these numbers; the device as it is afterwards."""
    now = datetime.fromtimestamp(application.clock(), UTC)
    sequence = state_of(application.fleet, device.id).sequence + 1
    said = ReportedSim(**numbers) if numbers else None
    await application.checkins.check_in(application.enterprise, device.id, CheckIn(sequence, now, identifiers=said))
    return application.fleet[Device][device.id]


def alert(application: RunningApplication, key: str) -> Alert | None:
    return application.fleet.index(AlertKeys).open(key)


async def test_another_sim_is_an_event_an_alert_and_a_line_in_the_history(application: RunningApplication) -> None:
    device = await with_sim(application)
    enrolled = application.clock()
    application.clock.tick(60)
    assert await tell(application, device, iccid=FIRST, imsi=IMSI) == device, 'nothing changed'
    application.clock.tick(60)
    changed = await tell(application, device, iccid=SECOND, imsi=OTHER_IMSI)
    assert (changed.identifiers.iccid, changed.identifiers.imsi) == (SECOND, OTHER_IMSI)
    assert changed.version == device.version + 1, 'a form that was open before does not put the former SIM back'
    assert [(sim.iccid, sim.since, sim.until) for sim in sims_of(changed)] == [
        (FIRST, enrolled, enrolled + 120),
        (SECOND, enrolled + 120, None),
    ]
    (event,) = application.entries(SimChanged)
    assert (event.before, event.after, event.expected) == (FIRST, SECOND, False)
    raised = alert(application, f'sim/{device.id}')
    assert raised is not None
    assert (raised.severity, raised.detail) == (Severity.MAJOR, f'SIM {SECOND} is in it, {FIRST} was before')


async def test_the_first_sim_that_is_known_and_the_former_one_that_returns_are_expected(
    application: RunningApplication,
) -> None:
    device = await with_sim(application, None)
    device = await tell(application, device, iccid=FIRST, imsi=IMSI)
    assert (device.identifiers.iccid, application.entries(SimChanged)) == (FIRST, [])
    device = await tell(application, device, iccid=SECOND)
    assert (device.identifiers.imsi, is_expected(device)) == (None, False)
    device = await tell(application, device, iccid=FIRST)
    assert is_expected(device)
    assert [entry.expected for entry in application.entries(SimChanged)] == [False, True]
    assert alert(application, f'sim/{device.id}') is None


async def test_a_sim_that_was_taken_out_is_told_and_null_is_not_left_out(application: RunningApplication) -> None:
    device = await with_sim(application)
    assert (await tell(application, device)).identifiers.iccid == FIRST
    device = await tell(application, device, iccid=None, imsi=None, msisdn=None)
    assert device.identifiers == Identifiers()
    raised = alert(application, f'sim/{device.id}')
    assert raised is not None
    assert (raised.severity, raised.detail) == (Severity.MINOR, f'its SIM was taken out, {FIRST} was before')
    await tell(application, device, iccid=FIRST, imsi=IMSI)
    assert alert(application, f'sim/{device.id}') is None


async def test_a_card_whose_check_digit_is_left_off_or_told_is_the_same_card(application: RunningApplication) -> None:
    short = '893108641601804411'
    long = next(f'{short}{digit}' for digit in range(10) if luhn_valid(f'{short}{digit}'))
    other = f'{short}{(int(long[-1]) + 1) % 10}'
    for first, second in ((short, long), (long, short)):
        device = await application.device(identifiers=Identifiers(iccid=first, imsi=IMSI))
        device = await tell(application, device, iccid=second)
        assert (device.identifiers.iccid, device.identifiers.imsi, is_expected(device)) == (first, IMSI, True)
    assert application.entries(SimChanged) == []
    device = await with_sim(application, other, permitted_sims=(short,))
    assert is_expected(await tell(application, device, iccid=long))
    assert not is_expected(await tell(application, await with_sim(application, short), iccid=other))


async def test_a_card_that_reads_as_fillers_says_nothing(application: RunningApplication) -> None:
    device = await with_sim(application)
    device = await tell(application, device, iccid='F' * 20, imsi='  ')
    assert (device.identifiers.iccid, application.entries(SimChanged)) == (FIRST, [])


@pytest.mark.parametrize(
    'blank',
    [
        {'iccid': '8900000000000000000'},
        {'imsi': '000000000000000'},
        {'imsi': '999999999999999'},
        {'imsi': '123456789012345'},
    ],
    ids=str,
)
async def test_what_cards_without_their_data_have_names_none(
    application: RunningApplication, blank: dict[str, str]
) -> None:
    """Two devices with such cards share nothing, and the card that was there before is not taken for another."""
    device = await with_sim(application)
    assert await tell(application, device, **blank) == device
    assert alert(application, f'sim/{device.id}') is None
    devices = [await application.device(f'router-{n}', kind=DeviceKind.ROUTER) for n in range(2)]
    for _ in range(3):
        for each in devices:
            assert sims_of(await tell(application, each, **blank)) == ()
        application.clock.tick(60)
    assert await review(application) is None
    assert not application.fleet[Alert]


async def test_a_strange_sim_that_was_out_for_a_while_was_not_there_before_itself(
    application: RunningApplication,
) -> None:
    device = await with_sim(application)
    for iccid in (SECOND, None, SECOND):
        application.clock.tick(60)
        await tell(application, device, iccid=iccid)
    raised = alert(application, f'sim/{device.id}')
    assert raised is not None
    assert raised.detail == f'SIM {SECOND} is in it, {FIRST} was before'


async def test_a_permitted_sim_is_quiet_before_and_after_it_came(application: RunningApplication) -> None:
    device = await with_sim(application, permitted_sims=(SECOND,))
    device = await tell(application, device, iccid=SECOND)
    assert is_expected(device)
    assert alert(application, f'sim/{device.id}') is None
    device = await tell(application, device, iccid=THIRD)
    assert alert(application, f'sim/{device.id}') is not None
    new = edited(device, permitted_sims=(f'{THIRD[:4]} {THIRD[4:]}F',))
    device = await application.devices.change(application.actor, device.id, device.version, new)
    assert device.permitted_sims == (THIRD,)
    assert alert(application, f'sim/{device.id}') is None
    wrong = replace(new, permitted_sims=(THIRD, 'my SIM'))
    with pytest.raises(Invalid, match='my SIM: an ICCID has') as caught:
        await application.devices.change(application.actor, device.id, device.version, wrong)
    assert caught.value.field == 'permitted_sims'


async def test_another_imsi_on_one_card_and_an_iccid_that_is_read_later_are_no_swap(
    application: RunningApplication,
) -> None:
    device = await application.device(identifiers=Identifiers(imsi=IMSI))
    device = await tell(application, device, iccid=FIRST, imsi=IMSI)
    device = await tell(application, device, imsi=OTHER_IMSI)
    assert device.identifiers == Identifiers(iccid=FIRST, imsi=OTHER_IMSI)
    assert application.entries(SimChanged) == []
    assert (await tell(application, device, iccid='no number')).identifiers.iccid == FIRST, 'an odd value costs itself'


async def test_who_enrols_again_with_another_sim_is_vouched_for_by_its_token(application: RunningApplication) -> None:
    _, token = await application.tokens.issue_enrolment(
        application.actor, 'roll-out', uses=None, expires_in_s=3600 * 48, labels={}
    )
    names = Identifiers(serial='SN-7', iccid=FIRST)
    new = NewDevice(name='crane-7', kind=DeviceKind.GATEWAY, identifiers=names, permitted_sims=(THIRD,))
    device = (await application.enrolments.enrol(token, new)).device
    assert device.permitted_sims == (), 'what it may have is not for a device to say'
    device = await tell(application, device, iccid=SECOND)
    assert alert(application, f'sim/{device.id}') is not None
    application.clock.tick(86_400)
    await application.presence.expire()
    await application.enrolments.enrol(token, replace(new, identifiers=replace(names, iccid=THIRD)))
    device = application.fleet[Device][device.id]
    assert [sim.iccid for sim in device.sims] == [FIRST, SECOND, THIRD]
    assert is_expected(device)
    assert alert(application, f'sim/{device.id}') is None


async def test_rules_read_the_sim_and_whether_it_is_expected(application: RunningApplication) -> None:
    device = await with_sim(application)
    for name, rule in (('expected', 'device.sim_expected'), ('home', 'device.iccid.startsWith("89310864160180441")')):
        new = NewPolicy(name=name, rule=rule, severity=Severity.MAJOR)
        await application.policies.add(application.actor, new)
    await tell(application, device)
    assert state_of(application.fleet, device.id).compliance is Compliance.COMPLIANT
    await tell(application, device, iccid=SECOND)
    state = state_of(application.fleet, device.id)
    assert [verdict.status for verdict in state.verdicts.values()] == [Compliance.VIOLATING, Compliance.VIOLATING]


async def test_the_history_has_an_end(application: RunningApplication) -> None:
    device = await with_sim(application)
    for number in range(MOST_SIMS + 5):
        device = await tell(application, device, iccid=f'89310864160180{number:05}')
    assert len(device.sims) == MOST_SIMS
    assert device.sims[-1].iccid == f'89310864160180{MOST_SIMS + 4:05}'


async def review(application: RunningApplication) -> Alert | None:
    await application.transactor.transact(lambda tx: review_shared_numbers(tx, application.fleet))
    return alert(application, f'sim-shared/{FIRST}')


async def test_one_sim_in_two_devices_that_are_heard_from_is_an_alert(application: RunningApplication) -> None:
    one, two = await with_sim(application), await with_sim(application, SECOND, name='crane-2')
    await tell(application, one)
    application.clock.tick(10)
    await tell(application, two, iccid=FIRST)
    assert await review(application) is None, 'the card may have been moved: the first has not been heard from since'
    application.clock.tick(10)
    await tell(application, one)
    raised = await review(application)
    assert raised is not None
    assert (raised.object_id, set(raised.witnesses)) == (two.id, {one.id, two.id})
    assert raised.detail == f'SIM {FIRST} is in crane-2 and in crane-1'
    await tell(application, one, iccid=THIRD)
    assert await review(application) is None
    assert application.fleet.index(SimHolders).shared() == []


async def test_a_device_that_fell_silent_shares_nothing(application: RunningApplication) -> None:
    one, two = await with_sim(application), await with_sim(application, name='crane-2')
    for device in (one, two):
        await tell(application, device)
    assert await review(application) is not None
    application.clock.tick(86_400)
    await application.presence.expire()
    await tell(application, two)
    assert await review(application) is None


STEPS = st.lists(st.sampled_from([None, FIRST, SECOND, THIRD, 'permit', 'forbid']), max_size=10)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_any_exchanges_and_permissions_end_as_a_list_of_cards_would(steps: list[str | None]) -> None:
    """The model: the cards in a row, and a set of those that are expected."""

    async def play() -> None:
        async with running_application() as application:
            device = await with_sim(application)
            cards: list[str | None] = [FIRST]
            expected, permitted = {FIRST}, set[str]()
            for step in steps:
                application.clock.tick(60)
                if step in ('permit', 'forbid'):
                    permitted = {SECOND} if step == 'permit' else set()
                    new = edited(device, permitted_sims=tuple(permitted))
                    device = await application.devices.change(application.actor, device.id, device.version, new)
                else:
                    device = await tell(application, device, iccid=step, imsi=None)
                    if step != cards[-1]:
                        cards.append(step)
                        if step in permitted:
                            expected.add(SECOND)
                assert [sim.iccid for sim in sims_of(device)] == cards
                assert [sim.until for sim in device.sims[:-1]] == [sim.since for sim in device.sims[1:]]
                is_quiet = cards[-1] in expected or cards[-1] in permitted
                assert is_expected(device) is is_quiet
                assert (alert(application, f'sim/{device.id}') is None) is is_quiet

    asyncio.run(play())
