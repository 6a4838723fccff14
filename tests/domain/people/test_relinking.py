"""Identities that change: linked by a proof of the account's owner, forgotten by an administrator, replaced after an operator's word."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pyotp
import pytest

from domain.access.enterprises import INSTALLATION
from domain.access.permissions import OWNER, Role
from domain.accounts.model import Person
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound, StepUpNeeded, Throttled
from domain.people.model import Link
from domain.people.relinking import MOST_S, Proof, Vouched
from domain.sign_in.events import IdentityForgotten, IdentityLinked, RelinkingAllowed, SignInRefused
from domain.sign_in.model import Browser, Identity
from domain.sign_in.providers import ProviderFailure, ProviderRefusal
from tests.domain.people.test_identities import HARBOUR, PASSWORD, ana, enter, refused, role
from tests.fakes import RunningApplication, running_application

HERE = Browser(address='192.0.2.7', agent='test')
ANA = Vouched(issuer=HARBOUR.issuer, subject='1', email='ana@harbour.example')
UNVERIFIED = ana('crew', email_verified=False)
RIGHT = Proof(password=PASSWORD)


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


async def invited(application: RunningApplication, role: Role = Role.VIEWER) -> Person:
    """Ana, who had an account before there was single sign-on."""
    return await application.people.add(application.enterprise, ANA.email, 'Ana', role, PASSWORD)


async def link(application: RunningApplication, proof: Proof, vouched: Vouched = ANA) -> None:
    await application.linking.link(HARBOUR, vouched, proof, HERE)


async def reset_link(application: RunningApplication, email: str = ANA.email) -> str:
    return (await application.links.operators_reset_link(application.operator.account(email))).secret


def linked(application: RunningApplication) -> list[str]:
    return [each.subject for each in application.fleets.installation[Identity].values()]


async def test_the_password_links_an_old_account_once_and_the_provider_opens_it_from_then_on(
    application: RunningApplication,
) -> None:
    person = await invited(application)
    assert await refused(application, UNVERIFIED) is ProviderFailure.EMAIL_TAKEN
    await link(application, RIGHT)
    opened = await enter(application, UNVERIFIED)
    assert (opened.session.person, role(application, opened)) == (person.id, Role.VIEWER)
    (entry,) = application.entries(IdentityLinked)
    assert (entry.subject.name, entry.provider, entry.proof) == ('Ana', 'Harbour SSO', 'password')
    with pytest.raises(ProviderRefusal):
        await link(application, RIGHT, replace(ANA, subject='2'))
    assert linked(application) == ['1']


async def test_a_one_time_link_proves_it_too_and_is_spent(application: RunningApplication) -> None:
    await invited(application)
    secret = await reset_link(application)
    await link(application, Proof(link=secret))
    assert application.entries(IdentityLinked)[0].proof == 'one-time link'
    assert not application.fleets.installation[Link]
    assert role(application, await enter(application, UNVERIFIED)) is Role.VIEWER


@pytest.mark.parametrize(
    ('proof', 'field'),
    [
        (Proof(), 'password'), (Proof(password='another one'), 'password'), (Proof(link='cwl_x'), 'link'),
        (Proof(password=PASSWORD, link='cwl_x'), 'link'),
    ],
)  # fmt: skip
async def test_a_wrong_proof_links_nothing_and_is_named(
    application: RunningApplication, proof: Proof, field: str
) -> None:
    await invited(application)
    with pytest.raises(Invalid) as refusal:
        await link(application, proof)
    assert refusal.value.field == field
    assert linked(application) == []


async def test_the_link_of_another_account_proves_nothing(application: RunningApplication) -> None:
    await invited(application)
    await application.people.add(application.enterprise, 'bo@harbour.example', 'Bo', Role.VIEWER, PASSWORD)
    with pytest.raises(Invalid, match='another account'):
        await link(application, Proof(link=await reset_link(application, 'bo@harbour.example')))


@pytest.mark.parametrize('way', ['password', 'link'])
async def test_two_step_sign_in_is_asked_for_here_as_well(application: RunningApplication, way: str) -> None:
    person = await invited(application)
    secret = pyotp.random_base32()
    code = pyotp.TOTP(secret).at(int(application.clock()))
    await application.second_factor.turn_on(application.as_(person), secret, code)
    application.clock.tick(60)
    proof = RIGHT if way == 'password' else Proof(link=await reset_link(application))
    with pytest.raises(Invalid) as refusal:
        await link(application, replace(proof, code='000000'))
    assert (refusal.value.field, linked(application)) == ('code', [])
    await link(application, replace(proof, code=pyotp.TOTP(secret).at(int(application.clock()))))
    assert linked(application) == ['1']


async def test_guesses_are_counted_with_those_at_the_sign_in_and_are_in_the_trail(
    application: RunningApplication,
) -> None:
    await invited(application)
    for _ in range(5):
        with pytest.raises(Invalid):
            await link(application, Proof(password='a guess'))
    with pytest.raises(Throttled):
        await link(application, RIGHT)
    await application.transactor.transact(lambda _: None)
    words = [entry.because for entry in application.entries(SignInRefused)]
    assert words[0] == 'wrong password, to link Harbour SSO'
    assert len(words) == 6


async def test_a_suspended_account_is_not_linked(application: RunningApplication) -> None:
    await invited(application)
    await application.operator.suspend(application.operator.account(ANA.email))
    with pytest.raises(ProviderRefusal) as refusal:
        await link(application, RIGHT)
    assert refusal.value.because is ProviderFailure.SUSPENDED


async def test_an_administrator_forgets_an_identity_behind_a_fresh_proof(application: RunningApplication) -> None:
    bo = await application.people.add(application.enterprise, 'bo@harbour.example', 'Bo', Role.ADMIN, PASSWORD)
    opened = await enter(application, ana('crew'))
    person = opened.session.person
    with pytest.raises(StepUpNeeded):
        await application.linking.forget(application.as_(bo, recently_verified=False), person)
    with pytest.raises(NotAllowed):
        await application.linking.forget(replace(application.as_(bo), permissions=frozenset()), person)
    await application.linking.forget(application.as_(bo), person)
    assert (linked(application), role(application, opened)) == ([], None)
    (entry,) = application.entries(IdentityForgotten)
    assert (entry.subject.name, entry.by, entry.actor) == ('Ana', 'Bo', f'person/{bo.id}')
    again = await enter(application, ana('crew', subject='2'))
    assert again.session.person == person, 'the verified address of the domain finds the account'


async def test_nobody_forgets_themselves_nor_an_account_that_opens_more_than_their_enterprise(
    application: RunningApplication,
) -> None:
    bo = await application.people.add(application.enterprise, 'bo@harbour.example', 'Bo', Role.ADMIN, PASSWORD)
    with pytest.raises(Conflict, match='this is you'):
        await application.linking.forget(application.as_(bo), bo.id)
    opened = await enter(application, ana('crew'))
    other = await application.enterprises.add('Port of Delfzijl')
    await application.operator.admit(application.operator.account(ANA.email), other.id, Role.VIEWER)
    with pytest.raises(NotAllowed, match='owner of the installation'):
        await application.linking.forget(application.as_(bo), opened.session.person)
    owner = application.as_(bo).with_permissions(OWNER)
    await application.linking.forget(owner, opened.session.person)
    assert linked(application) == []


async def test_the_operators_word_is_bounded_and_in_every_trail_that_it_concerns(
    application: RunningApplication,
) -> None:
    await enter(application, ana('crew'))
    now = application.clock()
    for until in (now, now - 1, now + MOST_S + 1):
        with pytest.raises(Invalid, match='92 days'):
            await application.linking.allow('harbour', HARBOUR.issuer, until)
    with pytest.raises(NotFound, match=r'those there are: https://sso\.harbour\.example'):
        await application.linking.allow('harbour', 'https://typo.example', now + 1)
    with pytest.raises(NotFound):
        await application.linking.allow('quay', HARBOUR.issuer, now + 1)
    await application.linking.allow('harbour', HARBOUR.issuer, now + MOST_S)
    (entry,) = application.entries(RelinkingAllowed)
    assert (entry.people, entry.until, entry.by) == (1, now + MOST_S, 'operator')
    kinds = [type(one.entry) for one in application.store.journal[INSTALLATION]]
    assert kinds.count(RelinkingAllowed) == 1
    await application.linking.allow('harbour', HARBOUR.issuer, None)
    assert [each.people for each in application.entries(RelinkingAllowed)] == [1, 0]
    assert await refused(application, ana('crew', subject='2')) is ProviderFailure.EMAIL_TAKEN
