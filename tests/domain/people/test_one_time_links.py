"""One-time links: who may make which, what they open, once, and for how long."""

from collections.abc import AsyncIterator

import pytest

from domain.access.actors import Actor, system
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import OWNER, Role
from domain.access.scopes import Scope
from domain.accounts.events import AccountChanged
from domain.accounts.live import Memberships
from domain.accounts.model import Account, Person
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound, StepUpNeeded
from domain.people.events import LinkIssued, PersonAdded, PersonInvited
from domain.people.model import Link, LinkKind
from domain.people.one_time_links import LASTS_S, IssuedLink
from domain.sign_in.events import SignedIn
from domain.sign_in.model import Browser
from tests.fakes import RunningApplication, running_application

PASSWORD = 'correct horse battery'
HERE = Browser(address='192.0.2.1', agent='Firefox')
PORT_1 = Scope(labels={'site': ('port-1',)})


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


async def member(
    application: RunningApplication, email: str = 'ana@example.com', role: Role = Role.ADMIN, enterprise: str = ''
) -> Person:
    return await application.people.add(enterprise or application.enterprise, email, 'Ana', role, PASSWORD)


def acting(person: Person, *, owner: bool = False) -> Actor:
    actor = person.actor(address='192.0.2.1', recently_verified=True)
    return Actor(
        actor.kind, actor.id, actor.name, actor.enterprise, actor.permissions | (OWNER if owner else frozenset()),
        address=actor.address, recently_verified=True,
    )  # fmt: skip


async def invited(
    application: RunningApplication, email: str = 'bob@example.com', role: Role = Role.OPERATOR
) -> IssuedLink:
    return await application.links.invite(application.actor, email, 'Bob', role, PORT_1)


async def test_an_invitation_makes_an_account_in_the_role_and_scope_it_was_made_with(
    application: RunningApplication,
) -> None:
    ana = await member(application)
    made = await application.links.invite(acting(ana), 'Bob@example.com', 'Bob', Role.OPERATOR, PORT_1)
    opened = await application.links.accept(made.secret, name='Bob Builder', password=PASSWORD, browser=HERE)
    _, bob = application.access.session(opened.secret) or pytest.fail('no session')
    assert (bob.email, bob.name, bob.role, bob.scope) == ('bob@example.com', 'Bob Builder', Role.OPERATOR, PORT_1)
    assert (await application.accounts.sign_in('bob@example.com', PASSWORD, HERE)).secret
    (entry,) = application.entries(PersonInvited)
    assert (entry.email, entry.actor, entry.address) == ('bob@example.com', f'person/{ana.id}', '192.0.2.1')
    assert application.entries(PersonAdded)[-1].through == 'invitation'
    assert application.entries(SignedIn)[0].method == 'invitation'


async def test_a_link_is_good_once(application: RunningApplication) -> None:
    made = await invited(application)
    await application.links.accept(made.secret, name='Bob', password=PASSWORD, browser=HERE)
    for use in (
        application.links.accept(made.secret, name='Eve', password=PASSWORD, browser=HERE),
        _look(application, made.secret),
    ):
        with pytest.raises(NotFound, match='was used'):
            await use


@pytest.mark.parametrize('kind', [LinkKind.INVITATION, LinkKind.RESET, LinkKind.SETUP])
async def test_a_link_ends_after_its_time(application: RunningApplication, kind: LinkKind) -> None:
    if kind is LinkKind.SETUP:
        made = await application.setup.link()
    elif kind is LinkKind.RESET:
        made = await application.links.reset_link(application.actor, (await member(application)).id)
    else:
        made = await invited(application)
    assert made is not None
    application.clock.tick(LASTS_S[kind] - 1)
    assert application.links.look(made.secret).kind is kind
    application.clock.tick(1)
    with pytest.raises(NotFound):
        application.links.look(made.secret)


async def test_a_newer_link_takes_the_place_of_the_older_one(application: RunningApplication) -> None:
    ana = await member(application)
    for first, second in (
        (await invited(application), await invited(application)),
        (
            await application.links.reset_link(application.actor, ana.id),
            await application.links.reset_link(application.actor, ana.id),
        ),
    ):
        with pytest.raises(NotFound):
            application.links.look(first.secret)
        assert application.links.look(second.secret).id == second.link.id


async def test_the_secret_is_kept_nowhere_and_opens_nothing_else(application: RunningApplication) -> None:
    made = await invited(application)
    assert made.secret not in repr(application.store.rows) + repr(application.store.journal)
    assert made.secret.startswith('cwl_')
    with pytest.raises(NotFound):
        await application.links.set_password(made.secret, PASSWORD)
    reset = await application.links.reset_link(application.actor, (await member(application)).id)
    with pytest.raises(NotFound):
        await application.links.accept(reset.secret, name='Eve', password=PASSWORD, browser=HERE)


async def test_a_refused_password_leaves_the_link_good(application: RunningApplication) -> None:
    made = await invited(application)
    with pytest.raises(Invalid, match='your name, address or company'):
        await application.links.accept(made.secret, name='Bob', password='bobbob@example.com', browser=HERE)
    assert (await application.links.accept(made.secret, name='Bob', password=PASSWORD, browser=HERE)).secret


async def test_a_person_with_an_account_accepts_by_being_signed_in_and_keeps_the_password(
    application: RunningApplication,
) -> None:
    other = await application.enterprises.add('Ghent')
    await member(application, 'bob@example.com', Role.VIEWER, other.id)
    made = await invited(application)
    with pytest.raises(Conflict, match='there is an account'):
        await application.links.accept(made.secret, name='Bob', password='another horse entirely', browser=HERE)
    opened = await application.accounts.sign_in('bob@example.com', PASSWORD, HERE)
    assert await application.links.accept_as(made.secret, opened.session) == application.enterprise
    assert set(application.fleets.index(Memberships).of(opened.session.account)) == {other.id, application.enterprise}


async def test_an_invitation_is_for_nobody_else(application: RunningApplication) -> None:
    await member(application)
    opened = await application.accounts.sign_in('ana@example.com', PASSWORD, HERE)
    made = await invited(application)
    with pytest.raises(Conflict, match=r'for bob@example\.com, you are signed in as ana@example\.com'):
        await application.links.accept_as(made.secret, opened.session)
    assert application.links.look(made.secret).spent_at is None


async def test_members_are_not_invited_and_invitations_can_be_withdrawn(application: RunningApplication) -> None:
    await member(application)
    with pytest.raises(Conflict, match='belongs to this enterprise'):
        await invited(application, 'ana@example.com')
    made = await invited(application)
    assert [link.email for link in application.links.invitations(application.enterprise)] == ['bob@example.com']
    await application.links.withdraw(application.actor, made.link.id)
    assert application.links.invitations(application.enterprise) == []
    with pytest.raises(NotFound):
        application.links.look(made.secret)


async def test_another_enterprise_sees_and_withdraws_nothing(application: RunningApplication) -> None:
    made = await invited(application)
    other = await application.enterprises.add('Ghent')
    stranger = await member(application, 'eve@example.com', Role.ADMIN, other.id)
    assert application.links.invitations(other.id) == []
    with pytest.raises(NotFound):
        await application.links.withdraw(acting(stranger), made.link.id)
    ana = await member(application)
    with pytest.raises(NotFound):
        await application.links.reset_link(acting(stranger), ana.id)


@pytest.mark.parametrize('role', [Role.VIEWER, Role.OPERATOR, Role.SECURITY])
async def test_only_who_may_change_people_makes_links_and_only_after_a_fresh_proof(
    application: RunningApplication, role: Role
) -> None:
    low = (await member(application, role=role)).actor(recently_verified=True)
    stale = (await member(application, 'adm@example.com')).actor()
    for actor, refusal in ((low, NotAllowed), (stale, StepUpNeeded)):
        for act in (
            application.links.invite(actor, 'bob@example.com', 'Bob', Role.VIEWER),
            application.links.reset_link(actor, actor.id),
            application.links.withdraw(actor, '01X'),
        ):
            with pytest.raises(refusal):
                await act
    assert not application.store.rows.get(Link)


async def test_a_reset_link_gives_a_new_password_and_ends_every_session(application: RunningApplication) -> None:
    ana = await member(application)
    opened = await application.accounts.sign_in('ana@example.com', PASSWORD, HERE)
    made = await application.links.reset_link(application.actor, ana.id)
    application.clock.tick(1)
    assert application.access.session(opened.secret) is not None, 'making a link changes nothing yet'
    await application.links.set_password(made.secret, 'another horse entirely')
    assert application.access.session(opened.secret) is None
    assert (await application.accounts.sign_in('ana@example.com', 'another horse entirely', HERE)).secret
    assert [entry.kind for entry in application.entries(LinkIssued)] == ['reset']
    assert application.entries(AccountChanged)[-1].what == 'set a new password by a one-time link'


async def test_an_account_that_opens_more_than_one_enterprise_is_reset_by_an_owner_alone(
    application: RunningApplication,
) -> None:
    ana, chief = await member(application), await member(application, 'chief@example.com')
    ghent = await application.enterprises.add('Ghent')
    await application.operator.admit(application.fleets.installation[Account][ana.account], ghent.id, Role.ADMIN)
    with pytest.raises(NotAllowed, match='ask an owner'):
        await application.links.reset_link(acting(chief), ana.id)
    assert (await application.links.reset_link(acting(chief, owner=True), ana.id)).secret
    await application.owners.set_owner(
        system(INSTALLATION, 'operator'), application.fleets.installation[Account][chief.account].id, True
    )
    with pytest.raises(NotAllowed, match='ask an owner'):
        await application.links.reset_link(acting(await member(application, 'eve@example.com')), chief.id)


async def _look(application: RunningApplication, secret: str) -> Link:
    return application.links.look(secret)
