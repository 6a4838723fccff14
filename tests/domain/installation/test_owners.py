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
from domain.policies.model import Mode, Policy
from domain.sign_in.model import Browser
from tests.fakes import RunningApplication, running_application

PASSWORD = 'correct horse battery'


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


async def owner(application: RunningApplication, name: str = 'Olga') -> Person:
    person = await application.people.add(
        application.enterprise, f'{name.lower()}@example.com', name, Role.VIEWER, PASSWORD
    )
    await application.transactor.transact(
        lambda tx: tx.put(replace(tx.need(Account, INSTALLATION, person.account), owner=True))
    )
    return person


async def test_an_owner_appoints_and_dismisses_owners_but_not_the_last(application: RunningApplication) -> None:
    olga = await owner(application)
    bo = await application.people.add(application.enterprise, 'bo@example.com', 'Bo', Role.VIEWER, PASSWORD)
    session = (await application.accounts.sign_in(bo.email, PASSWORD, Browser())).session
    assert not application.access.actor(session).may(Permission.INSTALLATION_WRITE)
    await application.owners.set_owner(application.as_(olga), bo.account, True)
    assert application.access.actor(session).may(Permission.INSTALLATION_WRITE)
    await application.owners.set_owner(application.as_(bo), olga.account, False)
    with pytest.raises(Conflict, match='last owner'):
        await application.owners.set_owner(application.as_(bo), bo.account, False)
    told = [r.entry for r in application.store.journal[INSTALLATION] if isinstance(r.entry, AccountChanged)]
    assert [(entry.subject.name, entry.by, entry.actor) for entry in told] == [
        ('Bo', 'Olga', f'person/{olga.id}'),
        ('Olga', 'Bo', f'person/{bo.id}'),
    ]


async def test_an_owner_whose_account_is_suspended_does_not_count(application: RunningApplication) -> None:
    olga, pim = await owner(application), await owner(application, 'Pim')
    account = application.fleets.installation[Account][pim.account]
    await application.transactor.transact(lambda tx: tx.put(replace(account, suspended_at=tx.now)))
    with pytest.raises(Conflict, match='last owner'):
        await application.owners.set_owner(application.as_(olga), olga.account, False)


async def test_an_administrator_is_no_owner(application: RunningApplication) -> None:
    ana = await application.people.add(application.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, PASSWORD)
    actor = application.as_(ana)
    for attempt in (
        application.owners.set_owner(actor, ana.account, True),
        application.owners.join(actor, application.enterprise),
        application.enterprises.add('Mine', actor=actor),
        application.enterprises.rename(actor, application.enterprise, 'Mine'),
    ):
        with pytest.raises(NotAllowed, match='installation:write'):
            await attempt


async def test_an_owner_proves_anew_who_they_are(application: RunningApplication) -> None:
    olga = await owner(application)
    for attempt in (
        application.owners.set_owner(application.as_(olga, recently_verified=False), olga.account, False),
        application.enterprises.add('New', actor=application.as_(olga, recently_verified=False)),
    ):
        with pytest.raises(StepUpNeeded):
            await attempt


async def test_an_owner_founds_an_enterprise_and_comes_in_only_by_joining_it_which_its_journal_tells(
    application: RunningApplication,
) -> None:
    olga = await owner(application)
    made = await found(
        application.enterprises,
        application.policies,
        'Ghent',
        plmns=('206-01',),
        enforce=('Not rooted',),
        actor=application.as_(olga),
    )
    policies = application.fleets.of(made.id)[Policy].values()
    assert [policy.name for policy in policies if policy.mode is Mode.ENFORCE] == ['Not rooted']
    opened = await application.accounts.sign_in(olga.email, PASSWORD, Browser())
    with pytest.raises(NotAllowed, match='do not belong'):
        await application.access.switch(opened.session, made.id)
    joined = await application.owners.join(application.as_(olga), made.id)
    assert (joined.role, joined.enterprise) == (Role.ADMIN, made.id)
    moved = await application.access.switch(opened.session, made.id)
    assert application.access.actor(moved.session).may(Permission.PEOPLE_WRITE)
    told = [r.entry for r in application.store.journal[made.id]]
    assert [(e.by, e.actor) for e in told if isinstance(e, EnterpriseAdded)] == [('Olga', f'person/{olga.id}')]
    assert [(e.through, e.actor) for e in told if isinstance(e, PersonAdded)] == [
        ('ownership of the installation', f'person/{olga.id}')
    ]
    with pytest.raises(Conflict):
        await application.owners.join(application.as_(olga), made.id)
    with pytest.raises(NotFound):
        await application.owners.join(application.as_(olga), 'nowhere')


async def test_an_enterprise_is_renamed_to_what_no_other_is_called(application: RunningApplication) -> None:
    olga = await owner(application)
    other = await application.enterprises.add('Ghent', actor=application.as_(olga))
    with pytest.raises(Conflict) as refused:
        await application.enterprises.rename(application.as_(olga), other.id, 'PORT of Delft')
    assert refused.value.field == 'name'
    await application.enterprises.rename(application.as_(olga), application.enterprise, 'Port of DELFT')
    assert application.fleet.enterprise.name == 'Port of DELFT'
    assert application.entries(EnterpriseChanged)[0].changes == {'name': ['Port of Delft', 'Port of DELFT']}
    with pytest.raises(NotFound):
        await application.enterprises.rename(application.as_(olga), 'nowhere', 'X')
