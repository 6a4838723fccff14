"""The page of one device: found, retired, unknown; changed without losing another person's change."""

import pytest

from domain.access.actors import system
from domain.common.errors import Invalid, NotSignedIn
from domain.devices.actions import Action
from domain.devices.input import NewDevice
from domain.devices.model import Device, DeviceKind
from domain.enforcement.model import Command
from tests.fakes import running_application
from tests.ui.conftest import Console
from ui.pages.label_field import read_labels


async def test_a_device_of_another_enterprise_is_not_there(console: Console) -> None:
    other = await console.application.enterprises.add('Another company')
    new = NewDevice(name='their crane', kind=DeviceKind.TABLET)
    theirs = await console.application.enrolments.add(system(other.id, 'test'), new)
    await console.sign_in()
    assert 'their crane' not in await console.missing(f'/devices/{theirs.device.id}', 'device')


async def test_a_retired_device_is_told_apart_from_one_that_never_was(console: Console) -> None:
    device = await console.application.device('crane-117')
    await console.application.enrolments.retire(console.application.actor, device.id, device.version)
    await console.sign_in()
    await console.user.open(f'/devices/{device.id}')
    await console.user.should_see('This device is retired')
    await console.user.should_see('Bring device back')
    await console.user.should_see('crane-117')


async def test_an_edit_changes_what_people_say_of_a_device(console: Console) -> None:
    device = await console.application.device('crane-117')
    await console.sign_in()
    await console.user.open(f'/devices/{device.id}')
    console.user.find(marker='edit').click()
    await console.user.should_see(marker='edit-labels')
    console.user.find(marker='edit-labels').type('site = port-1')
    console.user.find(marker='criticality-field').click()
    console.user.find('Vital').click()
    console.user.find(marker='save').click()
    await console.user.should_see('Saved.')
    changed = console.application.fleet[Device][device.id]
    assert (changed.labels, changed.criticality) == ({'site': 'port-1'}, 'vital')


async def test_an_edit_does_not_overwrite_a_change_made_meanwhile(console: Console) -> None:
    application = console.application
    device = await application.device('crane-117')
    await console.sign_in()
    await console.user.open(f'/devices/{device.id}')
    console.user.find(marker='edit').click()
    await console.user.should_see(marker='save')
    await application.devices.change(
        application.actor, device.id, device.version, NewDevice(name='crane-118', kind=device.kind)
    )
    console.user.find(marker='save').click()
    await console.user.should_see('This was changed meanwhile')
    assert application.fleet[Device][device.id].name == 'crane-118'


async def test_a_credential_is_revoked_with_a_reason_only(console: Console) -> None:
    application = console.application
    added = await application.enrolments.add(application.actor, NewDevice(name='crane-117', kind=DeviceKind.TABLET))
    await console.sign_in()
    await console.user.open(f'/devices/{added.device.id}')
    console.user.find(marker='revoke').click()
    await console.user.should_see('Revoke the credential of crane-117?')
    console.user.find(marker='confirm').click()
    await console.user.should_see('Say why')
    assert application.access.device(added.credential)
    console.user.find(marker='reason').type('stolen')
    console.user.find(marker='confirm').click()
    await console.user.should_see('The credential of crane-117 is revoked.')
    with pytest.raises(NotSignedIn):
        application.access.device(added.credential)


async def test_a_retired_device_leaves_no_command_behind() -> None:
    async with running_application() as application:
        device = await application.device()
        await application.check_in(device.id)
        command = await application.commands.command(application.actor, device.id, Action.QUARANTINE, 'stolen')
        await application.check_in(device.id)
        await application.commands.answer(application.enterprise, device.id, command.id, confirmed=True, detail='')
        await application.enrolments.retire(application.actor, device.id, device.version)
        assert not application.fleet[Command]


def test_labels_are_read_one_a_line() -> None:
    assert read_labels(' site=port-1 \n\nnote = a=b\r\n') == {'site': 'port-1', 'note': 'a=b'}


@pytest.mark.parametrize('text', ['port-1', '=port-1', 'site=a\nsite=b'])
def test_what_is_no_label_is_refused_with_its_own_words(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_labels(text)
    assert refusal.value.field == 'labels'
