"""The sign-in: plain words, what was typed stays, and the way leads to no other site."""

from urllib.parse import quote

import pyotp
import pytest
from nicegui import ui

from domain.access.permissions import Role
from domain.accounts.model import Account
from domain.sign_in.live import Sessions
from domain.sign_in.sessions import PENDING_S
from tests.ui.conftest import PASSWORD, Console
from ui.sign_in import COOKIE


async def test_a_wrong_password_is_told_in_plain_words_and_the_address_stays(console: Console) -> None:
    await console.application.people.add(
        console.application.enterprise, 'ana@example.com', 'Ana', Role.VIEWER, PASSWORD
    )
    answer = await console.client.post(
        '/auth/sign-in', data={'email': 'ana@example.com', 'password': 'wrong', 'next': '/devices'}
    )
    assert answer.status_code == 303
    assert 'example' not in answer.headers['location']
    await console.user.open(answer.headers['location'])
    await console.user.should_see('The e-mail address or the password is not right.')
    values = [element.props.get('value') for element in console.user.find(kind=ui.element).elements]
    assert 'ana@example.com' in values
    assert '/devices' in values
    assert 'wrong' not in values


async def test_an_installation_without_accounts_says_where_its_link_is(console: Console) -> None:
    await console.user.open('/login')
    await console.user.should_see('one-time link that the server wrote into its log')
    await console.application.people.add(
        console.application.enterprise, 'ana@example.com', 'Ana', Role.VIEWER, PASSWORD
    )
    await console.user.open('/login')
    await console.user.should_not_see('Nobody has an account here yet')


async def test_below_a_path_of_another_host_the_page_that_comes_without_its_style_says_what_to_do(
    console: Console,
) -> None:
    page = (await console.client.get('/login')).text
    assert 'give it a host name of its own' in page
    assert '.cw-unstyled' not in page, 'what hides it is in the style sheet that is not found there'


async def test_words_in_the_address_are_not_shown(console: Console) -> None:
    await console.user.open('/login?refused=Call%20this%20number')
    await console.user.should_see('The sign-in did not work.')
    await console.user.should_not_see('Call this number')


async def test_a_person_back_from_signing_out_at_a_provider_is_told_so(console: Console) -> None:
    await console.user.open('/login?news=signed-out')
    await console.user.should_see('You are signed out.')


async def test_a_person_who_is_signed_in_goes_on(console: Console) -> None:
    await console.sign_in()
    answer = await console.client.get('/login', params={'next': '/devices?q=crane'})
    assert answer.headers['location'] == '/devices?q=crane'
    astray = await console.client.get('/login', params={'next': '//evil.example/'})
    assert astray.headers['location'] == '/'


async def test_after_too_many_attempts_the_page_says_when_to_try_again(console: Console) -> None:
    form = {'email': 'nobody@example.com', 'password': 'wrong'}
    for _ in range(5):
        await console.client.post('/auth/sign-in', data=form)
    answer = await console.client.post('/auth/sign-in', data=form)
    assert answer.headers['location'] == '/login?refused=Throttled&wait=1&next=/'
    await console.user.open(answer.headers['location'])
    await console.user.should_see('try again in 1 second')


async def test_a_person_who_signed_out_is_told_so(console: Console) -> None:
    await console.sign_in()
    answer = await console.client.post('/auth/sign-out')
    await console.user.open(answer.headers['location'])
    await console.user.should_see('You are signed out.')


@pytest.mark.parametrize(
    ('how', 'words'),
    [
        ('left alone', 'nothing was done in it for too long'),
        ('ended elsewhere', 'you ended it in another browser'),
        ('disabled', 'the account was disabled'),
    ],
)
async def test_whose_session_has_ended_is_told_why(console: Console, how: str, words: str) -> None:
    await console.sign_in()
    application = console.application
    (session,) = application.fleets.index(Sessions).open.values()
    if how == 'left alone':
        application.clock.tick(application.access.idle_s)
    elif how == 'ended elsewhere':
        await application.my_account.end_session(session, session.id)
    else:
        await application.operator.suspend(application.fleets.installation[Account][session.account], last=True)
    answer = await console.client.get('/devices')
    await console.user.open(answer.headers['location'])
    await console.user.should_see(f'Your session has ended: {words}.')


async def test_a_session_that_ran_out_is_told_so_after_it_was_cleared_away_too(console: Console) -> None:
    await console.sign_in()
    console.application.clock.tick(console.application.access.session_s)
    await console.application.access.end_expired()
    await console.user.open('/login')
    await console.user.should_see('it was open for as long as a session may be')


@pytest.mark.parametrize('wait', ['soon', '-1', '', '9' * 500, '1e9', '٣'])
async def test_a_made_up_wait_breaks_nothing(console: Console, wait: str) -> None:
    await console.user.open(f'/login?refused=Throttled&wait={quote(wait)}')
    await console.user.should_see('Too many wrong attempts.')


async def test_the_page_for_the_code_comes_after_the_password(console: Console) -> None:
    answer = await console.client.get('/login/code', params={'next': '/devices'})
    assert answer.headers['location'] == '/login?next=/devices'
    late = await console.client.post('/auth/code', data={'code': '123456', 'next': '/devices'})
    assert late.headers['location'] == '/login?refused=Ended&next=/devices'


async def with_an_app(console: Console) -> pyotp.TOTP:
    """Ana, signed out, with two-step sign-in: her app."""
    person, service = await console.sign_in(), console.application.second_factor
    actor = person.actor(recently_verified=True)
    app = pyotp.TOTP(service.propose(actor).secret)
    await service.turn_on(actor, app.secret, app.at(int(console.application.clock())))
    await console.client.post('/auth/sign-out')
    return app


async def test_a_person_who_takes_too_long_over_the_code_is_told_so(console: Console) -> None:
    await with_an_app(console)
    await console.client.post('/auth/sign-in', data={'email': 'ana@example.com', 'password': PASSWORD})
    console.application.clock.tick(PENDING_S)
    late = await console.client.get('/login/code?next=/devices')
    assert late.headers['location'] == '/login?refused=Ended&next=/devices'
    await console.user.open(late.headers['location'])
    await console.user.should_see('That took too long. Begin again with your password.')


async def test_over_tls_too_the_password_leads_to_the_code_and_on(console: Console) -> None:
    app = await with_an_app(console)
    form = {'email': 'ana@example.com', 'password': PASSWORD}
    first = await console.client.post('https://test/auth/sign-in', data=form)
    page = await console.client.get('https://test' + first.headers['location'])
    assert (page.status_code, 'authenticator app' in page.text) == (200, True)
    console.application.clock.tick(30)
    code = {'code': app.at(int(console.application.clock()))}
    assert (await console.client.post('https://test/auth/code', data=code)).headers['location'] == '/'
    assert (await console.client.get('https://test/devices')).status_code == 200


async def test_with_a_second_factor_the_password_leads_to_the_code_and_on(console: Console) -> None:
    person, service = await console.sign_in(), console.application.second_factor
    actor = person.actor(recently_verified=True)
    secret = service.propose(actor).secret
    codes = await service.turn_on(actor, secret, pyotp.TOTP(secret).at(int(console.application.clock())))
    await console.client.post('/auth/sign-out')
    form = {'email': 'ana@example.com', 'password': PASSWORD, 'next': '/devices'}
    first = await console.client.post('/auth/sign-in', data=form)
    assert first.headers['location'] == '/login/code?next=/devices'
    assert (await console.client.get('/devices')).headers['location'] == 'login?next=/devices'
    wrong = await console.client.post('/auth/code', data={'code': '000000', 'next': '//evil.example'})
    assert wrong.headers['location'] == '/login/code?refused=NotSignedIn&next=/'
    await console.user.open(wrong.headers['location'])
    await console.user.should_see('This code is not right')
    right = await console.client.post('/auth/code', data={'code': codes[0], 'next': '/devices'})
    assert right.headers['location'] == '/devices'
    assert right.cookies[COOKIE] != first.cookies[COOKIE]
    assert (await console.client.get('/devices')).status_code == 200
