"""Whose an identity is: the account of its address, where the provider speaks for the address and has verified it, and no other."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.access.permissions import Role
from domain.accounts.model import Account
from domain.common.errors import NotFound
from domain.sign_in.events import IdentityForgotten, IdentityLinked, SessionEnded
from domain.sign_in.model import Browser, Identity
from domain.sign_in.providers import Provider, ProviderFailure, ProviderRefusal
from tests.domain.people.test_identities import HARBOUR, PASSWORD, QUAY, ana, enter, refused, role
from tests.fakes import RunningApplication, running_application

DAY = 86_400.0


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


@pytest.mark.parametrize('email', ['ana_quay.example#EXT#@harbour.example', 'ana_quay.example#ext#@harbour.example'])
async def test_a_guest_of_the_provider_is_not_of_its_domain(application: RunningApplication, email: str) -> None:
    for verified in (True, False):
        claims = ana('crew', email=email, email_verified=verified)
        assert await refused(application, claims) is ProviderFailure.GUEST
    assert not application.fleets.installation[Account]


@pytest.mark.parametrize(
    ('changes', 'may'), [({'email_verified': False}, True), ({'email_verified': True, 'subject': '2'}, False)]
)
async def test_an_account_without_an_identity_may_be_linked_by_its_owner_and_another_not(
    application: RunningApplication, changes: dict[str, Any], may: bool
) -> None:
    if may:
        await application.people.add(application.enterprise, 'ana@harbour.example', 'Ana', Role.VIEWER, PASSWORD)
    else:
        await enter(application, ana('crew'))
    with pytest.raises(ProviderRefusal) as refusal:
        await enter(application, ana('crew', **changes))
    assert (refusal.value.because, refusal.value.may_prove) == (ProviderFailure.EMAIL_TAKEN, may)


MOVED = replace(HARBOUR, issuer='https://sso.new.example')


@pytest.mark.parametrize(('provider', 'subject'), [(HARBOUR, '2'), (MOVED, '1'), (MOVED, '2')])
async def test_after_the_operators_word_a_moved_provider_opens_the_same_account(
    application: RunningApplication, provider: Provider, subject: str
) -> None:
    before = await enter(application, ana('crew'))
    claims = ana('crew', by=provider, subject=subject)
    assert await refused(application, claims, provider) is ProviderFailure.EMAIL_TAKEN, 'strict until then'
    await application.linking.allow('harbour', HARBOUR.issuer, application.clock() + DAY)
    assert await refused(application, replace(claims, email_verified=False), provider) is ProviderFailure.EMAIL_TAKEN
    after = await enter(application, claims, provider)
    assert after.session.account == before.session.account
    assert role(application, before) is None, 'what came in through the former identity has ended'
    assert 'forgotten' in application.entries(SessionEnded)[0].because
    (linked,) = application.entries(IdentityLinked)
    assert (linked.provider, linked.instead_of) == ('Harbour SSO', HARBOUR.issuer)
    assert len(application.entries(IdentityForgotten)) == 1
    again = replace(claims, subject='3')
    assert await refused(application, again, provider) is ProviderFailure.EMAIL_TAKEN, 'each identity once'


async def test_another_provider_gains_nothing_by_it(application: RunningApplication) -> None:
    await enter(application, ana('crew'))
    await application.linking.allow('harbour', HARBOUR.issuer, application.clock() + DAY)
    quay = replace(QUAY, email_domains=HARBOUR.email_domains)
    assert await refused(application, ana('chiefs', by=quay), quay) is ProviderFailure.EMAIL_TAKEN


async def test_a_forgotten_identity_is_gone_after_a_restart_and_may_come_anew(application: RunningApplication) -> None:
    opened = await enter(application, ana('crew'))
    account = application.fleets.installation[Account][opened.session.account]
    await application.linking.operators_forget(account)
    async with running_application(store=application.store, clock=application.clock) as again:
        with pytest.raises(NotFound, match='no identity'):
            await again.linking.operators_forget(account)
        anew = await again.identities.sign_in(HARBOUR, ana('crew'), Browser())
        assert anew.session.account == account.id
        assert [each.forgotten_at for each in again.fleets.installation[Identity].values()] == [None]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just('enter'), st.sampled_from('12'), st.booleans()),
        st.tuples(st.just('forget')),
        st.tuples(st.just('allow')),
        st.tuples(st.just('withdraw')),
        st.tuples(st.just('day passes')),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_whatever_happens_one_identity_at_most_opens_the_account(steps: list[tuple[object, ...]]) -> None:
    """Against a model that keeps the one subject that is linked, and until when it may be replaced."""
    async with running_application() as application:
        await application.people.add(application.enterprise, 'ana@harbour.example', 'Ana', Role.VIEWER, PASSWORD)
        account = application.operator.account('ana@harbour.example')
        linked, until, today = '', 0, 0
        for step in steps:
            if step[0] == 'enter':
                subject, verified = str(step[1]), bool(step[2])
                is_let_in = subject == linked or (verified and (not linked or today < until))
                claims = ana('crew', subject=subject, email_verified=verified)
                if is_let_in:
                    await enter(application, claims)
                    linked, until = subject, until if subject == linked else 0
                else:
                    with pytest.raises(ProviderRefusal) as refusal:
                        await enter(application, claims)
                    assert refusal.value.because is ProviderFailure.EMAIL_TAKEN
                    assert refusal.value.may_prove is (not linked)
            elif step[0] == 'forget' and linked:
                await application.linking.operators_forget(account)
                linked, until = '', 0
            elif step[0] in ('allow', 'withdraw') and linked:
                until = today + 2 if step[0] == 'allow' else 0
                moment = application.clock() + 2 * DAY if until else None
                await application.linking.allow('harbour', HARBOUR.issuer, moment)
            elif step[0] == 'day passes':
                today += 1
                application.clock.tick(DAY)
            kept = [each.subject for each in application.fleets.installation[Identity].values()]
            assert kept == ([linked] if linked else [])
