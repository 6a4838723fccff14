"""The numbers of the overview say of how many they are."""

from typing import Any

from domain.access.scopes import Scope
from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio, Rat
from domain.devices.facts import Facts, Hardware, Os
from domain.devices.live import state_of
from domain.devices.model import Presence
from domain.fleet.scoped import ScopedFleet
from domain.policies.input import NewPolicy
from domain.policies.violations import Violation
from tests.fakes import RunningApplication, running_application
from ui.topics.overview import CountersTopic
from ui.topics.policies.list import PoliciesTopic

PATCHED, NO_2G = 'device.os.version != "9"', 'device.radio.rat != "GSM"'
PC = Facts(os=Os(version='14'), hardware=Hardware(modem=False))


async def test_a_fleet_that_is_wholly_dark_has_no_share() -> None:
    async with running_application() as application:
        await application.policies.add(application.actor, NewPolicy(name='Patched', rule=PATCHED))
        for number in range(3):
            await _heard(application, f'crane-{number}', Facts(os=Os(version='14')))
        assert _counters(application)['share'] == 1.0
        assert _policy(application)['broken_share'] == 0
        application.clock.tick(3600)
        await application.presence.expire()
        value = _counters(application)
        assert value['presence']['offline'] == 3
        assert (value['share'], value['compliance']['compliant']) == (None, 3)
        assert value['compliance_words'] == 'compliant 3, none of them heard from within their interval'
        assert (_policy(application)['share'], _policy(application)['broken_share']) == (None, None)


async def test_a_first_computer_without_a_modem_complies_with_what_applies_to_it() -> None:
    async with running_application() as application:
        for name, rule in (('Patched', PATCHED), ('No 2G', NO_2G)):
            await application.policies.add(application.actor, NewPolicy(name=name, rule=rule))
        await _heard(application, 'pc', PC)
        value = _counters(application)
        assert (value['share'], value['evaluated']) == (1.0, 1)
        assert [_policy(application, name)['not_applicable'] for name in ('Patched', 'No 2G')] == [0, 1]


async def test_an_unknown_answer_is_no_part_of_the_share() -> None:
    async with running_application() as application:
        await application.policies.add(application.actor, NewPolicy(name='No 2G', rule=NO_2G))
        await _heard(application, 'pc', Facts(os=Os(version='14')))
        assert (_counters(application)['share'], _counters(application)['compliance_words']) == (
            None,
            'no device has an answer yet',
        )
        assert (_policy(application)['judged'], _policy(application)['unknown']) == (0, 1)


async def test_a_device_that_shows_a_radio_after_all_is_judged_by_it_and_cannot_take_that_back() -> None:
    async with running_application() as application:
        await application.policies.add(application.actor, NewPolicy(name='No 2G', rule=NO_2G))
        device = await _heard(application, 'pc', PC)
        assert state_of(application.fleet, device).compliance == 'not_applicable'
        await application.check_in(device, facts=PC, radio=Radio(Rat.GSM))
        assert len(application.fleet[Violation]) == 1
        await application.check_in(device, facts=PC, radio=None)
        assert state_of(application.fleet, device).compliance != 'not_applicable'
        assert len(application.fleet[Violation]) == 1


async def test_a_narrowed_role_is_told_the_figures_of_its_part() -> None:
    async with running_application() as application:
        await application.policies.add(application.actor, NewPolicy(name='Patched', rule=PATCHED))
        for site, version in (('quay', '14'), ('yard', '9')):
            device = (await application.device(site, labels={'site': site})).id
            await application.check_in(device, facts=Facts(os=Os(version=version)))
        part = ScopedFleet(application.fleet, Scope(labels={'site': ('quay',)}))
        value = CountersTopic(**_parts(application) | {'fleet': part}).full()
        assert (value['share'], value['violations']) == (1.0, 0)
        (row,) = PoliciesTopic(**_parts(application) | {'fleet': part}).full()['rows']
        assert (row['heard'], row['share']) == (1, 100.0)


async def _heard(application: RunningApplication, name: str, facts: Facts) -> str:
    device = (await application.device(name, identifiers=Identifiers(serial=f'SN-{name}'))).id
    await application.check_in(device, facts=facts)
    assert state_of(application.fleet, device).presence is Presence.ONLINE
    return device


def _counters(application: RunningApplication) -> dict[str, Any]:
    return CountersTopic(**_parts(application)).full()


def _policy(application: RunningApplication, name: str = '') -> dict[str, Any]:
    rows = PoliciesTopic(**_parts(application)).full()['rows']
    return next(row for row in rows if not name or row['name'] == name)


def _parts(application: RunningApplication) -> dict[str, Any]:
    return {'fleet': application.fleet, 'store': application.store, 'clock': application.clock}
