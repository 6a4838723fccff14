"""Who belongs to an enterprise, as what, and what happens to their doors when that changes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.actors import Actor, ActorKind, granted
from domain.access.permissions import Permission, Role
from domain.access.scopes import EVERYWHERE, Scope
from domain.accounts.model import Person, PersonKind
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, Stale
from domain.people.events import LinkWithdrawn, PersonAdded, PersonChanged, PersonRemoved
from domain.sign_in.events import SessionEnded
from domain.sign_in.model import Browser, SignedInBrowser
from domain.tokens.events import TokenRevoked
from domain.tokens.model import TokenKind
from tests.fakes import House, house

PASSWORD = 'correct horse battery'
PORT_1 = Scope({'site': ('port-1',)})


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as found:
        yield found


async def person(home: House, name: str, role: Role = Role.ADMIN, enterprise: str = '') -> Person:
    """A member with an account of their own."""
    return await home.people.add(enterprise or home.enterprise, f'{name.lower()}@example.com', name, role, PASSWORD)


async def sign_in(home: House, who: Person) -> SignedInBrowser:
    return await home.accounts.sign_in(who.email, PASSWORD, Browser(address='192.0.2.1'))


async def comes_from_groups(home: House, who: Person) -> Person:
    """An identity provider decides over them from now on."""
    managed = replace(who, provider='Entra')
    await home.road.travel(lambda draft: draft.put(managed))
    return managed


async def test_a_lowered_role_counts_at_the_next_action_of_an_open_session(home: House) -> None:
    ana, bo = await person(home, 'Ana'), await person(home, 'Bo', Role.OPERATOR)
    opened = await sign_in(home, bo)
    assert home.access.actor(opened.session).may(Permission.DEVICES_WRITE)
    changed = await home.people.change_role(home.as_(ana), bo.id, 1, Role.VIEWER)
    assert (changed.role, changed.version) == (Role.VIEWER, 2)
    assert not home.access.actor(opened.session).may(Permission.DEVICES_WRITE)


async def test_the_journal_tells_what_somebody_was_and_is_and_by_whom(home: House) -> None:
    ana, bo = await person(home, 'Ana'), await person(home, 'Bo', Role.VIEWER)
    actor = replace(home.as_(ana), address='192.0.2.7')
    await home.people.change_role(actor, bo.id, 1, Role.OPERATOR, PORT_1)
    (entry,) = home.entries(PersonChanged)
    assert entry.changes == {'role': ['viewer', 'operator'], 'scope': ['everything', 'site=port-1 only']}
    assert (entry.subject.name, entry.by, entry.actor, entry.address) == ('Bo', 'Ana', f'person/{ana.id}', '192.0.2.7')


async def test_what_changes_nothing_is_no_news(home: House) -> None:
    ana, bo = await person(home, 'Ana'), await person(home, 'Bo', Role.VIEWER)
    assert (await home.people.change_role(home.as_(ana), bo.id, 1, Role.VIEWER)).version == 1
    assert not home.entries(PersonChanged)


async def test_nobody_overwrites_what_another_administrator_has_just_changed(home: House) -> None:
    ana, bo = await person(home, 'Ana'), await person(home, 'Bo', Role.VIEWER)
    await home.people.change_role(home.as_(ana), bo.id, 1, Role.OPERATOR)
    with pytest.raises(Stale):
        await home.people.change_role(home.as_(ana), bo.id, 1, Role.SECURITY)


async def test_nobody_changes_or_removes_themselves_by_accident(home: House) -> None:
    ana, _ = await person(home, 'Ana'), await person(home, 'Bo')
    with pytest.raises(Conflict, match='this is you'):
        await home.people.change_role(home.as_(ana), ana.id, 1, Role.VIEWER)
    with pytest.raises(Conflict, match='this is you'):
        await home.people.remove(home.as_(ana), ana.id)
    assert (await home.people.rename(home.as_(ana), ana.id, 1, 'Ana Ruiz')).name == 'Ana Ruiz'


async def test_an_enterprise_keeps_its_last_administrator(home: House) -> None:
    ana = await person(home, 'Ana')
    await person(home, 'Bo', Role.SECURITY)
    for attempt in (
        home.people.change_role(home.actor, ana.id, 1, Role.SECURITY),
        home.people.remove(home.actor, ana.id),
    ):
        with pytest.raises(
            Conflict, match=r'Ana is the last administrator .* make somebody else an administrator first'
        ):
            await attempt


async def test_two_administrators_who_remove_each_other_at_once_leave_one(home: House) -> None:
    ana, bo = await person(home, 'Ana'), await person(home, 'Bo')
    answers = await asyncio.gather(
        home.people.remove(home.as_(ana), bo.id), home.people.remove(home.as_(bo), ana.id), return_exceptions=True
    )
    assert isinstance(answers[1], Conflict)
    assert list(home.fleet.persons) == [ana.id]


async def test_an_administrator_whose_account_is_suspended_does_not_count(home: House) -> None:
    ana, bo = await person(home, 'Ana'), await person(home, 'Bo')
    account = home.fleets.accounts[bo.account]
    await home.road.travel(lambda draft: draft.put(replace(account, suspended_at=draft.now)))
    with pytest.raises(Conflict, match='last administrator'):
        await home.people.remove(home.actor, ana.id)


async def test_whoever_comes_from_a_providers_groups_can_be_removed_but_not_changed_by_hand(home: House) -> None:
    ana, bo = await person(home, 'Ana'), await person(home, 'Bo', Role.VIEWER)
    await comes_from_groups(home, bo)
    with pytest.raises(Conflict, match='the groups of Entra decide'):
        await home.people.change_role(home.as_(ana), bo.id, 1, Role.OPERATOR)
    with pytest.raises(Conflict, match='the groups of Entra decide'):
        await home.people.rename(home.as_(ana), bo.id, 1, 'Bob')
    await home.people.remove(home.as_(ana), bo.id)
    assert bo.id not in home.fleet.persons


async def test_removing_somebody_ends_their_sessions_here_and_nowhere_else(home: House) -> None:
    ana, bo = await person(home, 'Ana'), await person(home, 'Bo', Role.OPERATOR)
    other = await home.enterprises.add('Port of Ghent')
    account = home.fleets.accounts[bo.account]
    await home.road.travel(lambda draft: home.people.join(draft, account, other.id, Role.VIEWER))
    here, there = await sign_in(home, bo), await sign_in(home, bo)
    there = await home.access.switch(there.session, other.id)
    await home.people.remove(home.as_(ana), bo.id)
    assert home.access.standing(here.session) is None
    assert home.access.actor(there.session).enterprise == other.id
    with pytest.raises(NotAllowed):
        await home.access.switch(there.session, home.enterprise)
    assert [entry.because for entry in home.entries(SessionEnded)] == ['removed from the enterprise']
    assert [(entry.subject.name, entry.by) for entry in home.entries(PersonRemoved)] == [('Bo', 'Ana')]
    with pytest.raises(NotFound):
        await home.people.change_role(home.as_(ana), bo.id, 2, Role.VIEWER)


async def test_nobody_comes_back_by_an_invitation_they_made_before_they_left(home: House) -> None:
    ana, bo = await person(home, 'Ana'), await person(home, 'Bo')
    by_ana = await home.links.invite(home.as_(ana), 'cy@example.com', 'Cy', Role.VIEWER)
    _, secret = await home.tokens.issue_own(
        home.as_(bo), 'script', scopes=[Permission.PEOPLE_WRITE, *granted(Role.VIEWER)], expires_in_s=60
    )
    by_bo = await home.links.invite(home.as_(bo), 'bo@elsewhere.example', 'Bo', Role.ADMIN)
    by_program = await home.links.invite(home.access.program(secret), 'bo@third.example', 'Bo', Role.VIEWER)
    await home.people.remove(home.as_(ana), bo.id)
    for made in (by_bo, by_program):
        with pytest.raises(NotFound):
            await home.links.accept(made.secret, name='Bo', password=PASSWORD, browser=Browser())
    assert home.links.invitations(home.enterprise) == [by_ana.link]
    assert [(entry.subject.id, entry.by) for entry in home.entries(LinkWithdrawn)] == [
        (by_bo.link.id, 'Ana'),
        (by_program.link.id, 'Ana'),
    ]


async def test_somebody_who_was_removed_can_be_taken_in_again(home: House) -> None:
    ana, bo = await person(home, 'Ana'), await person(home, 'Bo', Role.OPERATOR)
    await home.people.remove(home.as_(ana), bo.id)
    account = home.fleets.accounts[bo.account]
    again = await home.road.travel(lambda draft: home.people.join(draft, account, home.enterprise, Role.VIEWER))
    assert again.id != bo.id
    async with house(store=home.store, clock=home.clock) as restarted:
        assert {one.id for one in restarted.fleet.persons.values()} == {ana.id, again.id}


async def test_a_program_acts_through_a_service_account_which_cannot_sign_in_and_takes_its_tokens_along(
    home: House,
) -> None:
    ana = await person(home, 'Ana')
    service = await home.people.add_service(home.as_(ana), 'collector', Role.OPERATOR)
    assert (service.kind, service.account, service.email) == (PersonKind.SERVICE, '', '')
    assert home.entries(PersonAdded)[-1].subject.kind == 'service'
    _, secret = await home.tokens.issue(
        home.enterprise, TokenKind.API, 'harbour', scopes=[Permission.DEVICES_WRITE], person=service.id
    )
    assert home.access.program(secret).may(Permission.DEVICES_WRITE)
    lowered = await home.people.change_role(home.as_(ana), service.id, 1, Role.VIEWER)
    assert not home.access.program(secret).may(Permission.DEVICES_WRITE)
    await home.people.remove(home.as_(ana), lowered.id)
    with pytest.raises(NotSignedIn):
        home.access.program(secret)
    assert [entry.subject.name for entry in home.entries(TokenRevoked)] == ['harbour']
    assert not home.fleet.tokens


async def test_two_service_accounts_have_two_names(home: House) -> None:
    first = await home.people.add_service(home.actor, 'collector', Role.OPERATOR)
    with pytest.raises(Conflict) as refused:
        await home.people.add_service(home.actor, 'Collector', Role.VIEWER)
    assert refused.value.field == 'name'
    other = await home.people.add_service(home.actor, 'mirror', Role.VIEWER)
    with pytest.raises(Conflict):
        await home.people.rename(home.actor, other.id, 1, 'COLLECTOR')
    assert (await home.people.rename(home.actor, first.id, 1, 'Collector')).name == 'Collector'


async def test_a_program_makes_nobody_more_than_it_is_itself(home: House) -> None:
    bo = await person(home, 'Bo', Role.VIEWER)
    program = Actor(ActorKind.PROGRAM, 'p', 'sync', home.enterprise, frozenset({Permission.PEOPLE_WRITE}))
    with pytest.raises(NotAllowed, match='cannot give it'):
        await home.people.change_role(program, bo.id, 1, Role.OPERATOR)
    with pytest.raises(NotAllowed, match='cannot give it'):
        await home.people.add_service(program, 'friend', Role.OPERATOR)


async def test_people_of_another_enterprise_are_not_there(home: House) -> None:
    other = await home.enterprises.add('Port of Ghent')
    ana, eve = await person(home, 'Ana', enterprise=other.id), await person(home, 'Eve', Role.VIEWER)
    for attempt in (
        home.people.change_role(home.as_(ana), eve.id, 1, Role.ADMIN),
        home.people.rename(home.as_(ana), eve.id, 1, 'Evil'),
        home.people.remove(home.as_(ana), eve.id),
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
    home: House, role: Role, scope: Scope, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        await home.people.add_service(home.actor, 'collector', role, scope)
    assert (refused.value.field or '').startswith('scope')


async def test_a_scope_is_kept_in_order_and_can_be_taken_away(home: House) -> None:
    scope = Scope({'team': ('b', 'a', 'b'), 'site': ('port-1',)}, (' Delft ', 'Berlin'))
    service = await home.people.add_service(home.actor, 'collector', Role.OPERATOR, scope)
    assert service.scope == Scope({'site': ('port-1',), 'team': ('a', 'b')}, ('Berlin', 'Delft'))
    assert not service.actor().may(Permission.ENROLMENT_WRITE)
    freed = await home.people.change_role(home.actor, service.id, 1, Role.OPERATOR)
    assert freed.scope == EVERYWHERE
    assert freed.actor().may(Permission.ENROLMENT_WRITE)
