"""One-time links: who may make which, what they open, once, and for how long."""

from collections.abc import AsyncIterator

import pytest

from domain.access.actors import Actor, system
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import OWNER, Role
from domain.access.scopes import Scope
from domain.accounts.events import AccountChanged
from domain.accounts.model import Person
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound, StepUpNeeded
from domain.people.events import LinkIssued, PersonAdded, PersonInvited
from domain.people.model import Link, LinkKind
from domain.people.one_time_links import LASTS_S, IssuedLink
from domain.sign_in.events import SignedIn
from domain.sign_in.model import Browser
from tests.fakes import House, house

PASSWORD = 'correct horse battery'
HERE = Browser(address='192.0.2.1', agent='Firefox')
PORT_1 = Scope(labels={'site': ('port-1',)})


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as found:
        yield found


async def member(home: House, email: str = 'ana@example.com', role: Role = Role.ADMIN, enterprise: str = '') -> Person:
    return await home.people.add(enterprise or home.enterprise, email, 'Ana', role, PASSWORD)


def acting(person: Person, *, owner: bool = False) -> Actor:
    actor = person.actor(address='192.0.2.1', raised=True)
    return Actor(
        actor.kind, actor.id, actor.name, actor.enterprise, actor.permissions | (OWNER if owner else frozenset()),
        address=actor.address, raised=True,
    )  # fmt: skip


async def invited(home: House, email: str = 'bob@example.com', role: Role = Role.OPERATOR) -> IssuedLink:
    return await home.links.invite(home.actor, email, 'Bob', role, PORT_1)


async def test_an_invitation_makes_an_account_in_the_role_and_scope_it_was_made_with(home: House) -> None:
    ana = await member(home)
    made = await home.links.invite(acting(ana), 'Bob@example.com', 'Bob', Role.OPERATOR, PORT_1)
    opened = await home.links.accept(made.secret, name='Bob Builder', password=PASSWORD, browser=HERE)
    _, bob = home.access.session(opened.secret) or pytest.fail('no session')
    assert (bob.email, bob.name, bob.role, bob.scope) == ('bob@example.com', 'Bob Builder', Role.OPERATOR, PORT_1)
    assert (await home.accounts.sign_in('bob@example.com', PASSWORD, HERE)).secret
    (entry,) = home.entries(PersonInvited)
    assert (entry.email, entry.actor, entry.address) == ('bob@example.com', f'person/{ana.id}', '192.0.2.1')
    assert home.entries(PersonAdded)[-1].through == 'invitation'
    assert home.entries(SignedIn)[0].method == 'invitation'


async def test_a_link_is_good_once(home: House) -> None:
    made = await invited(home)
    await home.links.accept(made.secret, name='Bob', password=PASSWORD, browser=HERE)
    for use in (home.links.accept(made.secret, name='Eve', password=PASSWORD, browser=HERE), _look(home, made.secret)):
        with pytest.raises(NotFound, match='was used'):
            await use


@pytest.mark.parametrize('kind', [LinkKind.INVITATION, LinkKind.RESET, LinkKind.SETUP])
async def test_a_link_ends_after_its_time(home: House, kind: LinkKind) -> None:
    if kind is LinkKind.SETUP:
        made = await home.setup.link()
    elif kind is LinkKind.RESET:
        made = await home.links.reset_link(home.actor, (await member(home)).id)
    else:
        made = await invited(home)
    assert made is not None
    home.clock.tick(LASTS_S[kind] - 1)
    assert home.links.look(made.secret).kind is kind
    home.clock.tick(1)
    with pytest.raises(NotFound):
        home.links.look(made.secret)


async def test_a_newer_link_takes_the_place_of_the_older_one(home: House) -> None:
    ana = await member(home)
    for first, second in (
        (await invited(home), await invited(home)),
        (await home.links.reset_link(home.actor, ana.id), await home.links.reset_link(home.actor, ana.id)),
    ):
        with pytest.raises(NotFound):
            home.links.look(first.secret)
        assert home.links.look(second.secret).id == second.link.id


async def test_the_secret_is_kept_nowhere_and_opens_nothing_else(home: House) -> None:
    made = await invited(home)
    assert made.secret not in repr(home.store.rows) + repr(home.store.journal)
    assert made.secret.startswith('cwl_')
    with pytest.raises(NotFound):
        await home.links.set_password(made.secret, PASSWORD)
    reset = await home.links.reset_link(home.actor, (await member(home)).id)
    with pytest.raises(NotFound):
        await home.links.accept(reset.secret, name='Eve', password=PASSWORD, browser=HERE)


async def test_a_refused_password_leaves_the_link_good(home: House) -> None:
    made = await invited(home)
    with pytest.raises(Invalid, match='your name, address or company'):
        await home.links.accept(made.secret, name='Bob', password='bobbob@example.com', browser=HERE)
    assert (await home.links.accept(made.secret, name='Bob', password=PASSWORD, browser=HERE)).secret


async def test_somebody_with_an_account_accepts_by_being_signed_in_and_keeps_the_password(home: House) -> None:
    other = await home.enterprises.add('Ghent')
    await member(home, 'bob@example.com', Role.VIEWER, other.id)
    made = await invited(home)
    with pytest.raises(Conflict, match='there is an account'):
        await home.links.accept(made.secret, name='Bob', password='another horse entirely', browser=HERE)
    opened = await home.accounts.sign_in('bob@example.com', PASSWORD, HERE)
    assert await home.links.accept_as(made.secret, opened.session) == home.enterprise
    assert set(home.fleets.memberships(opened.session.account)) == {other.id, home.enterprise}


async def test_an_invitation_is_for_nobody_else(home: House) -> None:
    await member(home)
    opened = await home.accounts.sign_in('ana@example.com', PASSWORD, HERE)
    made = await invited(home)
    with pytest.raises(Conflict, match=r'for bob@example\.com, you are signed in as ana@example\.com'):
        await home.links.accept_as(made.secret, opened.session)
    assert home.links.look(made.secret).spent_at is None


async def test_members_are_not_invited_and_invitations_can_be_withdrawn(home: House) -> None:
    await member(home)
    with pytest.raises(Conflict, match='belongs to this enterprise'):
        await invited(home, 'ana@example.com')
    made = await invited(home)
    assert [link.email for link in home.links.invitations(home.enterprise)] == ['bob@example.com']
    await home.links.withdraw(home.actor, made.link.id)
    assert home.links.invitations(home.enterprise) == []
    with pytest.raises(NotFound):
        home.links.look(made.secret)


async def test_another_enterprise_sees_and_withdraws_nothing(home: House) -> None:
    made = await invited(home)
    other = await home.enterprises.add('Ghent')
    stranger = await member(home, 'eve@example.com', Role.ADMIN, other.id)
    assert home.links.invitations(other.id) == []
    with pytest.raises(NotFound):
        await home.links.withdraw(acting(stranger), made.link.id)
    ana = await member(home)
    with pytest.raises(NotFound):
        await home.links.reset_link(acting(stranger), ana.id)


@pytest.mark.parametrize('role', [Role.VIEWER, Role.OPERATOR, Role.SECURITY])
async def test_only_who_may_change_people_makes_links_and_only_after_a_fresh_proof(home: House, role: Role) -> None:
    low = (await member(home, role=role)).actor(raised=True)
    stale = (await member(home, 'adm@example.com')).actor()
    for actor, refusal in ((low, NotAllowed), (stale, StepUpNeeded)):
        for act in (
            home.links.invite(actor, 'bob@example.com', 'Bob', Role.VIEWER),
            home.links.reset_link(actor, actor.id),
            home.links.withdraw(actor, '01X'),
        ):
            with pytest.raises(refusal):
                await act
    assert not home.store.rows.get(Link)


async def test_a_reset_link_gives_a_new_password_and_ends_every_session(home: House) -> None:
    ana = await member(home)
    opened = await home.accounts.sign_in('ana@example.com', PASSWORD, HERE)
    made = await home.links.reset_link(home.actor, ana.id)
    home.clock.tick(1)
    assert home.access.session(opened.secret) is not None, 'making a link changes nothing yet'
    await home.links.set_password(made.secret, 'another horse entirely')
    assert home.access.session(opened.secret) is None
    assert (await home.accounts.sign_in('ana@example.com', 'another horse entirely', HERE)).secret
    assert [entry.kind for entry in home.entries(LinkIssued)] == ['reset']
    assert home.entries(AccountChanged)[-1].what == 'set a new password by a one-time link'


async def test_an_account_that_opens_more_than_one_enterprise_is_reset_by_an_owner_alone(home: House) -> None:
    ana, chief = await member(home), await member(home, 'chief@example.com')
    ghent = await home.enterprises.add('Ghent')
    await home.operator.admit(home.fleets.accounts[ana.account], ghent.id, Role.ADMIN)
    with pytest.raises(NotAllowed, match='ask an owner'):
        await home.links.reset_link(acting(chief), ana.id)
    assert (await home.links.reset_link(acting(chief, owner=True), ana.id)).secret
    await home.owners.set_owner(system(INSTALLATION, 'operator'), home.fleets.accounts[chief.account].id, True)
    with pytest.raises(NotAllowed, match='ask an owner'):
        await home.links.reset_link(acting(await member(home, 'eve@example.com')), chief.id)


async def _look(home: House, secret: str) -> Link:
    return home.links.look(secret)
