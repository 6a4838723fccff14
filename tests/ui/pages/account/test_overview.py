"""My account: who one is, where one is signed in, and what needs a fresh proof."""

from dataclasses import replace

import pytest
from nicegui import Client, ui

from domain.access.permissions import Permission, Role
from domain.accounts.model import Account
from domain.common.errors import NotSignedIn
from domain.sign_in.live import Sessions
from domain.sign_in.model import Browser
from domain.sign_in.sessions import RAISED_S
from domain.tokens.events import TokenIssued
from tests.ui.conftest import PASSWORD, Console
from tests.ui.until import until

OTHER = 'another long passphrase'


async def other_browser(console: Console, agent: str = 'Mozilla/5.0 (iPhone) Safari/604.1') -> str:
    """Ana signs in elsewhere; the id of the session."""
    opened = await console.application.accounts.sign_in(
        'ana@example.com', PASSWORD, Browser(address='192.0.2.9', agent=agent)
    )
    return opened.session.id


def wrong(console: Console, marker: str) -> str | None:
    """What a field says is wrong with it."""
    (field,) = console.user.find(kind=ui.input, marker=marker).elements
    return field.error


async def make_token(console: Console) -> None:
    """Fill in the form for a new token up to its button, and press that."""
    await console.user.open('/account')
    console.user.find(marker='new-token').click()
    await console.user.should_see(marker='make-token')
    console.user.find(marker='token-name').type('Nightly export')
    console.user.find(marker='scopes').trigger('chosen', ['devices:read'])
    console.user.find(marker='make-token').click()


async def test_the_page_tells_who_one_is_and_where_one_is_signed_in(console: Console) -> None:
    await console.sign_in(Role.OPERATOR)
    await other_browser(console)
    await console.user.open('/account')
    for words in ('ana@example.com', 'Port of Delft', 'Operator', 'a password', 'This browser', 'Safari on iPhone'):
        await console.user.should_see(words)


async def test_every_enterprise_that_one_belongs_to_has_a_way_to_it(console: Console) -> None:
    await console.sign_in()
    application = console.application
    (account,) = application.fleets.installation[Account].values()
    ghent = await application.enterprises.add('Ghent')
    await console.user.open('/account')
    await console.user.should_not_see('Switch enterprise')
    await application.operator.admit(account, ghent.id, Role.VIEWER)
    await console.user.open('/account')
    await console.user.should_see('Where you are now')
    await console.user.should_see('Switch enterprise')
    (there,) = [one for one in console.user.find(kind=ui.element).elements if one.props.get('name') == 'enterprise']
    assert there.props['value'] == ghent.id


async def test_a_browser_that_calls_itself_a_script_is_shown_as_text(console: Console) -> None:
    await console.sign_in()
    await other_browser(console, '<script>alert(1)</script>')
    await console.user.open('/account')
    await console.user.should_see('<script>alert(1)</script>')
    answer = await console.client.get('/account')
    assert '<script>alert(1)' not in answer.text


async def test_another_session_is_ended_from_the_list(console: Console) -> None:
    await console.sign_in()
    there = await other_browser(console)
    await console.user.open('/account')
    console.user.find(marker='end-session').click()
    console.user.find(marker='confirm').click()
    await until(lambda: there not in console.application.fleets.index(Sessions).open)
    await console.user.should_not_see(marker='end-session')
    assert len(console.application.fleets.index(Sessions).open) == 1


async def test_all_other_sessions_end_and_this_one_stays(console: Console) -> None:
    await console.sign_in()
    for _ in range(2):
        await other_browser(console)
    await console.user.open('/account')
    console.user.find(marker='end-others').click()
    console.user.find(marker='confirm').click()
    await until(lambda: len(console.application.fleets.index(Sessions).open) == 1)
    await console.user.should_not_see(marker='end-others')
    assert (await console.client.get('/account')).status_code == 200


async def test_the_password_is_changed_for_the_current_one(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/account')
    for marker, words in (('current', 'not it'), ('new', OTHER), ('again', 'something else')):
        console.user.find(marker=marker).type(words)
    console.user.find(marker='change-password').click()
    await until(lambda: wrong(console, 'again') == 'This is not the same as above.')
    console.user.find(marker='again').clear().type(OTHER)
    console.user.find(marker='change-password').click()
    await until(lambda: wrong(console, 'current') == 'The password is not right.')
    console.user.find(marker='current').clear().type(PASSWORD)
    console.user.find(marker='change-password').click()
    await console.user.should_see('Your password is changed.')
    await console.application.accounts.sign_in('ana@example.com', OTHER, Browser())


async def test_a_token_is_made_shown_once_and_revoked(console: Console) -> None:
    await console.sign_in(Role.VIEWER)
    await make_token(console)
    await console.user.should_see(marker='token-secret')
    (shown,) = console.user.find(marker='token-secret').elements
    actor = console.application.access.program(shown.props['text'])
    assert actor.permissions == {Permission.DEVICES_READ}
    await console.user.open('/account')
    await console.user.should_see('Nightly export')
    await console.user.should_not_see(shown.props['text'])
    console.user.find(marker='revoke').click()
    console.user.find(marker='confirm').click()
    await console.user.should_see('A token lets a program use the API as you')
    with pytest.raises(NotSignedIn):
        console.application.access.program(shown.props['text'])


async def test_what_needs_a_fresh_proof_asks_for_it_and_is_then_done(console: Console) -> None:
    await console.sign_in()
    console.application.clock.tick(RAISED_S)
    await make_token(console)
    await console.user.should_see('Confirm that it is you')
    assert console.application.entries(TokenIssued) == []
    await console.prove()
    await console.user.should_see(marker='token-secret')
    assert len(console.application.entries(TokenIssued)) == 1


async def test_a_page_that_only_says_it_was_proved_gets_nothing_done(console: Console) -> None:
    await console.sign_in()
    console.application.clock.tick(RAISED_S)
    await make_token(console)
    await console.user.should_see(marker='step-up')
    console.user.find(marker='step-up').trigger('proved')
    await console.user.should_see('Confirm that it is you: a new token needs a fresh proof')
    await console.user.should_not_see(marker='step-up')
    assert console.application.entries(TokenIssued) == []


async def test_a_person_who_would_rather_not_prove_it_is_left_where_they_were(console: Console) -> None:
    await console.sign_in()
    console.application.clock.tick(RAISED_S)
    await make_token(console)
    await console.user.should_see(marker='step-up')
    console.user.find(marker='step-up').trigger('cancel')
    await console.user.should_not_see(marker='step-up')
    await console.user.should_see(marker='make-token')
    assert console.application.entries(TokenIssued) == []


@pytest.mark.parametrize('how', ['session', 'role'])
async def test_a_page_is_taken_apart_at_once_when_its_session_ends_or_its_role_changes(
    console: Console, how: str
) -> None:
    person = await console.sign_in()
    await console.user.open('/account')
    console.clients.beat_s = 60
    await console.clients.start()
    assert len(Client.instances) == 1
    if how == 'session':
        await console.client.post('/auth/sign-out')
    else:
        await console.application.transactor.transact(lambda tx: tx.put(replace(person, role=Role.VIEWER)))
    await until(lambda: not Client.instances)
    await console.clients.stop()


async def test_a_page_whose_session_ran_out_is_taken_apart_with_the_next_beat(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/account')
    await console.clients.start()
    console.application.clock.tick(console.application.access.idle_s)
    await until(lambda: not Client.instances)
    await console.clients.stop()
