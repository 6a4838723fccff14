"""Sessions of people: which cookie opens which one, where the sign-in leads, and what other sites cannot do."""

from collections.abc import AsyncIterator
from urllib.parse import urljoin

import httpx
import pytest

from domain.access.permissions import Permission, Role
from domain.common.errors import NotSignedIn
from domain.sign_in.live import Sessions
from tests.page_line import query_of
from tests.ui.until import until
from tests.ui.watching import PASSWORD, Console, console
from ui.sign_in import COOKIE, SignedIn, safe_target
from ui.sign_in.forms import KNOWN_COOKIE, MOST_FORM_BYTES


@pytest.fixture
async def here() -> AsyncIterator[Console]:
    async with console() as found:
        await found.person()
        yield found


@pytest.fixture
async def client(here: Console) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f'http://127.0.0.1:{here.port}') as found:
        yield found


def form(**more: str) -> dict[str, str]:
    return {'email': 'ana@example.com', 'password': PASSWORD, **more}


async def test_the_right_password_opens_a_session_that_ends_with_sign_out(client: httpx.AsyncClient) -> None:
    answer = await client.post('/auth/sign-in', data=form(next='/devices?q=1'))
    assert (answer.status_code, answer.headers['location']) == (303, '/devices?q=1')
    cookie = answer.headers['set-cookie'].lower()
    assert all(part in cookie for part in ('httponly', 'samesite=lax', 'path=/', 'max-age=43200'))
    kept = answer.cookies[COOKIE]
    assert (await client.get('/who')).text == 'ana'
    await client.post('/auth/sign-out')
    client.cookies.set(COOKIE, kept)
    assert (await client.get('/who')).status_code == 303, 'the cookie alone opens nothing any more'


async def test_signing_in_again_ends_the_session_that_the_browser_had(here: Console, client: httpx.AsyncClient) -> None:
    first = await client.post('/auth/sign-in', data=form())
    second = await client.post('/auth/sign-in', data=form())
    assert first.cookies[COOKIE] != second.cookies[COOKIE]
    assert len(here.application.fleets.index(Sessions).open) == 1
    assert (await client.get('/who')).text == 'ana'


async def test_a_browser_is_given_a_mark_that_the_sign_in_alone_gets_to_see(client: httpx.AsyncClient) -> None:
    answer = await client.post('/auth/sign-in', data=form())
    (mark,) = [line for line in answer.headers.get_list('set-cookie') if line.startswith(KNOWN_COOKIE)]
    assert all(part in mark.lower() for part in ('httponly', 'path=/auth', 'samesite=lax', 'max-age=7776000'))
    for _ in range(6):
        await client.post('/auth/sign-in', data=form(password='wrong'), headers={'cookie': ''})
    async with httpx.AsyncClient(base_url=client.base_url) as stranger:
        refused = await stranger.post('/auth/sign-in', data=form())
        assert refused.headers['location'].startswith('/login?refused=Throttled')
    assert (await client.post('/auth/sign-in', data=form())).headers['location'] == '/'


async def test_a_wrong_password_and_an_unknown_account_look_the_same(client: httpx.AsyncClient) -> None:
    wrong = await client.post('/auth/sign-in', data=form(password='not this one at all'))
    unknown = await client.post('/auth/sign-in', data=form(email='bob@example.com'))
    assert wrong.headers['location'].replace('ana', 'bob') == unknown.headers['location']
    assert wrong.headers['location'] == '/login?refused=NotSignedIn&next=/'
    assert wrong.headers['set-cookie'].replace('ana', 'bob') == unknown.headers['set-cookie']
    assert COOKIE not in wrong.headers['set-cookie']
    assert PASSWORD not in wrong.headers['set-cookie']


async def test_a_browser_without_a_session_is_led_to_the_sign_in_and_back(client: httpx.AsyncClient) -> None:
    answer = await client.get('/who?a=1&b=é')
    assert answer.headers['location'] == 'login?next=/who%3Fa%3D1%26b%3D%25C3%25A9'


@pytest.mark.parametrize('path', ['/', '/devices', '/devices/01K', '/towers/01K/edit', '/people/'])
async def test_below_a_stripped_path_every_page_leads_to_the_sign_in_which_says_what_is_wrong(
    client: httpx.AsyncClient, path: str
) -> None:
    location = (await client.get(path)).headers['location']
    for host in ('https://ops.example.org/cellwarden', 'https://console.example.org'):
        assert urljoin(host + path, location).partition('?')[0] == f'{host}/login'


@pytest.mark.parametrize(
    ('target', 'goes'),
    [
        ('/devices?x=1', '/devices?x=1'),
        ('', '/'),
        ('devices', '/'),
        ('//evil.example', '/'),
        ('/\\evil.example', '/'),
        ('https://evil.example', '/'),
        ('javascript:alert(1)', '/'),
        ('/a\r\nset-cookie: x=y', '/'),
        ('/\t/evil.example', '/'),
        ('/login?next=/', '/'),
        ('/auth/sign-out', '/'),
    ],
)
def test_the_sign_in_leads_to_our_own_pages_alone(target: str, goes: str) -> None:
    assert safe_target(target) == goes


@pytest.mark.parametrize('before', ['theme={"a": "b c"}; ', 'odd cookie; ', 'a=1; b; ', '=; ', '"; '])
async def test_a_neighbours_odd_cookie_keeps_no_session_out(
    here: Console, client: httpx.AsyncClient, before: str
) -> None:
    secret = (await here.sign_in()).secret
    answer = await client.get('/who', headers={'cookie': f'{before}{COOKIE}={secret}'})
    assert answer.text == 'ana'


@pytest.mark.parametrize('cookie', ['', 'x', '\xff', 'a' * 5000, '"', '; ;'])
async def test_a_cookie_that_is_none_of_ours_opens_no_session(client: httpx.AsyncClient, cookie: str) -> None:
    answer = await client.get('/who', headers=[(b'cookie', f'{COOKIE}={cookie}'.encode('latin-1'))])
    assert answer.status_code == 303


FORMS = [
    b'',
    b'\xff\xfe',
    b'email',
    b'&' * 100,
    b'&'.join(b'a%d=1' % number for number in range(100)),
    b'email=' + b'x' * 1_000_000,
]


@pytest.mark.parametrize('body', FORMS, ids=range(len(FORMS)))
async def test_a_form_of_any_shape_is_a_refused_sign_in(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post('/auth/sign-in', content=body)
    assert (answer.status_code, answer.headers['location'].partition('&')[0]) == (303, '/login?refused=NotSignedIn')


async def test_a_form_without_end_is_not_read_to_its_end(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 200 * MOST_FORM_BYTES:
            sent += MOST_FORM_BYTES
            yield b'x' * MOST_FORM_BYTES

    try:
        answer = await client.post('/auth/sign-in', content=endless())
        assert answer.status_code == 303
    except httpx.TransportError:
        pass  # hung up on while it was still talking


@pytest.mark.parametrize('origin', ['https://evil.example', 'null', 'http://[', '', 'http://127.0.0.1'])
async def test_another_site_cannot_sign_a_person_in_or_out(client: httpx.AsyncClient, origin: str) -> None:
    for path in ('/auth/sign-in', '/auth/sign-out'):
        answer = await client.post(path, data=form(), headers={'origin': origin})
        assert answer.status_code == 403
        assert 'set-cookie' not in answer.headers
    answer = await client.post('/auth/sign-in', data=form(), headers={'sec-fetch-site': 'cross-site'})
    assert answer.status_code == 403


async def test_who_looks_is_asked_again_at_every_action(here: Console) -> None:
    person = await here.person('bob@example.com', Role.OPERATOR)
    opened = await here.sign_in('bob@example.com')
    who = SignedIn(opened.session, person, here.application.access)
    assert who.may(Permission.DEVICES_WRITE)
    assert not who.may(Permission.POLICIES_WRITE)
    assert who.actor().name == 'bob'
    await here.application.access.sign_out(opened.session)
    with pytest.raises(NotSignedIn, match='sign in again'):
        who.actor()


async def test_a_session_ends_when_nothing_is_done_in_it_and_at_last_whatever_is_done(
    here: Console, client: httpx.AsyncClient
) -> None:
    idle = {'cookie': f'{COOKIE}={(await here.sign_in()).secret}'}
    headers = {'cookie': f'{COOKIE}={(await here.sign_in()).secret}'}
    for _ in range(12):
        here.application.clock.tick(3599)
        assert (await client.get('/who', headers=headers)).text == 'ana'
    assert (await client.get('/who', headers=idle)).status_code == 303
    here.application.clock.tick(12)
    assert (await client.get('/who', headers=headers)).status_code == 303


async def test_a_page_that_polls_keeps_no_session_awake(here: Console, client: httpx.AsyncClient) -> None:
    headers = {'cookie': f'{COOKIE}={(await here.sign_in()).secret}'}
    for _ in range(2):
        here.application.clock.tick(here.application.access.idle_s / 2 + 1)
        polled = await client.get('/_nicegui_ws/socket.io/?EIO=4&transport=polling', headers=headers)
        assert polled.status_code == 200
    assert (await client.get('/who', headers=headers)).status_code == 303


EARLY = {'sec-purpose': 'prefetch'}


async def test_a_page_that_is_fetched_early_keeps_no_session_awake(here: Console, client: httpx.AsyncClient) -> None:
    headers = {'cookie': f'{COOKIE}={(await here.sign_in()).secret}'}
    answers = []
    for _ in range(2):
        here.application.clock.tick(here.application.access.idle_s / 2 + 1)
        answers.append((await client.get('/watch', headers={**headers, **EARLY})).status_code)
    assert answers == [200, 303]


async def test_a_page_that_was_fetched_early_is_a_visit_once_it_is_opened(
    here: Console, client: httpx.AsyncClient
) -> None:
    secret = (await here.sign_in()).secret
    here.application.clock.tick(here.application.access.idle_s / 2 + 1)
    page = await client.get('/watch', headers={'cookie': f'{COOKIE}={secret}', **EARLY})
    async with here.connected(query_of(page.text), here.headers(secret)):
        await until(lambda: seen_at(here) == here.application.clock())


def seen_at(here: Console) -> float:
    """When the only session was used."""
    (session,) = here.application.fleets.index(Sessions).open.values()
    return session.seen_at


async def test_a_fresh_proof_brings_a_new_cookie_and_the_old_one_opens_nothing(
    here: Console, client: httpx.AsyncClient
) -> None:
    await client.post('/auth/sign-in', data=form())
    before = client.cookies[COOKIE]
    here.application.clock.tick(3600)
    answer = await client.post('/auth/step-up', data={'password': PASSWORD})
    assert answer.status_code == 204
    cookie = answer.headers['set-cookie'].lower()
    assert all(part in cookie for part in ('httponly', 'samesite=lax', 'path=/', 'max-age=39600'))
    assert client.cookies[COOKIE] != before
    assert (await client.get('/who')).text == 'ana'
    client.cookies.clear()
    client.cookies.set(COOKIE, before)
    assert (await client.get('/who')).status_code == 303


async def test_a_proof_that_is_refused_is_a_problem_in_plain_words_and_brings_no_cookie(
    here: Console, client: httpx.AsyncClient
) -> None:
    answer = await client.post('/auth/step-up', data={'password': PASSWORD})
    assert (answer.status_code, answer.json()['title']) == (401, 'Not signed in')
    await client.post('/auth/sign-in', data=form())
    for _ in range(10):
        answer = await client.post('/auth/step-up', data={'password': 'guessed'})
        assert (answer.status_code, answer.headers['content-type']) == (422, 'application/problem+json')
        assert answer.json() == {
            'title': 'Invalid value', 'status': 422, 'detail': 'the password is not right', 'field': 'password',
        }  # fmt: skip
        assert 'set-cookie' not in answer.headers
    answer = await client.post('/auth/step-up', data={'password': PASSWORD})
    assert (answer.status_code, answer.headers['retry-after']) == (429, '1')
    answer = await client.post('/auth/step-up', data={'password': PASSWORD}, headers={'origin': 'https://evil.example'})
    assert answer.status_code == 403


@pytest.mark.parametrize('body', FORMS, ids=range(len(FORMS)))
async def test_a_proof_of_any_shape_is_a_wrong_one(client: httpx.AsyncClient, body: bytes) -> None:
    await client.post('/auth/sign-in', data=form())
    assert (await client.post('/auth/step-up', content=body)).status_code == 422


async def test_a_planted_session_never_becomes_the_victims(here: Console, client: httpx.AsyncClient) -> None:
    """Session fixation: what was in the cookie before the sign-in opens nothing after it, known to us or not."""
    await here.person('eve@example.com')
    planted = (await here.sign_in('eve@example.com')).secret
    for before in (planted, 'cws_chosen-by-an-attacker'):
        client.cookies.clear()
        answer = await client.post('/auth/sign-in', data=form(), headers={'cookie': f'{COOKIE}={before}'})
        assert answer.cookies[COOKIE] != before
        seen = await client.get('/who', headers={'cookie': f'{COOKIE}={before}'})
        assert seen.status_code == 303


async def test_over_tls_the_cookie_is_one_that_only_this_host_can_have_set(here: Console) -> None:
    transport = httpx.ASGITransport(here.app)
    async with httpx.AsyncClient(transport=transport, base_url='https://console.example') as client:
        answer = await client.post('/auth/sign-in', data=form())
        cookie = answer.headers['set-cookie']
        assert cookie.startswith(f'__Host-{COOKIE}=')
        assert 'secure' in cookie.lower()
        assert 'domain' not in cookie.lower()
        assert (await client.get('/who')).text == 'ana'
        secret = client.cookies[f'__Host-{COOKIE}']
        client.cookies.clear()
        planted = await client.get(
            '/who', headers={'cookie': f'{COOKIE}={secret}'}
        )  # as a neighbour in the domain could
        assert planted.status_code == 303
