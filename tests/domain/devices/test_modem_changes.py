"""A device that tells of another modem has it from then on, and so says the history of the device that had it before."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from domain.alerts.live import AlertKeys
from domain.alerts.model import Alert
from domain.cellular.identifiers import Identifiers
from domain.checkins.model import CheckIn, Receipt, ReportedSim
from domain.devices.events import IdentifierMoved, ModemChanged
from domain.devices.live import state_of
from domain.devices.model import Device
from domain.devices.shared_numbers import review_shared_numbers
from tests.fakes import RunningApplication, identifiers, running_application

FREE = identifiers(9)


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def device(application: RunningApplication, number: int) -> Device:
    return await application.device(f'crane-{number}', identifiers=identifiers(number))


async def tell(application: RunningApplication, device: Device, **numbers: str | None) -> Receipt:
    """A check-in with these numbers, a while after the last one."""
    application.clock.tick(10)
    now = datetime.fromtimestamp(application.clock(), UTC)
    sequence = state_of(application.fleet, device.id).sequence + 1
    said = ReportedSim(**numbers) if numbers else None
    return await application.checkins.check_in(
        application.enterprise, device.id, CheckIn(sequence, now, identifiers=said)
    )


def known(application: RunningApplication, device: Device) -> Identifiers:
    return application.fleet[Device][device.id].identifiers


async def reviewed(application: RunningApplication, key: str) -> Alert | None:
    await application.transactor.transact(lambda tx: review_shared_numbers(tx, application.fleet))
    return application.fleet.index(AlertKeys).open(key)


async def test_the_same_numbers_change_nothing(application: RunningApplication) -> None:
    one = await device(application, 1)
    receipt = await tell(application, one, imei=one.identifiers.imei, serial=one.identifiers.serial)
    assert (receipt.ignored, application.fleet[Device][one.id]) == ((), one)


@pytest.mark.parametrize('written', ['{0}{1}', '{0}-{1} ', '{0}{1:.8}'])
async def test_another_modem_is_an_event(application: RunningApplication, written: str) -> None:
    one = await device(application, 1)
    imei = str(FREE.imei)
    await tell(application, one, imei=written.format(imei[:6], imei[6:]))
    assert known(application, one).imei == imei
    assert [(entry.before, entry.after) for entry in application.entries(ModemChanged)] == [
        (one.identifiers.imei, imei)
    ]


async def test_a_modem_that_moves_is_in_the_history_of_both(application: RunningApplication) -> None:
    one, two = await device(application, 1), await device(application, 2)
    imei = one.identifiers.imei
    await tell(application, one)
    application.clock.tick(86_400)
    await application.presence.expire()
    await tell(application, two, imei=imei)
    told = [(entry.subject.name, entry.other_name, entry.gained) for entry in application.entries(IdentifierMoved)]
    assert told == [('crane-1', 'crane-2', False), ('crane-2', 'crane-1', True)]
    assert (known(application, one).imei, known(application, two).imei) == (None, imei)
    assert known(application, one).serial == one.identifiers.serial, 'it is still known by the other number'
    assert await reviewed(application, f'number-shared/imei/{imei}') is None


async def test_two_that_are_heard_with_one_imei_are_an_alert_until_one_has_another(
    application: RunningApplication,
) -> None:
    one, two = await device(application, 1), await device(application, 2)
    imei = one.identifiers.imei
    key = f'number-shared/imei/{imei}'
    await tell(application, one)
    await tell(application, two, imei=imei)
    assert await reviewed(application, key) is None, 'the modem may have been moved just now'
    await tell(application, one)
    raised = await reviewed(application, key)
    assert raised is not None
    assert set(raised.witnesses) == {one.id, two.id}
    assert raised.detail == f'IMEI {imei} is in crane-2 and in crane-1'
    assert await reviewed(application, key) == raised, 'one alert'
    await tell(application, one, imei=FREE.imei)
    assert await reviewed(application, key) is None


async def test_a_modem_that_is_taken_out_leaves_the_device_its_serial_number(application: RunningApplication) -> None:
    one = await device(application, 1)
    await tell(application, one, imei=None)
    assert known(application, one) == Identifiers(serial=one.identifiers.serial)
    by_imei_alone = await application.device('meter', identifiers=Identifiers(imei=FREE.imei))
    await tell(application, by_imei_alone, imei=None)
    assert known(application, by_imei_alone).imei == FREE.imei, 'nothing else names it'


async def test_a_number_that_names_nobody_or_cannot_be_read_takes_none_away(application: RunningApplication) -> None:
    one = await device(application, 1)
    for said in ('000000000000000', '004999010640000', 'unknown', ''):
        assert (await tell(application, one, imei=said, serial='To be filled by O.E.M.')).accepted == 'current'
    odd = await tell(application, one, imei='12', serial='x' * 65)
    assert [value.field for value in odd.ignored] == ['identifiers.imei', 'identifiers.serial']
    assert known(application, one) == one.identifiers


async def test_a_serial_number_that_was_not_known_is_taken(application: RunningApplication) -> None:
    one = await application.device('meter', identifiers=Identifiers(imei=FREE.imei))
    await tell(application, one, serial='SN-77')
    assert known(application, one).serial == 'SN-77'


async def test_another_serial_number_is_not_taken_and_that_of_another_device_is_an_alert(
    application: RunningApplication,
) -> None:
    one, two = await device(application, 1), await device(application, 2)
    receipt = await tell(application, one, serial='SN-77')
    assert [value.field for value in receipt.ignored] == ['identifiers.serial']
    receipt = await tell(application, one, serial=two.identifiers.serial)
    assert (receipt.accepted, known(application, one)) == ('current', one.identifiers), 'it costs itself alone'
    raised = application.fleet.index(AlertKeys).open(f'identity/{one.id}')
    assert raised is not None
    assert raised.detail == f'its serial number {two.identifiers.serial} is that of crane-2'
    assert raised.witnesses == (one.id, two.id)
    await tell(application, one, serial=one.identifiers.serial)
    assert application.fleet.index(AlertKeys).open(f'identity/{one.id}') is None
