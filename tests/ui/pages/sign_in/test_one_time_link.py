"""Where one-time links lead: the secret leaves the address at once, and every page says what will happen."""

import httpx
import pytest
from nicegui import ui

from domain.access.permissions import Role
from domain.accounts.live import Accounts
from domain.sign_in.live import Sessions
from tests.ui.conftest import PASSWORD, Console

EMAIL = 'bob@example.com'


async def invited(console: Console, role: Role = Role.OPERATOR) -> str:
    return (await console.application.links.invite(console.application.actor, EMAIL, 'Bob', role)).secret


async def opened(console: Console, secret: str) -> httpx.Response:
    answer = await console.client.get(f'/join/{secret}')
    assert answer.headers['location'] == '/join'
    await console.user.open('/join')
    return answer


async def test_the_secret_moves_from_the_address_into_a_cookie_of_this_page_alone(console: Console) -> None:
    secret = await invited(console)
    answer = await opened(console, secret)
    cookie = answer.headers['set-cookie'].lower()
    assert all(part in cookie for part in ('httponly', 'path=/join', 'max-age=3600', 'samesite=lax'))
    assert (answer.headers['referrer-policy'], answer.headers['cache-control']) == ('no-referrer', 'no-store')
    page = await console.client.get('/join')
    assert secret not in page.text
    await console.user.should_see('Join Port of Delft')
    await console.user.should_see('You will be an operator there.')


async def test_an_invitation_makes_an_account_and_signs_in(console: Console) -> None:
    await opened(console, await invited(console))
    answer = await console.client.post('/join', data={'name': 'Bob', 'password': PASSWORD})
    assert answer.headers['location'] == '/'
    assert (await console.client.get('/')).status_code == 200
    await console.user.open('/join')
    await console.user.should_see('This link no longer works')


async def test_a_refused_password_is_told_with_the_reason_and_what_was_typed_stays(console: Console) -> None:
    await opened(console, await invited(console))
    answer = await console.client.post('/join', data={'name': 'Robert', 'password': 'cellwarden12345'})
    assert answer.headers['location'] == '/join?refused'
    assert 'cellwarden12345' not in str(answer.headers)
    page = (await console.client.get('/join?refused')).text
    assert 'among the first that an attacker would try' in page
    assert 'Robert' in page
    assert 'cellwarden12345' not in page
    assert 'among the first' not in (await console.client.get('/join')).text, 'not on a page that is opened anew'


@pytest.mark.parametrize(
    ('form', 'field', 'words'),
    [
        ({'name': 'Robert', 'password': 'short'}, 'password', 'has 15 characters or more'),
        ({'name': 'Robert Robertson', 'password': 'robertrobertson'}, 'password', 'made of your name'),
        ({'name': '', 'password': PASSWORD}, 'name', 'Must not be empty.'),
    ],
)
async def test_what_to_change_is_said_at_the_field_that_is_wrong(
    console: Console, form: dict[str, str], field: str, words: str
) -> None:
    await opened(console, await invited(console))
    await console.client.post('/join', data=form)
    await console.user.open('/join?refused')
    fields = {one.props['name']: one for one in console.user.find(kind=ui.element).elements if 'name' in one.props}
    wrong = [name for name, one in fields.items() if one.props.get('aria-invalid') == 'true']
    assert wrong == [field]
    (said,) = console.user.find(words).elements
    assert said.props['role'] == 'alert'
    assert said.html_id in fields[field].props['aria-describedby'].split()


async def test_words_of_a_refusal_cannot_be_put_into_another_browser(console: Console) -> None:
    await opened(console, await invited(console))
    console.client.cookies.set('cellwarden_said', '{"words": "Call this number"}', path='/join')
    assert 'Call this number' not in (await console.client.get('/join?refused')).text


async def test_a_person_with_an_account_signs_in_and_joins(console: Console) -> None:
    application = console.application
    ghent = await application.enterprises.add('Ghent')
    await application.people.add(ghent.id, EMAIL, 'Bob', Role.VIEWER, PASSWORD)
    await opened(console, await invited(console))
    await console.user.should_see('Sign in to accept')
    signed_in = await console.client.post('/auth/sign-in', data={'email': EMAIL, 'password': PASSWORD, 'next': '/join'})
    assert signed_in.headers['location'] == '/join'
    await console.user.open('/join')
    await console.user.should_see('beside what you are elsewhere')
    assert (await console.client.post('/join')).headers['location'] == '/'
    (session,) = application.fleets.index(Sessions).open.values()
    assert session.enterprise == application.enterprise, 'goes on there at once'


async def test_another_person_is_told_whose_invitation_it_is(console: Console) -> None:
    await console.sign_in()
    await opened(console, await invited(console))
    await console.user.should_see(f'This invitation is for {EMAIL}')
    assert (await console.client.post('/join')).headers['location'] == '/join?refused'
    assert console.application.fleets.index(Accounts).of(EMAIL) is None


async def test_a_reset_link_leads_to_the_sign_in_with_the_new_password(console: Console) -> None:
    person = await console.sign_in()
    made = await console.application.links.reset_link(console.application.actor, person.id)
    await opened(console, made.secret)
    await console.user.should_see('Set a new password')
    answer = await console.client.post('/join', data={'password': 'another horse entirely'})
    assert answer.headers['location'] == '/login?news=password'
    assert (await console.client.get('/')).headers['location'] == 'login'
    await console.user.open('/login?news=password')
    await console.user.should_see('The new password counts from now on.')


@pytest.mark.parametrize('secret', ['cwl_nonsense', 'x' * 3000, '%00', '<script>alert(1)</script>'])
async def test_a_link_that_is_none_says_what_to_do(console: Console, secret: str) -> None:
    answer = await console.client.get(f'/join/{secret}')
    assert answer.status_code in (303, 404)
    await console.user.open('/join')
    await console.user.should_see('This link no longer works')
    assert (await console.client.post('/join', data={'password': PASSWORD})).headers['location'] == '/join'


async def test_another_site_cannot_use_a_link_up(console: Console) -> None:
    await opened(console, await invited(console))
    answer = await console.client.post('/join', data={'password': PASSWORD}, headers={'origin': 'https://evil.example'})
    assert answer.status_code == 403
    assert console.application.fleets.index(Accounts).of(EMAIL) is None
