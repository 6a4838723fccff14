"""One number in two devices that people have told apart: an alert that names them while both are heard."""

from dataclasses import replace

from domain.alerts.live import AlertKeys
from domain.alerts.model import Alert
from domain.devices.alerts import is_about
from domain.devices.input import NewDevice
from domain.devices.model import DeviceKind
from domain.devices.shared_numbers import review_shared_numbers
from domain.tokens.model import TokenKind
from tests.fakes import RunningApplication, identifiers, running_application


async def review(application: RunningApplication, key: str) -> Alert | None:
    await application.transactor.transact(lambda tx: review_shared_numbers(tx, application.fleet))
    return application.fleet.index(AlertKeys).open(key)


async def test_a_cloned_image_is_one_alert_while_both_are_heard() -> None:
    async with running_application() as application:
        one = await application.device('crane-1', identifiers=identifiers(1))
        await application.check_in(one.id, 1)
        _, secret = await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'roll-out')
        clone = NewDevice(
            name='clone', kind=DeviceKind.TABLET, identifiers=replace(identifiers(1), imei=identifiers(2).imei)
        )
        asked = await application.enrolments.enrol(secret, clone)
        assert asked.waiting
        key = f'number-shared/serial/{identifiers(1).serial}'
        assert await review(application, key) is None, 'the one that waits is not heard'
        await application.enrolments.approve(application.actor, asked.device.id, choice=asked.device.id)
        application.clock.tick(10)
        for number, id in ((2, one.id), (1, asked.device.id)):
            await application.check_in(id, number)
        raised = await review(application, key)
        assert raised is not None
        assert (raised.devices, set(raised.witnesses)) == (2, {one.id, asked.device.id})
        assert is_about(raised, one.id)
        assert is_about(raised, asked.device.id)
        application.clock.tick(86_400)
        await application.presence.expire()
        assert await review(application, key) is None
