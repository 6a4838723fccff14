"""API tokens of service accounts: narrow, ending, and never more than the person who hands them out may do."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import Permission, Role
from domain.access.scopes import Scope
from domain.accounts.model import Person
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, StepUpNeeded
from domain.tokens.events import TokenIssued, TokenRevoked
from domain.tokens.model import Token, TokenKind, least_role
from domain.tokens.service import YEAR_S
from tests.fakes import RunningApplication, running_application

READ = (Permission.DEVICES_READ,)
DAY_S = 86_400


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


@pytest.fixture
async def ana(application: RunningApplication) -> Actor:
    person = await application.people.add(
        application.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, 'correct horse battery'
    )
    return application.as_(person)


@pytest.fixture
async def service(application: RunningApplication) -> Person:
    return await application.people.add_service(application.actor, 'collector', Role.OPERATOR)


async def test_a_token_of_a_service_account_opens_its_scopes_is_told_once_and_remembers_its_last_use(
    application: RunningApplication, ana: Actor, service: Person
) -> None:
    token, secret = await application.tokens.issue_for(ana, service.id, 'harbour', scopes=READ, expires_in_s=30 * DAY_S)
    assert secret.startswith('cwt_')
    assert secret not in repr(application.store.rows) + repr(application.store.journal)
    assert application.access.program(secret, address='192.0.2.9').permissions == frozenset(READ)
    await application.transactor.transact(lambda tx: None)  # what no request waits for is decided with it
    used = application.fleet[Token][token.id]
    assert (used.used_at, used.used_from) == (application.clock(), '192.0.2.9')
    (entry,) = application.entries(TokenIssued)
    assert (entry.subject.name, entry.by, entry.actor, entry.scopes) == ('harbour', 'Ana', ana.reference, READ)


async def test_a_token_ends_by_time_and_is_still_shown_then(
    application: RunningApplication, ana: Actor, service: Person
) -> None:
    token, secret = await application.tokens.issue_for(ana, service.id, 'harbour', scopes=READ, expires_in_s=7 * DAY_S)
    application.clock.tick(7 * DAY_S)
    with pytest.raises(NotSignedIn, match='expired'):
        application.access.program(secret)
    assert token.id in application.fleet[Token]


async def test_a_token_ends_at_once_when_it_is_revoked_and_the_journal_tells_it_once(
    application: RunningApplication, ana: Actor, service: Person
) -> None:
    token, secret = await application.tokens.issue_for(ana, service.id, 'harbour', scopes=READ, expires_in_s=DAY_S)
    await application.tokens.revoke_for(ana, token.id)
    with pytest.raises(NotSignedIn):
        application.access.program(secret)
    with pytest.raises(NotFound):
        await application.tokens.revoke_for(ana, token.id)
    assert [(entry.by, entry.actor) for entry in application.entries(TokenRevoked)] == [('Ana', ana.reference)]


@pytest.mark.parametrize('lasts', [0, -1, YEAR_S + 1, float('nan'), float('inf')])
async def test_no_token_lasts_longer_than_a_year(
    application: RunningApplication, ana: Actor, service: Person, lasts: float
) -> None:
    with pytest.raises(Invalid) as refused:
        await application.tokens.issue_for(ana, service.id, 'harbour', scopes=READ, expires_in_s=lasts)
    assert refused.value.field == 'expires_in_s'


@pytest.mark.parametrize(
    ('scope', 'wanted'),
    [
        (Scope(), Permission.POLICIES_WRITE),
        (Scope({'site': ('port-1',)}), Permission.ENROLMENT_WRITE),
        (Scope({'site': ('port-1',)}), Permission.CHECKINS_WRITE),
    ],
)
async def test_a_token_goes_beyond_neither_role_nor_part_of_its_service_account(
    application: RunningApplication, ana: Actor, scope: Scope, wanted: Permission
) -> None:
    service = await application.people.add_service(application.actor, 'collector', Role.OPERATOR, scope)
    with pytest.raises(Invalid, match=wanted) as refused:
        await application.tokens.issue_for(ana, service.id, 'harbour', scopes=[wanted], expires_in_s=DAY_S)
    assert refused.value.field == 'scopes'


async def test_a_collector_may_hand_in_check_ins(application: RunningApplication, ana: Actor, service: Person) -> None:
    scopes = [Permission.CHECKINS_WRITE]
    _, secret = await application.tokens.issue_for(ana, service.id, 'harbour', scopes=scopes, expires_in_s=DAY_S)
    assert application.access.program(secret).permissions == frozenset(scopes)


async def test_a_program_gives_away_no_more_than_it_may_itself(
    application: RunningApplication, service: Person
) -> None:
    program = Actor(ActorKind.PROGRAM, 'p', 'ci', application.enterprise, frozenset({Permission.TOKENS_WRITE}))
    for scope in (Permission.DEVICES_WRITE, Permission.CHECKINS_WRITE):
        with pytest.raises(NotAllowed, match='cannot give it'):
            await application.tokens.issue_for(program, service.id, 'friend', scopes=[scope], expires_in_s=DAY_S)


async def test_a_person_makes_an_enrolment_token_with_a_fresh_proof(application: RunningApplication) -> None:
    bo = await application.people.add(
        application.enterprise, 'bo@example.com', 'Bo', Role.OPERATOR, 'correct horse battery'
    )
    said: dict[str, Any] = {'uses': 1, 'expires_in_s': DAY_S, 'labels': {}}
    with pytest.raises(StepUpNeeded):
        await application.tokens.issue_enrolment(application.as_(bo, recently_verified=False), 'roll-out', **said)
    assert await application.tokens.issue_enrolment(application.as_(bo), 'roll-out', **said)


async def test_what_a_program_hands_out_ends_with_its_own_token_at_the_latest(
    application: RunningApplication, service: Person
) -> None:
    scopes = (Permission.TOKENS_WRITE, Permission.ENROLMENT_WRITE, *READ)
    _, secret = await application.tokens.issue(
        application.enterprise, TokenKind.API, 'leaked', scopes=scopes, expires_in_s=DAY_S
    )
    program = application.access.program(secret)
    application.clock.tick(DAY_S / 2)
    for lasts, refused in ((DAY_S / 2 + 1, True), (DAY_S / 4, False)):
        for issuing in (
            application.tokens.issue_for(program, service.id, 'harbour', scopes=READ, expires_in_s=lasts),
            application.tokens.issue_enrolment(program, 'roll-out', uses=1, expires_in_s=lasts, labels={}),
        ):
            if not refused:
                assert await issuing
                continue
            with pytest.raises(Invalid, match='outlasts its own') as refusal:
                await issuing
            assert refusal.value.field == 'expires_in_s'


async def test_a_token_needs_a_scope_and_a_service_account_of_this_enterprise(
    application: RunningApplication, ana: Actor, service: Person
) -> None:
    with pytest.raises(Invalid):
        await application.tokens.issue_for(ana, service.id, 'harbour', scopes=[], expires_in_s=DAY_S)
    with pytest.raises(Conflict, match='Ana is a person'):
        await application.tokens.issue_for(ana, ana.id, 'mine', scopes=READ, expires_in_s=DAY_S)
    other = await application.enterprises.add('Ghent')
    eve = await application.people.add(other.id, 'eve@example.com', 'Eve', Role.ADMIN, 'correct horse battery')
    token, _ = await application.tokens.issue_for(ana, service.id, 'harbour', scopes=READ, expires_in_s=DAY_S)
    with pytest.raises(NotFound):
        await application.tokens.issue_for(application.as_(eve), service.id, 'theirs', scopes=READ, expires_in_s=DAY_S)
    with pytest.raises(NotFound):
        await application.tokens.revoke_for(application.as_(eve), token.id)


async def test_an_enrolment_token_is_not_revoked_as_an_api_token(application: RunningApplication, ana: Actor) -> None:
    token, _ = await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'roll-out')
    with pytest.raises(NotFound):
        await application.tokens.revoke_for(ana, token.id)


async def test_a_person_who_hands_out_or_revokes_a_token_proves_anew_who_they_are(
    application: RunningApplication, service: Person
) -> None:
    person = await application.people.add(
        application.enterprise, 'bo@example.com', 'Bo', Role.ADMIN, 'correct horse battery'
    )
    stale = application.as_(person, recently_verified=False)
    with pytest.raises(StepUpNeeded):
        await application.tokens.issue_for(stale, service.id, 'harbour', scopes=READ, expires_in_s=DAY_S)
    with pytest.raises(StepUpNeeded):
        await application.tokens.revoke_for(stale, 'any')


@pytest.mark.parametrize(
    ('scopes', 'role'),
    [
        ([Permission.DEVICES_READ], Role.VIEWER),
        ([Permission.CHECKINS_WRITE], Role.OPERATOR),
        ([Permission.TOWERS_WRITE, Permission.EVENTS_READ], Role.OPERATOR),
        ([Permission.POLICIES_WRITE], Role.SECURITY),
        ([Permission.POLICIES_WRITE, Permission.DEVICES_WRITE], Role.ADMIN),
    ],
)
def test_a_service_account_made_for_a_token_gets_the_least_role_that_fits(scopes: list[Permission], role: Role) -> None:
    assert least_role(scopes) is role


def test_no_token_is_an_owner() -> None:
    with pytest.raises(Invalid, match='no role includes installation:write'):
        least_role([Permission.INSTALLATION_WRITE])


@pytest.mark.parametrize('role', Role)
async def test_roles_that_let_devices_in_hand_out_and_revoke_enrolment_tokens_and_no_others(
    application: RunningApplication, role: Role
) -> None:
    who = application.as_(
        await application.people.add(application.enterprise, 'bo@example.com', 'Bo', role, 'correct horse battery')
    )
    kept, _ = await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'kept')

    async def hands_out() -> Token:
        return (await application.tokens.issue_enrolment(who, 'roll-out', uses=1, expires_in_s=DAY_S, labels={}))[0]

    if role not in (Role.OPERATOR, Role.ADMIN):
        for refused in (hands_out(), application.tokens.revoke_enrolment(who, kept.id)):
            with pytest.raises(NotAllowed, match='enrolment:write'):
                await refused
        assert list(application.fleet[Token]) == [kept.id]
        return
    token = await hands_out()
    await application.tokens.revoke_enrolment(who, token.id)
    await application.tokens.revoke_enrolment(who, kept.id)
    assert not application.fleet[Token]
    assert {entry.by for entry in application.entries(TokenRevoked)} == {'Bo'}


async def test_an_operator_of_a_part_lets_no_devices_in(application: RunningApplication) -> None:
    part = Scope({'site': ('port-1',)})
    bo = await application.people.add(
        application.enterprise, 'bo@example.com', 'Bo', Role.OPERATOR, 'correct horse battery', scope=part
    )
    with pytest.raises(NotAllowed, match='goes with the whole enterprise'):
        await application.tokens.issue_enrolment(application.as_(bo), 'roll-out', uses=1, expires_in_s=DAY_S, labels={})


@pytest.mark.parametrize('lasts', [0, -1, YEAR_S + 1])
async def test_no_enrolment_token_that_people_make_lasts_longer_than_a_year(
    application: RunningApplication, lasts: float
) -> None:
    with pytest.raises(Invalid, match='a year at most') as refused:
        await application.tokens.issue_enrolment(application.actor, 'roll-out', uses=1, expires_in_s=lasts, labels={})
    assert refused.value.field == 'expires_in_s'


async def test_of_a_secret_its_beginning_is_kept_and_nothing_more(
    application: RunningApplication, ana: Actor, service: Person
) -> None:
    token, secret = await application.tokens.issue_for(ana, service.id, 'harbour', scopes=READ, expires_in_s=DAY_S)
    assert token.beginning == secret[:8]
    assert secret[:9] not in repr(application.store.rows) + repr(application.store.journal)
