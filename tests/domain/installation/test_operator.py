"""What an operator's command does with accounts."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.actors import system
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Permission, Role
from domain.accounts.events import AccountChanged
from domain.accounts.live import Memberships
from domain.accounts.model import Account
from domain.common.errors import Conflict, NotFound, NotSignedIn
from domain.people.events import PersonAdded
from domain.sign_in.events import SessionEnded
from domain.sign_in.model import Browser
from domain.tokens.model import TokenKind
from tests.fakes import RunningApplication, running_application

PASSWORD = 'correct horse battery'


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        await application.people.add(application.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, PASSWORD)
        yield application


def account(application: RunningApplication, email: str = 'ana@example.com') -> Account:
    return application.operator.account(email)


async def test_a_disabled_account_is_signed_out_at_once_and_its_tokens_open_nothing(
    application: RunningApplication,
) -> None:
    opened = await application.accounts.sign_in('ana@example.com', PASSWORD, Browser())
    read = [Permission.DEVICES_READ]
    token, secret = await application.tokens.issue(application.enterprise, TokenKind.API, 'hers', scopes=read)
    application.fleets.apply(replace(token, person=opened.session.person))
    assert application.access.program(secret).name == 'hers'
    await application.operator.suspend(account(application), last=True)
    assert application.access.session(opened.secret) is None
    with pytest.raises(NotSignedIn):
        await application.accounts.sign_in('ana@example.com', PASSWORD, Browser())
    with pytest.raises(NotSignedIn):
        application.access.program(secret)
    assert application.entries(SessionEnded)[0].because == 'the account was disabled'
    await application.operator.restore(account(application))
    assert (await application.accounts.sign_in('ana@example.com', PASSWORD, Browser())).secret
    assert [entry.what for entry in application.entries(AccountChanged)] == ['was disabled', 'was enabled again']


async def test_what_is_done_by_command_is_told_as_an_operators_in_each_enterprise(
    application: RunningApplication,
) -> None:
    """It is not known who gave the command; that it was given on the machine itself is known."""
    other = await application.enterprises.add('Ghent')
    await application.operator.admit(account(application), other.id, Role.VIEWER)
    await application.operator.suspend(account(application), last=True)
    await application.operator.restore(account(application))
    await application.operator.forget_second_factor(account(application))
    await application.accounts.reset_password('ana@example.com', 'another horse entirely')
    await application.links.operators_reset_link(account(application))
    await application.tokens.revoke(
        other.id, (await application.tokens.issue(other.id, TokenKind.ENROLMENT, 'roll-out'))[0].id
    )
    told = [
        each.entry
        for enterprise in (application.enterprise, other.id)
        for each in application.store.journal[enterprise]
    ]
    assert len(told) > 10
    assert [entry for entry in told if entry.actor != 'system/operator'] == []


async def test_the_last_owner_and_the_last_admin_are_not_disabled_silently(application: RunningApplication) -> None:
    await application.owners.set_owner(system(INSTALLATION, 'operator'), account(application).id, True)
    with pytest.raises(Conflict, match='last owner of the installation and the last admin of Port of Delft'):
        await application.operator.suspend(account(application))
    await application.people.add(application.enterprise, 'bob@example.com', 'Bob', Role.ADMIN, PASSWORD)
    with pytest.raises(Conflict, match='last owner of the installation:'):
        await application.operator.suspend(account(application))
    await application.owners.set_owner(
        system(INSTALLATION, 'operator'), account(application, 'bob@example.com').id, True
    )
    await application.operator.suspend(account(application))
    with pytest.raises(Conflict, match='disabled already'):
        await application.operator.suspend(account(application))
    with pytest.raises(Conflict, match='last admin'):
        await application.operator.suspend(account(application, 'bob@example.com'))


async def test_a_person_with_an_account_joins_another_enterprise_with_the_password_they_have(
    application: RunningApplication,
) -> None:
    ghent = await application.enterprises.add('Ghent')
    person = await application.operator.admit(account(application), ghent.id, Role.VIEWER)
    assert (person.enterprise, person.role) == (ghent.id, Role.VIEWER)
    assert len(application.fleets.index(Memberships).of(person.account)) == 2
    with pytest.raises(Conflict):
        await application.operator.admit(account(application), ghent.id, Role.ADMIN)
    assert isinstance(application.store.journal[ghent.id][-1].entry, PersonAdded)


async def test_what_does_not_fit_is_refused(application: RunningApplication) -> None:
    with pytest.raises(NotFound, match='no account'):
        account(application, 'nobody@example.com')
    with pytest.raises(Conflict, match='not disabled'):
        await application.operator.restore(account(application))
