"""People: who sees the page, and inviting, changing and removing people from it."""

from typing import Any

import pytest

from domain.access.permissions import Role
from domain.access.scopes import Scope
from domain.accounts.model import Account, Person, PersonKind
from domain.common.secrets import digest
from domain.people.events import PersonChanged
from domain.people.model import Link, LinkKind
from domain.sign_in.model import Browser
from domain.sign_in.providers import Claims, GroupRule, Provider
from domain.tokens.model import Token
from domain.towers.input import NewTower
from tests.ui.conftest import PASSWORD, Console

CREW = GroupRule(enterprise='Port of Delft', role=Role.VIEWER, groups=frozenset({'crew'}))


async def test_who_may_not_see_people_is_told_whom_to_ask(console: Console) -> None:
    await console.sign_in(Role.OPERATOR)
    for path in ('/people', '/people/services/x'):
        await console.refused(path, 'Your role does not include this page')


async def test_who_may_only_look_finds_no_way_to_change_anything(console: Console) -> None:
    service = await console.application.people.add_service(console.application.actor, 'collector', Role.OPERATOR)
    await console.sign_in(Role.SECURITY)
    await console.user.open('/people')
    await console.user.should_see(marker='people')
    for marker in ('invite', 'add-service'):
        await console.user.should_not_see(marker=marker)
    for name in ('people', 'invitations'):
        (table,) = console.user.find(marker=name).elements
        assert table.props['actions'] == []
    await console.user.open(f'/people/services/{service.id}')
    await console.user.should_see(marker='tokens')
    for marker in ('change', 'make'):
        await console.user.should_not_see(marker=marker)


async def test_an_invitation_shows_its_link_once_and_carries_what_the_person_will_be(console: Console) -> None:
    await console.application.device('crane-1', labels={'site': 'port-1'})
    await console.application.towers.add(console.application.actor, NewTower(name='mast', region='Rotterdam'))
    await console.sign_in()
    await console.user.open('/people')
    console.user.find(marker='invite').click()
    await console.user.should_see(marker='email')
    console.user.find(marker='email').type('Bo@example.com')
    console.user.find(marker='name').type('Bo Jansen')
    await choose(console, 'role', 'operator')
    await console.user.should_see('Works with the fleet')
    labels, regions = one(console, 'labels'), one(console, 'regions')
    assert (labels.options, regions.options) == (['site=port-1'], ['Rotterdam'])
    labels.value, regions.value = ['site=port-1', 'site=port-2'], ['Rotterdam']
    console.user.find(marker='make-invitation').click()
    await console.user.should_see(marker='link')
    (link,) = console.application.fleet[Link].values()
    assert (link.kind, link.email, link.name, link.role) == (
        LinkKind.INVITATION,
        'bo@example.com',
        'Bo Jansen',
        Role.OPERATOR,
    )
    assert link.scope == Scope({'site': ('port-1', 'port-2')}, ('Rotterdam',))
    start, _, secret = one(console, 'link').props['text'].rpartition('/')
    assert start == 'http://test/join'
    assert digest(secret).hex() == link.digest


@pytest.mark.parametrize(
    ('labels', 'email', 'words'), [(['port-1'], 'bo@example.com', 'is not a label'), ([], 'bo', 'e-mail')]
)
async def test_an_invitation_that_cannot_be_is_told_in_the_form(
    console: Console, labels: list[str], email: str, words: str
) -> None:
    await console.sign_in()
    await console.user.open('/people')
    console.user.find(marker='invite').click()
    await console.user.should_see(marker='email')
    console.user.find(marker='email').type(email)
    one(console, 'labels').value = labels
    console.user.find(marker='make-invitation').click()
    await console.user.should_see(words)
    assert not console.application.fleet[Link]


async def test_an_invitation_is_withdrawn_after_a_question(console: Console) -> None:
    link = (await console.application.links.invite(console.application.actor, 'bo@example.com', 'Bo', Role.VIEWER)).link
    await console.sign_in()
    await console.user.open('/people')
    act(console, 'invitations', 'withdraw', link.id)
    await console.user.should_see('Withdraw the invitation of Bo?')
    assert console.application.fleet[Link]
    console.user.find(marker='confirm').click()
    await console.user.should_see('The invitation is withdrawn.')
    assert not console.application.fleet[Link]


async def test_a_role_and_a_name_are_changed_from_the_list(console: Console) -> None:
    await console.sign_in()
    bo = await member(console)
    await console.user.open('/people')
    act(console, 'people', 'manage', bo.id)
    await console.user.should_see('Change Bo')
    await choose(console, 'role', 'security')
    name = one(console, 'name')
    name.value = 'Bo Jansen'
    console.user.find(marker='save').click()
    await console.user.should_see('Bo Jansen is changed.')
    changed = console.application.fleet[Person][bo.id]
    assert (changed.role, changed.name) == (Role.SECURITY, 'Bo Jansen')


async def test_a_change_under_ones_hands_is_told_and_not_overwritten(console: Console) -> None:
    await console.sign_in()
    bo = await member(console)
    await console.user.open('/people')
    act(console, 'people', 'manage', bo.id)
    await console.user.should_see('Change Bo')
    await console.application.people.change_role(console.application.actor, bo.id, 1, Role.OPERATOR)
    await choose(console, 'role', 'security')
    console.user.find(marker='save').click()
    await console.user.should_see('This was changed meanwhile')
    assert console.application.fleet[Person][bo.id].role is Role.OPERATOR


async def test_nobody_is_offered_to_change_their_own_role(console: Console) -> None:
    ana = await console.sign_in()
    await console.user.open('/people')
    act(console, 'people', 'manage', ana.id)
    await console.user.should_see('another administrator changes your role')
    for marker in ('role', 'remove'):
        await console.user.should_not_see(marker=marker)


async def test_a_person_a_provider_decides_over_can_only_be_removed(console: Console) -> None:
    await console.sign_in()
    bo = await member(console, provider='Entra')
    await console.user.open('/people')
    act(console, 'people', 'manage', bo.id)
    await console.user.should_see('The groups at Entra decide')
    await console.user.should_not_see(marker='role')
    console.user.find(marker='remove').click()
    await console.user.should_see('While they stay in their group at Entra')


async def test_removing_a_person_says_what_will_happen_and_signs_them_out(console: Console) -> None:
    await console.sign_in()
    bo = await member(console)
    session = (await console.application.accounts.sign_in(bo.email, PASSWORD, Browser())).session
    await console.user.open('/people')
    act(console, 'people', 'manage', bo.id)
    await console.user.should_see(marker='remove')
    console.user.find(marker='remove').click()
    await console.user.should_see('signed out at once (1 open session)')
    assert console.application.access.standing(session)
    console.user.find(marker='confirm').click()
    await console.user.should_see('Bo is removed.')
    assert console.application.access.standing(session) is None


async def test_a_reset_shows_a_link_for_that_account(console: Console) -> None:
    await console.sign_in()
    bo = await member(console)
    await console.user.open('/people')
    act(console, 'people', 'manage', bo.id)
    await console.user.should_see(marker='reset')
    console.user.find(marker='reset').click()
    await console.user.should_see(marker='link')
    (link,) = console.application.store.rows[Link].values()
    assert (link.kind, link.account) == (LinkKind.RESET, bo.account)


async def test_an_identity_is_forgotten_after_a_question_and_a_one_time_link_can_be_made_then(console: Console) -> None:
    await console.sign_in()
    provider = Provider(name='harbour', label='Harbour SSO', issuer='https://x', rules=(CREW,))
    claims = Claims(
        issuer='https://x', subject='1', email='bo@example.com', email_verified=True, groups=CREW.groups or frozenset()
    )
    opened = await console.application.identities.sign_in(provider, claims, Browser())
    await console.user.open('/people')
    act(console, 'people', 'manage', opened.session.person)
    await console.user.should_see(marker='forget')
    await console.user.should_not_see(marker='reset')
    console.user.find(marker='forget').click()
    await console.user.should_see('Sessions that they opened through harbour end at once')
    assert console.application.access.standing(opened.session)
    console.user.find(marker='confirm').click()
    await console.user.should_see('is forgotten.')
    assert console.application.access.standing(opened.session) is None
    await console.user.open('/people')
    act(console, 'people', 'manage', opened.session.person)
    await console.user.should_see('Make one-time link')
    await console.user.should_not_see(marker='forget')


async def test_a_person_who_lost_the_role_changes_nothing(console: Console) -> None:
    ana = await console.sign_in()
    bo = await member(console)
    await console.user.open('/people')
    act(console, 'people', 'manage', bo.id)
    await console.user.should_see('Change Bo')
    console.becomes(ana, Role.SECURITY)
    await choose(console, 'role', 'operator')
    console.user.find(marker='save').click()
    await console.user.should_see('Not allowed')
    assert not console.application.entries(PersonChanged)


async def test_a_proof_that_has_gone_stale_is_asked_for_again(console: Console) -> None:
    await console.sign_in()
    bo = await member(console)
    await console.user.open('/people')
    act(console, 'people', 'manage', bo.id)
    await console.user.should_see('Change Bo')
    console.application.clock.tick(601)
    await choose(console, 'role', 'operator')
    console.user.find(marker='save').click()
    await console.user.should_see('Confirm that it is you')
    assert not console.application.entries(PersonChanged)


async def test_a_service_account_gets_a_token_that_opens_what_was_ticked_and_is_shown_once(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/people')
    console.user.find(marker='add-service').click()
    await console.user.should_see(marker='name')
    console.user.find(marker='name').type('collector')
    await choose(console, 'role', 'operator')
    console.user.find(marker='save').click()
    await console.user.should_see(marker='make', retries=100)  # what was saved leads there by itself
    (service,) = services(console)
    assert console.user.back_history[-1] == f'/people/services/{service.id}'
    console.user.find(marker='make').click()
    await console.user.should_see(marker='scopes')
    assert 'checkins:write' in dict(one(console, 'scopes').props['options'])
    assert 'policies:write' not in dict(one(console, 'scopes').props['options'])
    console.user.find(marker='name').type('harbour')
    console.user.find(marker='make-token').click()
    await console.user.should_see('Pick what the token may do.')
    await choose(console, 'scopes', 'checkins:write', 'devices:read')
    console.user.find(marker='make-token').click()
    await console.user.should_see(marker='secret')
    actor = console.application.access.program(one(console, 'secret').props['text'])
    assert (actor.name, sorted(actor.permissions)) == ('harbour', ['checkins:write', 'devices:read'])
    (token,) = console.application.fleet[Token].values()
    assert token.expires_at == token.created_at + 90 * 86_400
    await console.user.open(f'/people/services/{service.id}')
    act(console, 'tokens', 'revoke', token.id)
    await console.user.should_see('Revoke harbour?')
    console.user.find(marker='confirm').click()
    await console.user.should_see('harbour is revoked.')
    assert not console.application.fleet[Token]


def services(console: Console) -> list[Person]:
    return [one for one in console.application.fleet[Person].values() if one.kind is PersonKind.SERVICE]


async def member(console: Console, provider: str = '') -> Person:
    """Bo, a viewer; with a ``provider`` whose groups decide over them."""
    application = console.application
    if not provider:
        return await application.people.add(application.enterprise, 'bo@example.com', 'Bo', Role.VIEWER, PASSWORD)
    account = Account(id='a-bo', email='bo@example.com', name='Bo', created_at=application.clock())

    def decide(tx: Any) -> Person:
        tx.put(account)
        return application.people.join(
            tx, account, application.enterprise, Role.VIEWER, provider=provider, through=provider
        )

    return await application.transactor.transact(decide)


def one(console: Console, marker: str) -> Any:
    """The element with this mark."""
    (found,) = console.user.find(marker=marker).elements
    return found


def act(console: Console, table: str, action: str, id: str) -> None:
    """What the table tells when a person presses the button of a row."""
    tell(one(console, table), 'act', {'action': action, 'id': id})


async def choose(console: Console, marker: str, *values: str) -> None:
    """Press these chips."""
    await console.user.should_see(marker=marker)
    tell(one(console, marker), 'chosen', list(values))


def tell(element: Any, event: str, args: object) -> None:
    listener = next(each for each in element._event_listeners.values() if each.type == event)
    element._handle_event({'listener_id': listener.id, 'args': args})
