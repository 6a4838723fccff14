"""What an operator's command does with accounts."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.actors import system
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Permission, Role
from domain.accounts.events import AccountChanged
from domain.accounts.model import Account
from domain.common.errors import Conflict, NotFound, NotSignedIn
from domain.people.events import PersonAdded
from domain.sign_in.events import SessionEnded
from domain.sign_in.model import Browser
from domain.tokens.model import TokenKind
from tests.fakes import House, house

PASSWORD = 'correct horse battery'


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        await home.people.add(home.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, PASSWORD)
        yield home


def account(home: House, email: str = 'ana@example.com') -> Account:
    return home.operator.account(email)


async def test_a_disabled_account_is_signed_out_at_once_and_its_tokens_open_nothing(home: House) -> None:
    opened = await home.accounts.sign_in('ana@example.com', PASSWORD, Browser())
    read = [Permission.DEVICES_READ]
    token, secret = await home.tokens.issue(home.enterprise, TokenKind.API, 'hers', scopes=read)
    home.fleets.apply(replace(token, person=opened.session.person))
    assert home.access.program(secret).name == 'hers'
    await home.operator.suspend(account(home), last=True)
    assert home.access.session(opened.secret) is None
    with pytest.raises(NotSignedIn):
        await home.accounts.sign_in('ana@example.com', PASSWORD, Browser())
    with pytest.raises(NotSignedIn):
        home.access.program(secret)
    assert home.entries(SessionEnded)[0].because == 'the account was disabled'
    await home.operator.restore(account(home))
    assert (await home.accounts.sign_in('ana@example.com', PASSWORD, Browser())).secret
    assert [entry.what for entry in home.entries(AccountChanged)] == ['was disabled', 'was enabled again']


async def test_what_is_done_by_command_is_told_as_an_operators_in_each_enterprise(home: House) -> None:
    """Nobody knows who gave the command; that it was given on the machine itself is known."""
    other = await home.enterprises.add('Ghent')
    await home.operator.admit(account(home), other.id, Role.VIEWER)
    await home.operator.suspend(account(home), last=True)
    await home.operator.restore(account(home))
    await home.operator.forget_second_factor(account(home))
    await home.accounts.reset_password('ana@example.com', 'another horse entirely')
    await home.links.operators_reset_link(account(home))
    await home.tokens.revoke(other.id, (await home.tokens.issue(other.id, TokenKind.ENROLMENT, 'roll-out'))[0].id)
    told = [each.entry for enterprise in (home.enterprise, other.id) for each in home.store.journal[enterprise]]
    assert len(told) > 10
    assert [entry for entry in told if entry.actor != 'system/operator'] == []


async def test_the_last_owner_and_the_last_admin_are_not_disabled_silently(home: House) -> None:
    await home.owners.set_owner(system(INSTALLATION, 'operator'), account(home).id, True)
    with pytest.raises(Conflict, match='last owner of the installation and the last admin of Port of Delft'):
        await home.operator.suspend(account(home))
    await home.people.add(home.enterprise, 'bob@example.com', 'Bob', Role.ADMIN, PASSWORD)
    with pytest.raises(Conflict, match='last owner of the installation:'):
        await home.operator.suspend(account(home))
    await home.owners.set_owner(system(INSTALLATION, 'operator'), account(home, 'bob@example.com').id, True)
    await home.operator.suspend(account(home))
    with pytest.raises(Conflict, match='disabled already'):
        await home.operator.suspend(account(home))
    with pytest.raises(Conflict, match='last admin'):
        await home.operator.suspend(account(home, 'bob@example.com'))


async def test_somebody_with_an_account_joins_another_enterprise_with_the_password_they_have(home: House) -> None:
    ghent = await home.enterprises.add('Ghent')
    person = await home.operator.admit(account(home), ghent.id, Role.VIEWER)
    assert (person.enterprise, person.role) == (ghent.id, Role.VIEWER)
    assert len(home.fleets.memberships(person.account)) == 2
    with pytest.raises(Conflict):
        await home.operator.admit(account(home), ghent.id, Role.ADMIN)
    assert isinstance(home.store.journal[ghent.id][-1].entry, PersonAdded)


async def test_what_does_not_fit_is_refused(home: House) -> None:
    with pytest.raises(NotFound, match='no account'):
        account(home, 'nobody@example.com')
    with pytest.raises(Conflict, match='not disabled'):
        await home.operator.restore(account(home))
