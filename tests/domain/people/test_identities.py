"""What the groups of an identity provider make of somebody here."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Permission, Role
from domain.access.scopes import Scope
from domain.accounts.model import Account, Person
from domain.common.errors import NotAllowed, NotSignedIn
from domain.people.events import PersonAdded, PersonChanged, PersonRemoved
from domain.sign_in.events import IdentityLinked, SessionEnded, SignInRefused
from domain.sign_in.model import Browser, Session, SignedInBrowser
from domain.sign_in.providers import Because, Claims, Provider, ProviderRefusal, Rule
from tests.fakes import House, house

PASSWORD = 'four words and then some'
PORT_1 = Scope({'site': ('port-1',)})
CHIEFS = Rule(enterprise='Port of Delft', role=Role.ADMIN, groups=frozenset({'chiefs'}))
CREW = Rule(enterprise='port of delft', role=Role.OPERATOR, groups=frozenset({'crew'}), scope=PORT_1)
HARBOUR = Provider(
    name='harbour', label='Harbour SSO', issuer='https://sso.harbour.example',
    email_domains=frozenset({'harbour.example'}), rules=(CHIEFS, CREW),
)  # fmt: skip
QUAY = replace(HARBOUR, name='quay', label='Quay SSO', issuer='https://quay.example', email_domains=frozenset())


def ana(*groups: str, by: Provider = HARBOUR, **more: object) -> Claims:
    claims = Claims(
        issuer=by.issuer, subject='1', email='Ana@harbour.example', email_verified=True, name='Ana',
        groups=frozenset(groups),
    )  # fmt: skip
    return replace(claims, **more)  # type: ignore[arg-type]


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as found:
        yield found


async def enter(home: House, claims: Claims, provider: Provider = HARBOUR) -> SignedInBrowser:
    return await home.identities.sign_in(provider, claims, Browser(address='192.0.2.7', agent='test'))


async def refused(home: House, claims: Claims, provider: Provider = HARBOUR) -> Because:
    with pytest.raises(ProviderRefusal) as refusal:
        await enter(home, claims, provider)
    return refusal.value.because


def role(home: House, opened: SignedInBrowser) -> Role | None:
    standing = home.access.standing(opened.session)
    return standing[1].role if standing else None


async def test_the_first_rule_that_fits_decides(home: House) -> None:
    opened = await enter(home, ana('crew', 'chiefs'))
    assert role(home, opened) is Role.ADMIN
    (added,) = home.entries(PersonAdded)
    assert (added.role, added.through) == ('admin', 'Harbour SSO')


async def test_a_rule_may_narrow_the_role(home: House) -> None:
    opened = await enter(home, ana('crew'))
    actor = home.access.actor(opened.session)
    assert actor.scope == PORT_1
    assert not actor.may(Permission.ENROLMENT_WRITE)


async def test_a_default_lets_everybody_in_as_little_as_it_says(home: House) -> None:
    anybody = Rule(enterprise=home.enterprise, role=Role.VIEWER, groups=None)
    open_to_all = replace(HARBOUR, rules=(CHIEFS, anybody))
    assert role(home, await enter(home, ana('canteen'), open_to_all)) is Role.VIEWER
    assert role(home, await enter(home, ana('chiefs'), open_to_all)) is Role.ADMIN


async def test_a_lowered_role_counts_at_once_in_the_older_session(home: House) -> None:
    older = await enter(home, ana('chiefs'))
    await enter(home, ana('crew'))
    assert role(home, older) is Role.OPERATOR
    with pytest.raises(NotAllowed):
        home.access.actor(older.session).require(Permission.POLICIES_WRITE)
    (changed,) = home.entries(PersonChanged)
    assert changed.changes == {'role': ['admin', 'operator'], 'scope': ['everything', 'site=port-1 only']}


async def test_nothing_is_written_while_the_groups_stay_the_same(home: House) -> None:
    await enter(home, ana('crew'))
    await enter(home, ana('crew'))
    assert home.entries(PersonChanged) == []
    assert len(home.fleets.accounts) == 1


async def test_whoever_left_the_groups_is_out_with_all_their_sessions(home: House) -> None:
    older = await enter(home, ana('crew'))
    assert await refused(home, ana()) is Because.NO_MATCH
    assert role(home, older) is None
    assert len(home.entries(PersonRemoved)) == len(home.entries(SessionEnded)) == 1
    assert role(home, await enter(home, ana('crew'))) is Role.OPERATOR, 'and in again with the group'


async def test_a_password_opens_nothing_that_groups_decide_over(home: House) -> None:
    await enter(home, ana('crew'))
    await home.accounts.reset_password('ana@harbour.example', PASSWORD)
    with pytest.raises(NotSignedIn):  # else whoever left the group would come in by this door
        await home.accounts.sign_in('ana@harbour.example', PASSWORD, Browser())
    assert role(home, await enter(home, ana('crew'))) is Role.OPERATOR


async def test_a_password_opens_what_people_here_gave_and_leads_no_further(home: House) -> None:
    other = await home.enterprises.add('Port of Delfzijl')
    await enter(home, ana('crew'))
    (account,) = home.fleets.accounts.values()
    await home.operator.admit(account, other.id, Role.VIEWER)
    await home.accounts.reset_password(account.email, PASSWORD)
    by_password = await home.accounts.sign_in(account.email, PASSWORD, Browser())
    assert by_password.session.enterprise == other.id
    with pytest.raises(NotAllowed, match='identity provider'):
        await home.access.switch(by_password.session, home.enterprise)
    through_groups = await enter(home, ana('crew'))
    there = await home.access.switch(through_groups.session, home.enterprise)
    assert (await home.access.switch(there.session, other.id)).session.enterprise == other.id


async def test_one_enterprise_may_be_lost_and_the_other_kept(home: House) -> None:
    other = await home.enterprises.add('Port of Delfzijl')
    both = replace(HARBOUR, rules=(CREW, Rule(enterprise=other.id, role=Role.VIEWER, groups=frozenset({'guests'}))))
    await enter(home, ana('crew', 'guests'), both)
    opened = await enter(home, ana('guests'), both)
    assert opened.session.enterprise == other.id
    assert not home.fleet.persons


async def test_what_people_here_gave_is_not_touched_by_groups(home: House) -> None:
    person = await home.people.add(home.enterprise, 'ana@harbour.example', 'Ana', Role.SECURITY, PASSWORD)
    opened = await enter(home, ana('chiefs'))
    assert (opened.session.person, role(home, opened)) == (person.id, Role.SECURITY)
    assert role(home, await enter(home, ana())) is Role.SECURITY
    (linked,) = home.entries(IdentityLinked)
    assert linked.provider == 'Harbour SSO'


async def test_an_unproven_address_joins_no_account_and_takes_none(home: House) -> None:
    assert await refused(home, ana('crew', by=QUAY, email_verified=False), QUAY) is Because.EMAIL_UNPROVEN
    await home.people.add(home.enterprise, 'ana@harbour.example', 'Ana', Role.SECURITY, PASSWORD)
    assert await refused(home, ana('crew', email_verified=False)) is Because.EMAIL_TAKEN
    assert await refused(home, ana('crew', by=QUAY), QUAY) is Because.EMAIL_TAKEN, 'not an address of its own'


async def test_whoever_had_an_address_first_at_one_provider_does_not_get_its_owner_at_another(home: House) -> None:
    await enter(home, ana('crew', by=QUAY), QUAY)
    assert await refused(home, ana('chiefs')) is Because.EMAIL_TAKEN


async def test_a_person_is_known_by_issuer_and_subject_and_not_by_address(home: House) -> None:
    first = await enter(home, ana('crew'))
    moved = await enter(home, ana('crew', email='ana.new@harbour.example'))
    assert moved.session.account == first.session.account
    assert await refused(home, ana('crew', subject='2')) is Because.EMAIL_TAKEN


@pytest.mark.parametrize(
    'email', ['', 'ana', 'a b@harbour.example', 'ana@harbour.example\n', '\u202eana@harbour.example']
)
async def test_without_an_address_nobody_comes_in(home: House, email: str) -> None:
    claims = ana('crew', email=email.replace('\n', '\n.'))
    assert await refused(home, claims) is Because.NO_EMAIL


async def test_a_name_that_cannot_be_shown_is_replaced_by_the_address(home: House) -> None:
    opened = await enter(home, ana('crew', name='A\u202ena'))
    assert home.fleets.accounts[opened.session.account].name == 'ana'


async def test_a_suspended_account_stays_out(home: House) -> None:
    opened = await enter(home, ana('crew'))
    account = home.fleets.accounts[opened.session.account]

    await home.road.travel(lambda draft: draft.put(replace(account, suspended_at=draft.now)))
    assert await refused(home, ana('crew')) is Because.SUSPENDED
    assert not home.access.standing(opened.session)


async def test_every_refusal_is_audited_where_it_can_be_seen(home: House) -> None:
    await refused(home, ana())
    await enter(home, ana('crew'))
    account = next(iter(home.fleets.accounts.values()))
    await home.road.travel(lambda draft: draft.put(replace(account, suspended_at=draft.now)))
    await refused(home, ana('crew'))
    await home.road.travel(lambda _: None)  # refusals travel without being waited for
    unknown = [one.entry for one in home.store.journal[INSTALLATION] if isinstance(one.entry, SignInRefused)]
    (known,) = home.entries(SignInRefused)
    assert [(one.subject.name, one.because) for one in unknown] == [
        ('Ana@harbour.example', 'Harbour SSO: none of the groups opens an enterprise')
    ]
    assert (known.subject.name, known.address) == ('Ana', '192.0.2.7')
    assert known.because == 'Harbour SSO: the account is suspended'


async def test_nobody_fills_the_trail_with_answers_that_belong_to_no_sign_in(home: House) -> None:
    for address in ('192.0.2.7', '192.0.2.8'):
        for _ in range(200):
            home.identities.refuse(HARBOUR, Because.NOT_BEGUN, Browser(address=address))
    await home.road.travel(lambda _: None)
    told = [one.entry.address for one in home.store.journal[INSTALLATION] if isinstance(one.entry, SignInRefused)]
    assert told == ['192.0.2.7'] * 20 + ['192.0.2.8'] * 20


async def test_a_session_is_as_fresh_as_the_proof_at_the_provider(home: House) -> None:
    now = home.clock()
    for proven, raised in ((now - 30, True), (now - 3600, False), (None, False), (now + 9999, True)):
        opened = await enter(home, ana('crew', authenticated_at=proven))
        assert home.access.actor(opened.session).raised is raised, proven


async def test_a_provider_ends_one_session_or_all_that_came_through_it(home: House) -> None:
    await home.people.add(home.enterprise, 'ana@harbour.example', 'Ana', Role.SECURITY, PASSWORD)
    local = await home.accounts.sign_in('ana@harbour.example', PASSWORD, Browser())
    one, two = await enter(home, ana('crew', session='s1')), await enter(home, ana('crew', session='s2'))
    assert await home.identities.end(HARBOUR, subject='', session='s1', until=home.clock()) == 1
    assert (role(home, one), role(home, two)) == (None, Role.SECURITY)
    assert await home.identities.end(HARBOUR, subject='ben', session='', until=home.clock()) == 0
    assert await home.identities.end(HARBOUR, subject='ben', session='s2', until=home.clock()) == 0
    assert await home.identities.end(QUAY, subject='1', session='s2', until=home.clock()) == 0
    assert await home.identities.end(HARBOUR, subject='1', session='', until=home.clock()) == 1
    assert (role(home, two), role(home, local)) == (None, Role.SECURITY)


async def test_a_session_begun_after_the_word_of_its_end_goes_on(home: House) -> None:
    one = await enter(home, ana('crew', session='s1'))
    said_at = home.clock()
    home.clock.tick(1)
    two = await enter(home, ana('crew', session='s2'))
    assert await home.identities.end(HARBOUR, subject='1', session='', until=said_at) == 1
    assert (role(home, one), role(home, two)) == (None, Role.OPERATOR)


async def test_a_fresh_proof_brings_the_session_that_the_provider_will_name(home: House) -> None:
    opened = await enter(home, ana('crew', session='s1', token='first'))
    assert home.identities.token(opened.session) == 'first'
    proof = ana('crew', session='s2', token='second', authenticated_at=home.clock())
    raised = await home.identities.step_up(HARBOUR, proof, opened.session, asked_at=home.clock())
    assert home.identities.token(raised.session) == 'second'
    assert await home.identities.end(HARBOUR, subject='1', session='s2', until=home.clock()) == 1
    (row,) = home.store.rows[Session].values()
    assert home.identities.token(row) == row.identity_token == ''


async def test_what_the_groups_gave_survives_a_restart(home: House) -> None:
    opened = await enter(home, ana('crew'))
    async with house(store=home.store, clock=home.clock) as again:
        assert again.access.actor(opened.session).scope == PORT_1
        assert home.store.rows[Account].keys() == again.fleets.accounts.keys()
        assert len(home.store.rows[Person]) == 1
        await enter(again, ana('crew'))
        assert again.entries(PersonChanged) == []
