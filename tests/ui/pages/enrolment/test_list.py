"""Enrolment: a token is shown once and only to who may make it; who waits is approved or refused by who may."""

from dataclasses import replace
from typing import Any

from nicegui import ui

from domain.access.permissions import Role
from domain.devices.input import NewDevice
from domain.devices.model import Device, DeviceKind
from domain.enrolment.live import Waiting
from domain.enrolment.model import Enrolled
from domain.tokens.model import Token, TokenKind
from tests.fakes import RunningApplication, identifiers
from tests.ui.conftest import Console
from tests.ui.until import until
from ui.pages.enrolment.token_dialog import scanned


async def enrol(application: RunningApplication, name: str = 'crane-117', **token: Any) -> Enrolled:
    """A device that enrols with a new token."""
    _, secret = await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'roll-out', **token)
    return await application.enrolments.enrol(
        secret, NewDevice(name=name, kind=DeviceKind.TABLET, identifiers=identifiers(1))
    )


def act(console: Console, table: str, action: str, id: str) -> None:
    """What a table tells when a person presses a button on a row."""
    (element,) = console.user.find(marker=table).elements
    listener = next(one for one in element._event_listeners.values() if one.type == 'act')
    element._handle_event({'listener_id': listener.id, 'args': {'action': action, 'id': id}})


async def test_numbers_of_two_devices_ask_which_it_is(console: Console) -> None:
    application = console.application
    await console.sign_in()
    one, two = [await application.device(f'crane-{n}', identifiers=identifiers(n)) for n in (1, 2)]
    mixed = replace(identifiers(1), serial=identifiers(2).serial)
    _, secret = await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'roll-out')
    asks = await application.enrolments.enrol(
        secret, NewDevice(name='board', kind=DeviceKind.GATEWAY, identifiers=mixed)
    )
    await console.user.open('/enrolment')
    act(console, 'waiting', 'approve', asks.device.id)
    await console.user.should_see('It shows the serial number SN-000002 of crane-2.')
    console.user.find(marker='confirm').click()
    await console.user.should_see('Choose which device it is.')
    (choice,) = console.user.find(kind=ui.select, marker='which-device').elements
    assert set(choice.options) == {one.id, two.id, asks.device.id}
    choice.set_value(two.id)
    console.user.find(marker='confirm').click()
    await until(lambda: asks.device.id not in application.fleet[Device])
    assert application.fleet[Device][two.id].identifiers.imei == identifiers(1).imei


async def test_the_command_carries_a_token_that_lets_one_device_in(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/devices')
    console.user.find(marker='enrol').click()
    await console.user.should_see(marker='make-token')
    console.user.find(marker='make-token').click()
    await console.user.should_see(marker='enrol-command')
    (line,) = console.user.find(marker='enrol-command').elements
    start, _, secret = line.props['text'].rpartition(' ')
    assert start == 'cellwarden agent --server http://test --enrol'
    (token,) = console.application.fleet[Token].values()
    assert (token.kind, token.uses_left) == (TokenKind.ENROLMENT, 1)
    enrolled = await console.application.enrolments.enrol(secret, NewDevice(name='crane-117', kind=DeviceKind.TABLET))
    assert enrolled.device.enterprise == console.application.enterprise


async def test_a_person_who_lost_the_permission_makes_no_token(console: Console) -> None:
    person = await console.sign_in(Role.OPERATOR)
    await console.user.open('/devices')
    console.user.find(marker='enrol').click()
    await console.user.should_see(marker='make-token')
    console.becomes(person, Role.VIEWER)
    console.user.find(marker='make-token').click()
    await console.user.should_see('Not allowed')
    assert not console.application.fleet[Token]


async def test_a_token_confers_its_labels_and_asks_for_approval(console: Console) -> None:
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/enrolment')
    console.user.find(marker='enrol').click()
    await console.user.should_see(marker='token-labels')
    console.user.find(marker='token-labels').type('site=port-1\ncrew=day')
    console.user.find(marker='token-door').click()
    console.user.find('Only devices that a person approves').click()
    console.user.find(marker='make-token').click()
    await console.user.should_see(marker='enrol-command')
    (token,) = console.application.fleet[Token].values()
    assert (token.labels, token.approval, token.replaces) == ({'crew': 'day', 'site': 'port-1'}, True, False)
    assert token.created_by == 'Ana'


async def test_what_is_no_label_is_told_where_it_was_typed(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/enrolment')
    console.user.find(marker='enrol').click()
    await console.user.should_see(marker='token-labels')
    console.user.find(marker='token-labels').type('port-1')
    console.user.find(marker='make-token').click()
    (labels,) = console.user.find(marker='token-labels').elements
    await until(lambda: 'is not a label' in str(getattr(labels, 'error')))  # noqa: B009 (of fields alone)
    assert not console.application.fleet[Token]


async def test_a_second_press_while_the_first_is_under_way_makes_no_second_token(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/enrolment')
    console.user.find(marker='enrol').click()
    await console.user.should_see(marker='make-token')
    console.user.find(marker='make-token').click()
    console.user.find(marker='make-token').click()
    await console.user.should_see(marker='enrol-command')
    assert len(console.application.fleet[Token]) == 1


def test_an_app_scans_the_server_and_the_token_and_no_address_that_a_camera_would_open() -> None:
    assert scanned('https://c.example', 'cwe_x') == '{"cellwarden":1,"server":"https://c.example","token":"cwe_x"}'


async def test_a_new_device_is_approved_with_the_criticality_that_was_chosen(console: Console) -> None:
    enrolled = await enrol(console.application, approval=True)
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/enrolment')
    act(console, 'waiting', 'approve', enrolled.device.id)
    await console.user.should_see('Approve crane-117?')
    console.user.find(marker='criticality-field').click()
    console.user.find('High').click()
    console.user.find(marker='confirm').click()
    await console.user.should_see('crane-117 is let in.')
    assert not console.application.fleet.index(Waiting).credentials
    assert console.application.fleet[Device][enrolled.device.id].criticality == 'high'


async def test_giving_away_the_place_of_a_device_in_use_is_asked_first(console: Console) -> None:
    first = await enrol(console.application)
    await console.application.check_in(first.device.id)
    await enrol(console.application)
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/enrolment')
    act(console, 'waiting', 'approve', first.device.id)
    await console.user.should_see('The device in use is locked out at once.')
    assert console.application.fleet.index(Waiting).credentials
    console.user.find(marker='confirm').click()
    await console.user.should_see('crane-117 is let in.')
    assert not console.application.fleet.index(Waiting).credentials


async def test_a_device_is_refused_after_a_question(console: Console) -> None:
    enrolled = await enrol(console.application, approval=True)
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/enrolment')
    act(console, 'waiting', 'refuse', enrolled.device.id)
    await console.user.should_see('Refuse crane-117?')
    assert console.application.fleet[Device]
    console.user.find(marker='confirm').click()
    await console.user.should_see('crane-117 was refused.')
    assert not console.application.fleet[Device]


async def test_a_revoked_token_is_gone(console: Console) -> None:
    await enrol(console.application)
    (token,) = console.application.fleet[Token].values()
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/enrolment')
    act(console, 'tokens', 'revoke', token.id)
    await console.user.should_see('Revoke roll-out?')
    console.user.find(marker='confirm').click()
    await console.user.should_see('roll-out is revoked.')
    assert not console.application.fleet[Token]


async def test_security_staff_look_and_decide_nothing(console: Console) -> None:
    enrolled = await enrol(console.application, approval=True)
    await console.sign_in(Role.SECURITY)
    await console.user.open('/enrolment')
    await console.user.should_not_see(marker='enrol')
    (table,) = console.user.find(marker='waiting').elements
    assert table.props['actions'] == []
    assert set(console.application.fleet.index(Waiting).credentials) == {enrolled.device.id}


async def test_a_role_that_was_taken_away_approves_nothing(console: Console) -> None:
    enrolled = await enrol(console.application, approval=True)
    person = await console.sign_in(Role.OPERATOR)
    await console.user.open('/enrolment')
    act(console, 'waiting', 'approve', enrolled.device.id)
    await console.user.should_see('Approve crane-117?')
    console.becomes(person, Role.VIEWER)
    console.user.find(marker='confirm').click()
    await console.user.should_see('Not allowed')
    assert console.application.fleet.index(Waiting).credentials


async def test_a_viewer_is_told_whose_page_it_is(console: Console) -> None:
    await enrol(console.application, approval=True)
    await console.sign_in(Role.VIEWER)
    await console.refused('/enrolment', 'Your role does not see how devices come in')
