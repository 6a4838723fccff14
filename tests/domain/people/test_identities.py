"""What the groups of an identity provider make of a person here."""

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
from domain.sign_in.providers import Claims, GroupRule, Provider, ProviderFailure, ProviderRefusal
from tests.fakes import RunningApplication, running_application

PASSWORD = 'four words and then some'
PORT_1 = Scope({'site': ('port-1',)})
CHIEFS = GroupRule(enterprise='Port of Delft', role=Role.ADMIN, groups=frozenset({'chiefs'}))
CREW = GroupRule(enterprise='port of delft', role=Role.OPERATOR, groups=frozenset({'crew'}), scope=PORT_1)
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
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


async def enter(application: RunningApplication, claims: Claims, provider: Provider = HARBOUR) -> SignedInBrowser:
    return await application.identities.sign_in(provider, claims, Browser(address='192.0.2.7', agent='test'))


async def refused(application: RunningApplication, claims: Claims, provider: Provider = HARBOUR) -> ProviderFailure:
    with pytest.raises(ProviderRefusal) as refusal:
        await enter(application, claims, provider)
    return refusal.value.because


def role(application: RunningApplication, opened: SignedInBrowser) -> Role | None:
    standing = application.access.standing(opened.session)
    return standing[1].role if standing else None


async def test_the_first_rule_that_fits_decides(application: RunningApplication) -> None:
    opened = await enter(application, ana('crew', 'chiefs'))
    assert role(application, opened) is Role.ADMIN
    (added,) = application.entries(PersonAdded)
    assert (added.role, added.through) == ('admin', 'Harbour SSO')


async def test_a_rule_may_narrow_the_role(application: RunningApplication) -> None:
    opened = await enter(application, ana('crew'))
    actor = application.access.actor(opened.session)
    assert actor.scope == PORT_1
    assert not actor.may(Permission.ENROLMENT_WRITE)


async def test_a_default_lets_everybody_in_as_little_as_it_says(application: RunningApplication) -> None:
    anybody = GroupRule(enterprise=application.enterprise, role=Role.VIEWER, groups=None)
    open_to_all = replace(HARBOUR, rules=(CHIEFS, anybody))
    assert role(application, await enter(application, ana('canteen'), open_to_all)) is Role.VIEWER
    assert role(application, await enter(application, ana('chiefs'), open_to_all)) is Role.ADMIN


async def test_a_lowered_role_counts_at_once_in_the_older_session(application: RunningApplication) -> None:
    await application.people.add(application.enterprise, 'bo@harbour.example', 'Bo', Role.ADMIN, PASSWORD)
    older = await enter(application, ana('chiefs'))
    await enter(application, ana('crew'))
    assert role(application, older) is Role.OPERATOR
    with pytest.raises(NotAllowed):
        application.access.actor(older.session).require(Permission.POLICIES_WRITE)
    (changed,) = application.entries(PersonChanged)
    assert changed.changes == {'role': ['admin', 'operator'], 'scope': ['everything', 'site=port-1 only']}


async def test_nothing_is_written_while_the_groups_stay_the_same(application: RunningApplication) -> None:
    await enter(application, ana('crew'))
    await enter(application, ana('crew'))
    assert application.entries(PersonChanged) == []
    assert len(application.fleets.installation[Account]) == 1


async def test_a_person_who_left_the_groups_is_out_with_all_their_sessions(application: RunningApplication) -> None:
    older = await enter(application, ana('crew'))
    assert await refused(application, ana()) is ProviderFailure.NO_MATCH
    assert role(application, older) is None
    assert len(application.entries(PersonRemoved)) == len(application.entries(SessionEnded)) == 1
    assert role(application, await enter(application, ana('crew'))) is Role.OPERATOR, 'and in again with the group'


async def test_a_password_opens_nothing_that_groups_decide_over(application: RunningApplication) -> None:
    await enter(application, ana('crew'))
    await application.accounts.reset_password('ana@harbour.example', PASSWORD)
    with pytest.raises(NotSignedIn):  # else a person who left the group would come in this way
        await application.accounts.sign_in('ana@harbour.example', PASSWORD, Browser())
    assert role(application, await enter(application, ana('crew'))) is Role.OPERATOR


async def test_a_password_opens_what_people_here_gave_and_leads_no_further(application: RunningApplication) -> None:
    other = await application.enterprises.add('Port of Delfzijl')
    await enter(application, ana('crew'))
    (account,) = application.fleets.installation[Account].values()
    await application.operator.admit(account, other.id, Role.VIEWER)
    await application.accounts.reset_password(account.email, PASSWORD)
    by_password = await application.accounts.sign_in(account.email, PASSWORD, Browser())
    assert by_password.session.enterprise == other.id
    with pytest.raises(NotAllowed, match='identity provider'):
        await application.access.switch(by_password.session, application.enterprise)
    through_groups = await enter(application, ana('crew'))
    there = await application.access.switch(through_groups.session, application.enterprise)
    assert (await application.access.switch(there.session, other.id)).session.enterprise == other.id


async def test_one_enterprise_may_be_lost_and_the_other_kept(application: RunningApplication) -> None:
    other = await application.enterprises.add('Port of Delfzijl')
    both = replace(
        HARBOUR, rules=(CREW, GroupRule(enterprise=other.id, role=Role.VIEWER, groups=frozenset({'guests'})))
    )
    await enter(application, ana('crew', 'guests'), both)
    opened = await enter(application, ana('guests'), both)
    assert opened.session.enterprise == other.id
    assert not application.fleet[Person]


async def test_what_people_here_gave_is_not_touched_by_groups(application: RunningApplication) -> None:
    person = await application.people.add(application.enterprise, 'ana@harbour.example', 'Ana', Role.SECURITY, PASSWORD)
    opened = await enter(application, ana('chiefs'))
    assert (opened.session.person, role(application, opened)) == (person.id, Role.SECURITY)
    assert role(application, await enter(application, ana())) is Role.SECURITY
    (linked,) = application.entries(IdentityLinked)
    assert linked.provider == 'Harbour SSO'


async def test_an_unproven_address_joins_no_account_and_takes_none(application: RunningApplication) -> None:
    assert (
        await refused(application, ana('crew', by=QUAY, email_verified=False), QUAY) is ProviderFailure.EMAIL_UNPROVEN
    )
    await application.people.add(application.enterprise, 'ana@harbour.example', 'Ana', Role.SECURITY, PASSWORD)
    assert await refused(application, ana('crew', email_verified=False)) is ProviderFailure.EMAIL_TAKEN
    assert await refused(application, ana('crew', by=QUAY), QUAY) is ProviderFailure.EMAIL_TAKEN, (
        'not an address of its own'
    )


async def test_an_address_that_came_from_one_provider_is_taken_at_another(
    application: RunningApplication,
) -> None:
    await enter(application, ana('crew', by=QUAY), QUAY)
    assert await refused(application, ana('chiefs')) is ProviderFailure.EMAIL_TAKEN


async def test_a_person_is_known_by_issuer_and_subject_and_not_by_address(application: RunningApplication) -> None:
    first = await enter(application, ana('crew'))
    moved = await enter(application, ana('crew', email='ana.new@harbour.example'))
    assert moved.session.account == first.session.account
    assert await refused(application, ana('crew', subject='2')) is ProviderFailure.EMAIL_TAKEN


@pytest.mark.parametrize(
    'email', ['', 'ana', 'a b@harbour.example', 'ana@harbour.example\n', '\u202eana@harbour.example']
)
async def test_without_an_address_nobody_comes_in(application: RunningApplication, email: str) -> None:
    claims = ana('crew', email=email.replace('\n', '\n.'))
    assert await refused(application, claims) is ProviderFailure.NO_EMAIL


async def test_a_name_that_cannot_be_shown_is_replaced_by_the_address(application: RunningApplication) -> None:
    opened = await enter(application, ana('crew', name='A\u202ena'))
    assert application.fleets.installation[Account][opened.session.account].name == 'ana'


async def test_a_suspended_account_stays_out(application: RunningApplication) -> None:
    opened = await enter(application, ana('crew'))
    account = application.fleets.installation[Account][opened.session.account]

    await application.transactor.transact(lambda tx: tx.put(replace(account, suspended_at=tx.now)))
    assert await refused(application, ana('crew')) is ProviderFailure.SUSPENDED
    assert not application.access.standing(opened.session)


async def test_every_refusal_is_audited_where_it_can_be_seen(application: RunningApplication) -> None:
    await refused(application, ana())
    await enter(application, ana('crew'))
    account = next(iter(application.fleets.installation[Account].values()))
    await application.transactor.transact(lambda tx: tx.put(replace(account, suspended_at=tx.now)))
    await refused(application, ana('crew'))
    await application.transactor.transact(lambda _: None)  # refusals travel without being waited for
    unknown = [one.entry for one in application.store.journal[INSTALLATION] if isinstance(one.entry, SignInRefused)]
    (known,) = application.entries(SignInRefused)
    assert [(one.subject.name, one.because) for one in unknown] == [
        ('Ana@harbour.example', 'Harbour SSO: none of the groups opens an enterprise')
    ]
    assert (known.subject.name, known.address) == ('Ana', '192.0.2.7')
    assert known.because == 'Harbour SSO: the account is suspended'


async def test_nobody_fills_the_trail_with_answers_that_belong_to_no_sign_in(application: RunningApplication) -> None:
    for address in ('192.0.2.7', '192.0.2.8'):
        for _ in range(200):
            application.identities.refuse(HARBOUR, ProviderFailure.NOT_BEGUN, Browser(address=address))
    await application.transactor.transact(lambda _: None)
    told = [
        one.entry.address for one in application.store.journal[INSTALLATION] if isinstance(one.entry, SignInRefused)
    ]
    assert told == ['192.0.2.7'] * 20 + ['192.0.2.8'] * 20


async def test_a_session_is_as_fresh_as_the_proof_at_the_provider(application: RunningApplication) -> None:
    now = application.clock()
    for proven, raised in ((now - 30, True), (now - 3600, False), (None, False), (now + 9999, True)):
        opened = await enter(application, ana('crew', authenticated_at=proven))
        assert application.access.actor(opened.session).recently_verified is raised, proven


async def test_a_provider_ends_one_session_or_all_that_came_through_it(application: RunningApplication) -> None:
    await application.people.add(application.enterprise, 'ana@harbour.example', 'Ana', Role.SECURITY, PASSWORD)
    local = await application.accounts.sign_in('ana@harbour.example', PASSWORD, Browser())
    one, two = await enter(application, ana('crew', session='s1')), await enter(application, ana('crew', session='s2'))
    assert await application.identities.end(HARBOUR, subject='', session='s1', until=application.clock()) == 1
    assert (role(application, one), role(application, two)) == (None, Role.SECURITY)
    assert await application.identities.end(HARBOUR, subject='ben', session='', until=application.clock()) == 0
    assert await application.identities.end(HARBOUR, subject='ben', session='s2', until=application.clock()) == 0
    assert await application.identities.end(QUAY, subject='1', session='s2', until=application.clock()) == 0
    assert await application.identities.end(HARBOUR, subject='1', session='', until=application.clock()) == 1
    assert (role(application, two), role(application, local)) == (None, Role.SECURITY)


async def test_a_session_begun_after_the_word_of_its_end_goes_on(application: RunningApplication) -> None:
    one = await enter(application, ana('crew', session='s1'))
    said_at = application.clock()
    application.clock.tick(1)
    two = await enter(application, ana('crew', session='s2'))
    assert await application.identities.end(HARBOUR, subject='1', session='', until=said_at) == 1
    assert (role(application, one), role(application, two)) == (None, Role.OPERATOR)


async def test_a_fresh_proof_brings_the_session_that_the_provider_will_name(application: RunningApplication) -> None:
    opened = await enter(application, ana('crew', session='s1', token='first'))
    assert application.identities.token(opened.session) == 'first'
    proof = ana('crew', session='s2', token='second', authenticated_at=application.clock())
    raised = await application.identities.step_up(HARBOUR, proof, opened.session, asked_at=application.clock())
    assert application.identities.token(raised.session) == 'second'
    assert await application.identities.end(HARBOUR, subject='1', session='s2', until=application.clock()) == 1
    (row,) = application.store.rows[Session].values()
    assert application.identities.token(row) == row.identity_token == ''


async def test_what_the_groups_gave_survives_a_restart(application: RunningApplication) -> None:
    opened = await enter(application, ana('crew'))
    async with running_application(store=application.store, clock=application.clock) as again:
        assert again.access.actor(opened.session).scope == PORT_1
        assert application.store.rows[Account].keys() == again.fleets.installation[Account].keys()
        assert len(application.store.rows[Person]) == 1
        await enter(again, ana('crew'))
        assert again.entries(PersonChanged) == []
