"""Who belongs to an enterprise, as what, and what happens to their doors when that changes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.actors import Actor, ActorKind, granted
from domain.access.permissions import Permission, Role
from domain.access.scopes import EVERYWHERE, Scope
from domain.accounts.model import Account, Person, PersonKind
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, Stale
from domain.people.events import LinkWithdrawn, PersonAdded, PersonChanged, PersonRemoved
from domain.sign_in.events import SessionEnded
from domain.sign_in.model import Browser, SignedInBrowser
from domain.tokens.events import TokenRevoked
from domain.tokens.model import Token, TokenKind
from tests.fakes import RunningApplication, running_application

PASSWORD = 'correct horse battery'
PORT_1 = Scope({'site': ('port-1',)})


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


async def person(application: RunningApplication, name: str, role: Role = Role.ADMIN, enterprise: str = '') -> Person:
    """A member with an account of their own."""
    return await application.people.add(
        enterprise or application.enterprise, f'{name.lower()}@example.com', name, role, PASSWORD
    )


async def sign_in(application: RunningApplication, who: Person) -> SignedInBrowser:
    return await application.accounts.sign_in(who.email, PASSWORD, Browser(address='192.0.2.1'))


async def comes_from_groups(application: RunningApplication, who: Person) -> Person:
    """An identity provider decides over them from now on."""
    managed = replace(who, provider='Entra')
    await application.transactor.transact(lambda tx: tx.put(managed))
    return managed


async def test_a_lowered_role_counts_at_the_next_action_of_an_open_session(application: RunningApplication) -> None:
    ana, bo = await person(application, 'Ana'), await person(application, 'Bo', Role.OPERATOR)
    opened = await sign_in(application, bo)
    assert application.access.actor(opened.session).may(Permission.DEVICES_WRITE)
    changed = await application.people.change_role(application.as_(ana), bo.id, 1, Role.VIEWER)
    assert (changed.role, changed.version) == (Role.VIEWER, 2)
    assert not application.access.actor(opened.session).may(Permission.DEVICES_WRITE)


async def test_the_journal_tells_what_a_person_was_and_is_and_by_whom(application: RunningApplication) -> None:
    ana, bo = await person(application, 'Ana'), await person(application, 'Bo', Role.VIEWER)
    actor = replace(application.as_(ana), address='192.0.2.7')
    await application.people.change_role(actor, bo.id, 1, Role.OPERATOR, PORT_1)
    (entry,) = application.entries(PersonChanged)
    assert entry.changes == {'role': ['viewer', 'operator'], 'scope': ['everything', 'site=port-1 only']}
    assert (entry.subject.name, entry.by, entry.actor, entry.address) == ('Bo', 'Ana', f'person/{ana.id}', '192.0.2.7')


async def test_what_changes_nothing_is_no_news(application: RunningApplication) -> None:
    ana, bo = await person(application, 'Ana'), await person(application, 'Bo', Role.VIEWER)
    assert (await application.people.change_role(application.as_(ana), bo.id, 1, Role.VIEWER)).version == 1
    assert not application.entries(PersonChanged)


async def test_nobody_overwrites_what_another_administrator_has_just_changed(application: RunningApplication) -> None:
    ana, bo = await person(application, 'Ana'), await person(application, 'Bo', Role.VIEWER)
    await application.people.change_role(application.as_(ana), bo.id, 1, Role.OPERATOR)
    with pytest.raises(Stale):
        await application.people.change_role(application.as_(ana), bo.id, 1, Role.SECURITY)


async def test_nobody_changes_or_removes_themselves_by_accident(application: RunningApplication) -> None:
    ana, _ = await person(application, 'Ana'), await person(application, 'Bo')
    with pytest.raises(Conflict, match='this is you'):
        await application.people.change_role(application.as_(ana), ana.id, 1, Role.VIEWER)
    with pytest.raises(Conflict, match='this is you'):
        await application.people.remove(application.as_(ana), ana.id)
    assert (await application.people.rename(application.as_(ana), ana.id, 1, 'Ana Ruiz')).name == 'Ana Ruiz'


async def test_an_enterprise_keeps_its_last_administrator(application: RunningApplication) -> None:
    ana = await person(application, 'Ana')
    await person(application, 'Bo', Role.SECURITY)
    for attempt in (
        application.people.change_role(application.actor, ana.id, 1, Role.SECURITY),
        application.people.remove(application.actor, ana.id),
    ):
        with pytest.raises(
            Conflict, match=r'Ana is the last administrator .* make another person an administrator first'
        ):
            await attempt


async def test_two_administrators_who_remove_each_other_at_once_leave_one(application: RunningApplication) -> None:
    ana, bo = await person(application, 'Ana'), await person(application, 'Bo')
    answers = await asyncio.gather(
        application.people.remove(application.as_(ana), bo.id),
        application.people.remove(application.as_(bo), ana.id),
        return_exceptions=True,
    )
    assert isinstance(answers[1], Conflict)
    assert list(application.fleet[Person]) == [ana.id]


async def test_an_administrator_whose_account_is_suspended_does_not_count(application: RunningApplication) -> None:
    ana, bo = await person(application, 'Ana'), await person(application, 'Bo')
    account = application.fleets.installation[Account][bo.account]
    await application.transactor.transact(lambda tx: tx.put(replace(account, suspended_at=tx.now)))
    with pytest.raises(Conflict, match='last administrator'):
        await application.people.remove(application.actor, ana.id)


async def test_a_person_from_a_providers_groups_can_be_removed_but_not_changed_by_hand(
    application: RunningApplication,
) -> None:
    ana, bo = await person(application, 'Ana'), await person(application, 'Bo', Role.VIEWER)
    await comes_from_groups(application, bo)
    with pytest.raises(Conflict, match='the groups of Entra decide'):
        await application.people.change_role(application.as_(ana), bo.id, 1, Role.OPERATOR)
    with pytest.raises(Conflict, match='the groups of Entra decide'):
        await application.people.rename(application.as_(ana), bo.id, 1, 'Bob')
    await application.people.remove(application.as_(ana), bo.id)
    assert bo.id not in application.fleet[Person]


async def test_removing_a_person_ends_their_sessions_here_and_nowhere_else(application: RunningApplication) -> None:
    ana, bo = await person(application, 'Ana'), await person(application, 'Bo', Role.OPERATOR)
    other = await application.enterprises.add('Port of Ghent')
    account = application.fleets.installation[Account][bo.account]
    await application.transactor.transact(lambda tx: application.people.join(tx, account, other.id, Role.VIEWER))
    here, there = await sign_in(application, bo), await sign_in(application, bo)
    there = await application.access.switch(there.session, other.id)
    await application.people.remove(application.as_(ana), bo.id)
    assert application.access.standing(here.session) is None
    assert application.access.actor(there.session).enterprise == other.id
    with pytest.raises(NotAllowed):
        await application.access.switch(there.session, application.enterprise)
    assert [entry.because for entry in application.entries(SessionEnded)] == ['removed from the enterprise']
    assert [(entry.subject.name, entry.by) for entry in application.entries(PersonRemoved)] == [('Bo', 'Ana')]
    with pytest.raises(NotFound):
        await application.people.change_role(application.as_(ana), bo.id, 2, Role.VIEWER)


async def test_nobody_comes_back_by_an_invitation_they_made_before_they_left(application: RunningApplication) -> None:
    ana, bo = await person(application, 'Ana'), await person(application, 'Bo')
    by_ana = await application.links.invite(application.as_(ana), 'cy@example.com', 'Cy', Role.VIEWER)
    _, secret = await application.tokens.issue_own(
        application.as_(bo), 'script', scopes=[Permission.PEOPLE_WRITE, *granted(Role.VIEWER)], expires_in_s=60
    )
    by_bo = await application.links.invite(application.as_(bo), 'bo@elsewhere.example', 'Bo', Role.ADMIN)
    by_program = await application.links.invite(
        application.access.program(secret), 'bo@third.example', 'Bo', Role.VIEWER
    )
    await application.people.remove(application.as_(ana), bo.id)
    for made in (by_bo, by_program):
        with pytest.raises(NotFound):
            await application.links.accept(made.secret, name='Bo', password=PASSWORD, browser=Browser())
    assert application.links.invitations(application.enterprise) == [by_ana.link]
    assert [(entry.subject.id, entry.by) for entry in application.entries(LinkWithdrawn)] == [
        (by_bo.link.id, 'Ana'),
        (by_program.link.id, 'Ana'),
    ]


async def test_a_person_who_was_removed_can_be_taken_in_again(application: RunningApplication) -> None:
    ana, bo = await person(application, 'Ana'), await person(application, 'Bo', Role.OPERATOR)
    await application.people.remove(application.as_(ana), bo.id)
    account = application.fleets.installation[Account][bo.account]
    again = await application.transactor.transact(
        lambda tx: application.people.join(tx, account, application.enterprise, Role.VIEWER)
    )
    assert again.id != bo.id
    async with running_application(store=application.store, clock=application.clock) as restarted:
        assert {one.id for one in restarted.fleet[Person].values()} == {ana.id, again.id}


async def test_a_program_acts_through_a_service_account_which_cannot_sign_in_and_takes_its_tokens_along(
    application: RunningApplication,
) -> None:
    ana = await person(application, 'Ana')
    service = await application.people.add_service(application.as_(ana), 'collector', Role.OPERATOR)
    assert (service.kind, service.account, service.email) == (PersonKind.SERVICE, '', '')
    assert application.entries(PersonAdded)[-1].subject.kind == 'service'
    _, secret = await application.tokens.issue(
        application.enterprise, TokenKind.API, 'harbour', scopes=[Permission.DEVICES_WRITE], person=service.id
    )
    assert application.access.program(secret).may(Permission.DEVICES_WRITE)
    lowered = await application.people.change_role(application.as_(ana), service.id, 1, Role.VIEWER)
    assert not application.access.program(secret).may(Permission.DEVICES_WRITE)
    await application.people.remove(application.as_(ana), lowered.id)
    with pytest.raises(NotSignedIn):
        application.access.program(secret)
    assert [entry.subject.name for entry in application.entries(TokenRevoked)] == ['harbour']
    assert not application.fleet[Token]


async def test_two_service_accounts_have_two_names(application: RunningApplication) -> None:
    first = await application.people.add_service(application.actor, 'collector', Role.OPERATOR)
    with pytest.raises(Conflict) as refused:
        await application.people.add_service(application.actor, 'Collector', Role.VIEWER)
    assert refused.value.field == 'name'
    other = await application.people.add_service(application.actor, 'mirror', Role.VIEWER)
    with pytest.raises(Conflict):
        await application.people.rename(application.actor, other.id, 1, 'COLLECTOR')
    assert (await application.people.rename(application.actor, first.id, 1, 'Collector')).name == 'Collector'


async def test_a_program_makes_nobody_more_than_it_is_itself(application: RunningApplication) -> None:
    bo = await person(application, 'Bo', Role.VIEWER)
    program = Actor(ActorKind.PROGRAM, 'p', 'sync', application.enterprise, frozenset({Permission.PEOPLE_WRITE}))
    with pytest.raises(NotAllowed, match='cannot give it'):
        await application.people.change_role(program, bo.id, 1, Role.OPERATOR)
    with pytest.raises(NotAllowed, match='cannot give it'):
        await application.people.add_service(program, 'friend', Role.OPERATOR)


async def test_people_of_another_enterprise_are_not_there(application: RunningApplication) -> None:
    other = await application.enterprises.add('Port of Ghent')
    ana, eve = await person(application, 'Ana', enterprise=other.id), await person(application, 'Eve', Role.VIEWER)
    for attempt in (
        application.people.change_role(application.as_(ana), eve.id, 1, Role.ADMIN),
        application.people.rename(application.as_(ana), eve.id, 1, 'Evil'),
        application.people.remove(application.as_(ana), eve.id),
    ):
        with pytest.raises(NotFound):
            await attempt


@pytest.mark.parametrize(
    ('role', 'scope', 'words'),
    [
        (Role.ADMIN, PORT_1, 'whole enterprise'),
        (Role.OPERATOR, Scope({'': ('x',)}), 'label key'),
        (Role.OPERATOR, Scope({'site': ('a\x00b',)}), 'control'),
        (Role.OPERATOR, Scope({'site': tuple(map(str, range(33)))}), 'at most 32'),
        (Role.OPERATOR, Scope({f'k{n}': ('x',) for n in range(33)}), 'at most 32'),
        (Role.OPERATOR, Scope(regions=('\u202eport',)), 'invisible'),
    ],
)
async def test_a_scope_that_makes_no_sense_is_refused_by_name(
    application: RunningApplication, role: Role, scope: Scope, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        await application.people.add_service(application.actor, 'collector', role, scope)
    assert (refused.value.field or '').startswith('scope')


async def test_a_scope_is_kept_in_order_and_can_be_taken_away(application: RunningApplication) -> None:
    scope = Scope({'team': ('b', 'a', 'b'), 'site': ('port-1',)}, (' Delft ', 'Berlin'))
    service = await application.people.add_service(application.actor, 'collector', Role.OPERATOR, scope)
    assert service.scope == Scope({'site': ('port-1',), 'team': ('a', 'b')}, ('Berlin', 'Delft'))
    assert not service.actor().may(Permission.ENROLMENT_WRITE)
    freed = await application.people.change_role(application.actor, service.id, 1, Role.OPERATOR)
    assert freed.scope == EVERYWHERE
    assert freed.actor().may(Permission.ENROLMENT_WRITE)
