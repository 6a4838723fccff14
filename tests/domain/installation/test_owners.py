"""Installation owners: appointed by owners, at least one, and strangers to every fleet until they join it in the open."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Permission, Role
from domain.accounts.events import AccountChanged
from domain.accounts.model import Account, Person
from domain.common.errors import Conflict, NotAllowed, NotFound, StepUpNeeded
from domain.installation.enterprises import found
from domain.installation.events import EnterpriseAdded, EnterpriseChanged
from domain.people.events import PersonAdded
from domain.policies.model import Mode
from domain.sign_in.model import Browser
from tests.fakes import House, house

PASSWORD = 'correct horse battery'


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as found:
        yield found


async def owner(home: House, name: str = 'Olga') -> Person:
    person = await home.people.add(home.enterprise, f'{name.lower()}@example.com', name, Role.VIEWER, PASSWORD)
    await home.road.travel(
        lambda draft: draft.put(replace(draft.need(Account, INSTALLATION, person.account), owner=True))
    )
    return person


async def test_an_owner_appoints_and_dismisses_owners_but_not_the_last(home: House) -> None:
    olga = await owner(home)
    bo = await home.people.add(home.enterprise, 'bo@example.com', 'Bo', Role.VIEWER, PASSWORD)
    session = (await home.accounts.sign_in(bo.email, PASSWORD, Browser())).session
    assert not home.access.actor(session).may(Permission.INSTALLATION_WRITE)
    await home.owners.set_owner(home.as_(olga), bo.account, True)
    assert home.access.actor(session).may(Permission.INSTALLATION_WRITE)
    await home.owners.set_owner(home.as_(bo), olga.account, False)
    with pytest.raises(Conflict, match='last owner'):
        await home.owners.set_owner(home.as_(bo), bo.account, False)
    told = [r.entry for r in home.store.journal[INSTALLATION] if isinstance(r.entry, AccountChanged)]
    assert [(entry.subject.name, entry.by, entry.actor) for entry in told] == [
        ('Bo', 'Olga', f'person/{olga.id}'),
        ('Olga', 'Bo', f'person/{bo.id}'),
    ]


async def test_an_owner_whose_account_is_suspended_does_not_count(home: House) -> None:
    olga, pim = await owner(home), await owner(home, 'Pim')
    account = home.fleets.accounts[pim.account]
    await home.road.travel(lambda draft: draft.put(replace(account, suspended_at=draft.now)))
    with pytest.raises(Conflict, match='last owner'):
        await home.owners.set_owner(home.as_(olga), olga.account, False)


async def test_an_administrator_is_no_owner(home: House) -> None:
    ana = await home.people.add(home.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, PASSWORD)
    actor = home.as_(ana)
    for attempt in (
        home.owners.set_owner(actor, ana.account, True),
        home.owners.join(actor, home.enterprise),
        home.enterprises.add('Mine', actor=actor),
        home.enterprises.rename(actor, home.enterprise, 'Mine'),
    ):
        with pytest.raises(NotAllowed, match='installation:write'):
            await attempt


async def test_an_owner_proves_anew_who_they_are(home: House) -> None:
    olga = await owner(home)
    for attempt in (
        home.owners.set_owner(home.as_(olga, raised=False), olga.account, False),
        home.enterprises.add('New', actor=home.as_(olga, raised=False)),
    ):
        with pytest.raises(StepUpNeeded):
            await attempt


async def test_an_owner_founds_an_enterprise_and_comes_in_only_by_joining_it_which_its_journal_tells(
    home: House,
) -> None:
    olga = await owner(home)
    made = await found(
        home.enterprises, home.policies, 'Ghent', plmns=('206-01',), enforce=('Not rooted',), actor=home.as_(olga)
    )
    policies = home.fleets.of(made.id).policies.values()
    assert [policy.name for policy in policies if policy.mode is Mode.ENFORCE] == ['Not rooted']
    opened = await home.accounts.sign_in(olga.email, PASSWORD, Browser())
    with pytest.raises(NotAllowed, match='do not belong'):
        await home.access.switch(opened.session, made.id)
    joined = await home.owners.join(home.as_(olga), made.id)
    assert (joined.role, joined.enterprise) == (Role.ADMIN, made.id)
    moved = await home.access.switch(opened.session, made.id)
    assert home.access.actor(moved.session).may(Permission.PEOPLE_WRITE)
    told = [r.entry for r in home.store.journal[made.id]]
    assert [(e.by, e.actor) for e in told if isinstance(e, EnterpriseAdded)] == [('Olga', f'person/{olga.id}')]
    assert [(e.through, e.actor) for e in told if isinstance(e, PersonAdded)] == [
        ('ownership of the installation', f'person/{olga.id}')
    ]
    with pytest.raises(Conflict):
        await home.owners.join(home.as_(olga), made.id)
    with pytest.raises(NotFound):
        await home.owners.join(home.as_(olga), 'nowhere')


async def test_an_enterprise_is_renamed_to_what_no_other_is_called(home: House) -> None:
    olga = await owner(home)
    other = await home.enterprises.add('Ghent', actor=home.as_(olga))
    with pytest.raises(Conflict) as refused:
        await home.enterprises.rename(home.as_(olga), other.id, 'PORT of Delft')
    assert refused.value.field == 'name'
    await home.enterprises.rename(home.as_(olga), home.enterprise, 'Port of DELFT')
    assert home.fleet.enterprise.name == 'Port of DELFT'
    assert home.entries(EnterpriseChanged)[0].changes == {'name': ['Port of Delft', 'Port of DELFT']}
    with pytest.raises(NotFound):
        await home.enterprises.rename(home.as_(olga), 'nowhere', 'X')
