"""The installation: owners add enterprises, join them in the open, and appoint each other."""

from dataclasses import replace

import pytest

from domain.access.permissions import Role
from domain.accounts.live import Memberships
from domain.accounts.model import Account, Person
from domain.policies.model import Policy
from tests.ui.conftest import PASSWORD, Console
from tests.ui.pages.people.test_list import act, one
from tests.ui.until import until
from ui.settings.providers import ProviderSettings, RuleSettings


@pytest.fixture
def providers() -> list[ProviderSettings]:
    """One that leads its crane drivers to the enterprise of the application."""
    rule = RuleSettings(
        enterprise='Port of Delft', role=Role.OPERATOR, groups=frozenset({'crane drivers'}), labels={'site': ['port-1']}
    )
    return [
        ProviderSettings(name='sso', label='Delft SSO', issuer='https://sso.example.com', client_id='c', rules=[rule])
    ]


async def owner(console: Console) -> Person:
    """Ana, a viewer who owns the installation, signed in."""
    ana = await console.sign_in(Role.VIEWER)
    account = console.application.fleets.installation[Account][ana.account]
    await console.application.transactor.transact(lambda tx: tx.put(replace(account, owner=True)))
    return ana


async def test_an_administrator_sees_nothing_of_it(console: Console) -> None:
    await console.application.enterprises.add('Port of Ghent')
    await console.sign_in()
    await console.refused('/installation', 'Your role does not include this page')


async def test_an_enterprise_is_added_with_its_policies_and_its_owner_in_it(console: Console) -> None:
    ana = await owner(console)
    await console.user.open('/installation')
    console.user.find(marker='add').click()
    await console.user.should_see(marker='plmns')
    console.user.find(marker='name').type('Port of Ghent')
    console.user.find(marker='plmns').type('206-1')
    console.user.find(marker='save').click()
    await console.user.should_see('Write a network as MCC-MNC')
    one(console, 'plmns').value = '206-01, 206-10'
    console.user.find(marker='save').click()
    await until(lambda: len(list(console.application.fleets)) == 2 and len(memberships(console, ana)) == 2)
    made = console.application.enterprises.named('Port of Ghent')
    assert 'Only our networks' in {policy.name for policy in console.application.fleets.of(made.id)[Policy].values()}
    assert memberships(console, ana)[made.id].role is Role.ADMIN


async def test_an_owner_joins_an_enterprise_after_a_question_that_says_who_reads_of_it(console: Console) -> None:
    other = await console.application.enterprises.add('Port of Ghent')
    ana = await owner(console)
    await console.user.open('/installation')
    act(console, 'enterprises', 'join', other.id)
    await console.user.should_see('Its administrators read in their audit trail')
    assert len(memberships(console, ana)) == 1
    console.user.find(marker='confirm').click()
    await until(lambda: memberships(console, ana).get(other.id))


async def test_an_enterprise_is_renamed(console: Console) -> None:
    await owner(console)
    await console.user.open('/installation')
    act(console, 'enterprises', 'rename', console.application.enterprise)
    await console.user.should_see('Rename Port of Delft')
    one(console, 'name').value = 'Delft Harbour'
    console.user.find(marker='save').click()
    await console.user.should_see('The enterprise is renamed.')
    assert console.application.fleet.enterprise.name == 'Delft Harbour'


async def test_owners_are_made_and_unmade_but_one_stays(console: Console) -> None:
    ana = await owner(console)
    application = console.application
    bo = await application.people.add(application.enterprise, 'bo@example.com', 'Bo', Role.VIEWER, PASSWORD)
    await console.user.open('/installation')
    act(console, 'owners', 'withdraw', ana.account)
    await console.user.should_see('Withdraw ownership from Ana?')
    console.user.find(marker='confirm').click()
    await console.user.should_see('last owner')
    console.user.find(marker='appoint').click()
    await console.user.should_see(marker='email')
    console.user.find(marker='email').type('nobody@example.com')
    console.user.find(marker='save').click()
    await console.user.should_see('There is no account with this e-mail address')
    one(console, 'email').value = 'Bo@Example.com'
    console.user.find(marker='save').click()
    await console.user.should_see('Bo owns the installation with you.')
    assert application.fleets.installation[Account][bo.account].owner


def memberships(console: Console, person: Person) -> dict[str, Person]:
    return dict(console.application.fleets.index(Memberships).of(person.account))


async def test_an_owner_reads_whom_a_provider_lets_in_and_as_what(console: Console) -> None:
    await owner(console)
    await console.user.open('/installation')
    await console.user.should_see('Delft SSO')
    await console.user.should_see('Direct link /login/sso')
    await console.user.should_see('crane drivers → operator of Port of Delft, site=port-1 only')
