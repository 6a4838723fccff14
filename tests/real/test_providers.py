"""Signing in through an identity provider over real sockets, and everything a hostile or broken one is refused for."""

import json
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from starlette.responses import JSONResponse, PlainTextResponse

from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Role
from domain.accounts.model import Account, Person
from domain.sign_in.events import SessionEnded, SignedIn, SignInRefused, SteppedUp, StepUpRefused
from domain.sign_in.live import Sessions
from domain.sign_in.model import Session
from tests.fakes import Clock
from tests.real.canaille import running_mock
from tests.real.provider import CLIENT, LOGOUT, Claims, Misbehaving, misbehaving, rule
from tests.real.server import free_port
from tests.ui.watching import Console, console
from ui.settings.providers import ProviderSettings
from ui.sign_in import COOKIE
from ui.sign_in.openid_metadata import AWAY_S, KEPT_S


@dataclass(slots=True)
class Here:
    """The console, two providers that it knows, and one browser that follows no redirect by itself."""

    console: Console
    idp: Misbehaving
    other: Misbehaving
    browser: httpx.AsyncClient

    @property
    def members(self) -> list[Person]:
        return list(self.console.application.fleet[Person].values())

    def reasons(self) -> list[str]:
        """Every refusal that the audit trail holds, in the order of time."""
        journals = self.console.application.store.journal.values()
        entries = [recorded.entry for journal in journals for recorded in journal]
        return [entry.because for entry in entries if isinstance(entry, SignInRefused | StepUpRefused)]

    async def to_provider(self, path: str = '/login/harbour') -> str:
        """Where the console sends the browser."""
        return (await self.browser.get(path)).headers['location']

    async def back(self, path: str = '/login/harbour') -> str:
        """Go to the provider, which signs every browser in: the address it sends the browser back to."""
        return (await self.browser.get(await self.to_provider(path))).headers['location']

    async def arrive(self, path: str = '/login/harbour') -> httpx.Response:
        """The whole way."""
        return await self.browser.get(await self.back(path))

    async def who(self) -> str:
        return (await self.browser.get('/who')).text


def settings(name: str, idp: Misbehaving, **more: Any) -> ProviderSettings:
    return ProviderSettings(
        name=name, label=f'{name.title()} SSO', issuer=idp.issuer, client_id=CLIENT,
        **{'rules': [rule(), rule(role='admin', groups=['chiefs'])], 'email_domains': [f'{name}.example'], **more},
    )  # fmt: skip


@asynccontextmanager
async def at_home(**more: Any) -> AsyncIterator[Here]:
    async with misbehaving(2) as (idp, other):
        idp.person['groups'] = other.person['groups'] = ['fleet']
        known = [settings('harbour', idp, **more), settings('quay', other)]
        async with console(clock=Clock(time.time()), providers=known) as found:
            base = f'http://127.0.0.1:{found.port}'
            async with httpx.AsyncClient(base_url=base) as browser:
                yield Here(found, idp, other, browser)


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    async with at_home() as found:
        yield found


def led_to(answer: httpx.Response) -> str:
    """Where a page leads on to by itself."""
    assert answer.status_code == 200, 'a redirect would be held to form-action'
    found = re.search('<meta http-equiv="refresh" content="0;url=([^"]*)">', answer.text)
    assert found is not None, answer.text
    return unescape(found[1])


def because(answer: httpx.Response) -> str:
    """Why the browser was turned away: a code that our page has words for."""
    assert answer.status_code == 303
    assert COOKIE not in answer.cookies
    place = urlsplit(answer.headers['location'])
    assert place.netloc == ''
    assert place.path.endswith('/refused'), place
    return parse_qs(place.query)['because'][0]


async def test_the_first_sign_in_makes_the_person_with_what_the_groups_say(here: Here) -> None:
    answer = await here.arrive('/login/harbour?next=/devices%3Fq%3Dcrane')
    assert answer.headers['location'] == '/devices?q=crane'
    cookie = answer.headers['set-cookie'].lower()
    assert 'httponly' in cookie
    assert 'samesite=lax' in cookie
    assert await here.who() == 'ana'
    (person,) = here.members
    assert (person.role, person.provider, person.email) == (Role.VIEWER, 'harbour', 'ana@example.com')
    (entry,) = here.console.application.entries(SignedIn)
    assert entry.method == 'Harbour SSO'
    (asked,) = here.idp.queries
    assert asked['code_challenge_method'] == 'S256'
    assert {'state', 'nonce', 'code_challenge'} <= asked.keys()
    assert not {'ana', 'code-1'} & set(here.browser.cookies), 'no token and no claim is in a cookie'


async def test_several_tabs_may_be_on_their_way_at_once(here: Here) -> None:
    first, second = await here.back('/login/harbour?next=/devices'), await here.back('/login/harbour?next=/towers')
    assert (await here.browser.get(first)).headers['location'] == '/devices'
    assert (await here.browser.get(second)).headers['location'] == '/towers'


async def test_the_way_back_leads_to_our_own_pages_alone(here: Here) -> None:
    for target in ('//evil.example', '/\\evil.example', 'https://evil.example/', '/auth/sign-out'):
        answer = await here.browser.get('/login/harbour', params={'next': target})
        back = (await here.browser.get(answer.headers['location'])).headers['location']
        assert (await here.browser.get(back)).headers['location'] == '/'
        here.browser.cookies.clear()


async def test_an_answer_that_this_browser_did_not_ask_for_is_refused(here: Here) -> None:
    back = await here.back()
    async with httpx.AsyncClient(base_url=here.browser.base_url) as elsewhere:
        assert because(await elsewhere.get(back)) == 'not-begun'
    wrong = back.replace('state=', 'state=x')
    assert because(await here.browser.get(wrong)) == 'not-begun'
    assert because(await here.browser.get('/auth/callback/harbour')) == 'not-begun'
    reasons = here.reasons()
    assert len(reasons) == 3
    assert all('no sign-in that this browser began' in reason for reason in reasons)


async def test_an_answer_that_took_too_long_is_refused(here: Here) -> None:
    back = await here.back()
    here.console.application.clock.tick(601)
    assert because(await here.browser.get(back)) == 'not-begun'


async def test_an_answer_counts_once(here: Here) -> None:
    back = await here.back()
    cookies = dict(here.browser.cookies)
    assert (await here.browser.get(back)).headers['location'] == '/'
    here.browser.cookies.clear()
    assert because(await here.browser.get(back)) == 'not-begun'
    async with httpx.AsyncClient(base_url=here.browser.base_url, cookies=cookies) as thief:
        assert because(await thief.get(back)) == 'code', 'the provider takes a code once'


async def test_an_answer_of_another_provider_is_a_mix_up_and_refused(here: Here) -> None:
    ours = await here.back()
    assert because(await here.browser.get(ours.replace('harbour', 'quay'))) == 'not-begun'
    here.idp.answer = lambda answer: answer | {'iss': here.other.issuer}
    assert because(await here.arrive()) == 'wrong-issuer'
    here.idp.answer = lambda answer: {name: value for name, value in answer.items() if name != 'iss'}
    assert because(await here.arrive()) == 'wrong-issuer', 'it says of itself that it sends iss'
    here.other.metadata = {'authorization_response_iss_parameter_supported': False}
    here.other.answer = here.idp.answer
    assert (await here.arrive('/login/quay')).headers['location'] == '/'


async def test_a_code_of_another_sign_in_is_refused_though_the_provider_forgets_pkce(here: Here) -> None:
    for forgets, reason in ((False, 'code'), (True, 'token')):  # then the nonce is another's
        here.idp.forgets_pkce, here.idp.answer = forgets, lambda answer: answer
        async with httpx.AsyncClient(base_url=here.browser.base_url) as victim:
            url = (await victim.get('/login/harbour')).headers['location']
            (stolen,) = parse_qs(urlsplit((await victim.get(url)).headers['location']).query)['code']
        here.idp.answer = lambda answer, stolen=stolen: answer | {'code': stolen}  # type: ignore[misc]
        assert because(await here.arrive()) == reason
    assert {query['code_challenge_method'] for query in here.idp.queries} == {'S256'}


async def test_a_provider_that_knows_only_plain_challenges_is_not_given_one(here: Here) -> None:
    here.idp.metadata = {'code_challenge_methods_supported': ['plain']}
    await here.arrive()
    assert here.idp.queries[-1]['code_challenge_method'] == 'S256'


async def test_only_a_code_in_the_query_is_an_answer(here: Here) -> None:
    now = time.time()
    token = here.idp.signed({'iss': here.idp.issuer, 'aud': CLIENT, 'iat': now, 'exp': now + 300, 'sub': 'ana'})
    here.idp.answer = lambda answer: {'state': answer['state'], 'iss': answer['iss'], 'id_token': token}
    assert because(await here.arrive()) == 'code', 'tokens come from the token endpoint alone'
    here.idp.answer = lambda answer: answer
    back = urlsplit(await here.back())
    posted = await here.browser.post(back.path, content=back.query)
    assert (posted.status_code, posted.headers['allow']) == (405, 'GET'), 'we never asked for form_post'
    assert because(await here.browser.get(f'{back.path}#{back.query}')) == 'not-begun'


def key_confusion(idp: Misbehaving, claims: Claims) -> str:
    """Signed with the public key as if it were a shared secret."""
    public = json.dumps(idp.keys[0].as_dict(private=False)).encode()
    return jwt.encode({'alg': 'HS256', 'kid': idp.keys[0].kid}, claims, OctKey.import_key(public), algorithms=['HS256'])


def unsigned(_: Misbehaving, claims: Claims) -> str:
    parts = [urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip('=') for part in ({'alg': 'none'}, claims)]
    return '.'.join([*parts, ''])


def a_stranger(idp: Misbehaving, claims: Claims) -> str:
    """Signed with another key under the provider's key name."""
    return jwt.encode({'alg': 'ES256', 'kid': idp.keys[0].kid}, claims, ECKey.generate_key('P-256'))


def own_key(_: Misbehaving, claims: Claims) -> str:
    """Signed with a key that the token itself brings along (RFC 7515, 4.1.3)."""
    key = ECKey.generate_key('P-256', auto_kid=True)
    return jwt.encode({'alg': 'ES256', 'kid': key.kid, 'jwk': key.as_dict(private=False)}, claims, key)


async def test_a_token_that_the_provider_did_not_sign_is_refused(here: Here) -> None:
    forgers: list[Callable[[Misbehaving, Claims], str]] = [key_confusion, unsigned, a_stranger, own_key]
    for forger in forgers:
        here.idp.sign = lambda claims, forger=forger: forger(here.idp, claims)
        assert because(await here.arrive()) == 'token', forger.__name__
    assert here.members == []
    assert here.reasons() == ['Harbour SSO: the token was not right'] * len(forgers)


HOUR = 3600
FORGED: list[tuple[str, Claims]] = [
    ('nonce', {'nonce': 'another'}), ('no nonce', {'nonce': None}), ('iss', {'iss': 'https://evil.example'}),
    ('aud', {'aud': 'another'}), ('no aud', {'aud': None}), ('auds without azp', {'aud': [CLIENT, 'another']}),
    ('azp', {'aud': [CLIENT, 'another'], 'azp': 'another'}), ('expired', {'exp': time.time() - 61}),
    ('no exp', {'exp': None}), ('from the future', {'iat': time.time() + HOUR}), ('no sub', {'sub': None}),
    ('sub', {'sub': 7}), ('long sub', {'sub': 'x' * 256}), ('exp', {'exp': 'soon'}), ('at_hash', {'at_hash': 'x'}),
]  # fmt: skip


async def test_a_token_that_says_the_wrong_thing_is_refused(here: Here) -> None:
    for name, changes in FORGED:
        here.idp.forge = lambda claims, changes=changes: without_none(claims | changes)  # type: ignore[misc]
        assert because(await here.arrive()) == 'token', name
    assert here.members == []
    assert len(here.reasons()) == len(FORGED)


def without_none(claims: Claims) -> Claims:
    return {name: value for name, value in claims.items() if value is not None}


async def test_a_provider_may_change_its_keys(here: Here) -> None:
    assert (await here.arrive()).headers['location'] == '/'
    here.browser.cookies.clear()
    here.console.application.clock.tick(61)
    here.idp.rotate()
    assert (await here.arrive()).headers['location'] == '/'
    assert here.idp.asked == ['jwks', 'jwks']


async def test_unknown_keys_do_not_make_us_ask_again_and_again(here: Here) -> None:
    here.idp.sign = lambda claims: own_key(here.idp, claims)
    for _ in range(3):
        assert because(await here.arrive()) == 'token'
    assert here.idp.asked == ['jwks']


async def test_clocks_may_differ_by_a_minute(here: Here) -> None:
    now = time.time()
    for changes in ({'exp': now - 50}, {'iat': now + 50, 'exp': now + 300}):
        here.idp.forge = lambda claims, changes=changes: claims | changes  # type: ignore[misc]
        assert (await here.arrive()).headers['location'] == '/', changes
        here.browser.cookies.clear()


BROKEN: list[Claims] = [
    {'issuer': 'https://evil.example'}, {'issuer': None}, {'token_endpoint': 'http://evil.example/token'},
    {'authorization_endpoint': 'javascript:alert(1)'}, {'jwks_uri': 7}, {'padding': 'x' * 300_000},
]  # fmt: skip


async def test_a_provider_that_describes_itself_wrongly_is_not_spoken_to(here: Here) -> None:
    for metadata in BROKEN:
        here.idp.metadata = metadata
        assert because(await here.browser.get('/login/harbour')) == 'unreachable', metadata
    here.idp.metadata = {}
    assert because(await here.browser.get('/login/harbour')) == 'unreachable', 'no request waits for it beside another'
    here.console.application.clock.tick(AWAY_S)
    assert (await here.arrive()).headers['location'] == '/', 'once it is mended, it works'


async def test_a_provider_may_be_away_when_the_console_starts() -> None:
    port = free_port()
    idp = Misbehaving(issuer=f'http://127.0.0.1:{port}/0')
    async with (
        console(clock=Clock(time.time()), providers=[settings('harbour', idp)]) as found,
        httpx.AsyncClient() as browser,
    ):
        browser.base_url = httpx.URL(f'http://127.0.0.1:{found.port}')
        assert because(await browser.get('/login/harbour')) == 'unreachable'
        found.application.clock.tick(AWAY_S)
        async with misbehaving(port=port) as (there,):
            there.person['groups'] = ['fleet']
            url = (await browser.get('/login/harbour')).headers['location']
            back = (await browser.get(url)).headers['location']
            assert (await browser.get(back)).headers['location'] == '/'
        found.application.clock.tick(KEPT_S)
        answer = await browser.post('/auth/sign-out')
        assert answer.headers['location'] == '/login?news=signed-out', 'signing out waits for no provider'


ERRORS = [
    ('access_denied', 'declined'), ('login_required', 'declined'), ('consent_required', 'declined'),
    ('server_error', 'provider-error'), ('temporarily_unavailable', 'provider-error'), ('x' * 5000, 'provider-error'),
]  # fmt: skip


async def test_what_the_provider_says_is_never_shown_and_never_a_crash(here: Here) -> None:
    for error, code in ERRORS:
        here.idp.answer = lambda answer, error=error: {  # type: ignore[misc]
            'state': answer['state'], 'iss': here.idp.issuer, 'error': error, 'error_description': '<b>Call us</b>'
        }  # fmt: skip
        answer = await here.arrive()
        assert because(answer) == code, error
        assert 'Call' not in answer.headers['location']
    assert here.reasons()[0] == 'Harbour SSO: the sign-in was declined at the provider'
    here.idp.answer = lambda answer: {name: value for name, value in answer.items() if name != 'code'}
    assert because(await here.arrive()) == 'code'
    here.idp.answer = lambda answer: answer | {'code': 'no-such-code'}
    assert because(await here.arrive()) == 'code'
    here.idp.answer = lambda answer: answer
    here.idp.sign = lambda _: 'not.a.token'
    assert because(await here.arrive()) == 'token'


async def test_no_group_no_entry_and_a_person_who_left_the_group_is_out(here: Here) -> None:
    here.idp.person['groups'] = ['canteen']
    assert because(await here.arrive()) == 'no-match'
    assert not here.console.application.fleets.installation[Account]
    here.idp.person['groups'] = ['fleet']
    assert (await here.arrive()).headers['location'] == '/'
    session = here.browser.cookies[COOKIE]
    here.browser.cookies.clear()
    here.idp.person['groups'] = []
    assert because(await here.arrive()) == 'no-match'
    assert here.members == []
    here.browser.cookies.set(COOKIE, session)
    assert (await here.browser.get('/who')).status_code == 303, 'the older session has ended too'


async def test_groups_may_come_from_the_user_info_and_no_answer_there_is_not_no_groups(here: Here) -> None:
    del here.idp.person['groups']
    here.idp.userinfo = lambda: JSONResponse({'sub': 'ana', 'groups': ['chiefs'], 'email': 'boss@example.com'})
    assert (await here.arrive()).headers['location'] == '/'
    (person,) = here.members
    assert (person.role, person.email) == (Role.ADMIN, 'ana@example.com'), 'what the identity token says goes first'
    session = here.browser.cookies[COOKIE]
    answers = [
        (JSONResponse({'error': 'slow_down'}, 429), 'unreachable'), (JSONResponse([], 200), 'unreachable'),
        (PlainTextResponse('later', 503), 'unreachable'), (JSONResponse({'sub': 'ben', 'groups': []}), 'token'),
    ]  # fmt: skip
    for answer, reason in answers:
        here.browser.cookies.clear()
        here.idp.userinfo = lambda answer=answer: answer
        assert because(await here.arrive()) == reason
    here.browser.cookies.set(COOKIE, session)
    assert await here.who() == 'ana', 'the session is as it was'


async def test_a_single_value_may_stand_for_the_groups() -> None:
    """Google sends no groups, but the organisation that an account belongs to."""
    async with at_home(groups_claim='hd', rules=[rule(groups=['harbour.example'])]) as here:
        assert because(await here.arrive()) == 'no-match', 'an account of another organisation'
        here.idp.person['hd'] = 'harbour.example'
        assert (await here.arrive()).headers['location'] == '/'


async def test_microsofts_word_for_too_many_groups_is_not_no_groups(here: Here) -> None:
    here.idp.person |= {'_claim_names': {'groups': 'src1'}}
    del here.idp.person['groups']
    assert because(await here.arrive()) == 'too-many-groups'
    assert here.reasons() == ['Harbour SSO: the provider left the groups out because there are too many']
    (recorded,) = here.console.application.store.journal[INSTALLATION]
    assert recorded.entry.subject.name == 'ana@example.com', 'so that an administrator can see to it'


async def test_signing_out_leads_on_to_the_provider_and_home(here: Here) -> None:
    await here.arrive()
    (kept,) = here.console.application.fleets.index(Sessions).open.values()
    url = led_to(await here.browser.post('/auth/sign-out'))
    assert url.startswith(f'{here.idp.issuer}/logout?')
    said = {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}
    assert said.keys() == {'id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state'}
    assert (said['id_token_hint'], said['client_id']) == (here.idp.issued[-1], CLIENT)
    assert here.idp.issued[-1] not in (kept.identity_token, repr(kept)), 'it is sealed while it is kept'
    (row,) = here.console.application.store.rows[Session].values()
    assert row.identity_token == '', 'and gone with the session'
    back = said['post_logout_redirect_uri']
    for made_up in ('', '?state=', '?state=x', '?state=%C3%A9'):
        assert (await here.browser.get(back + made_up)).headers['location'] == '/login'
        here.browser.cookies.set('cellwarden_farewell', said['state'], path=urlsplit(back).path)
    answer = await here.browser.get(back, params={'state': said['state']})
    assert answer.headers['location'] == '/login?news=signed-out'
    assert (await here.browser.get('/who')).status_code == 303


async def test_microsoft_is_told_which_account_signs_out_with_its_own_word(here: Here) -> None:
    here.idp.person['login_hint'] = 'O.CiQ='
    await here.arrive()
    url = led_to(await here.browser.post('/auth/sign-out'))
    assert parse_qs(urlsplit(url).query)['logout_hint'] == ['O.CiQ=']


async def test_an_identity_token_too_long_for_an_address_is_not_kept(here: Here) -> None:
    here.idp.person['padding'] = 'x' * 3000
    await here.arrive()
    assert 'id_token_hint' not in led_to(await here.browser.post('/auth/sign-out'))


async def test_a_logout_token_ends_the_sessions_at_once(here: Here) -> None:
    here.idp.person['sid'] = 'one'
    await here.arrive()
    token = here.idp.logout_token(sid='one')
    answer = await here.browser.post('/auth/backchannel/harbour', data={'logout_token': token})
    assert (answer.status_code, answer.headers['cache-control']) == (200, 'no-store')
    assert (await here.browser.get('/who')).status_code == 303
    (entry,) = here.console.application.entries(SessionEnded)
    assert entry.because == 'signed out by Harbour SSO'
    again = await here.browser.post('/auth/backchannel/harbour', data={'logout_token': token})
    assert again.status_code == 400, 'it counts once'


async def test_a_logout_token_ends_nothing_that_began_after_it(here: Here) -> None:
    """So a token that was seen and is sent again after a restart, which remembers none, does no harm."""
    here.idp.person['sid'] = 'one'
    token = here.idp.logout_token()
    here.console.application.clock.tick(61)
    await here.arrive()
    answer = await here.browser.post('/auth/backchannel/harbour', data={'logout_token': token})
    assert answer.status_code == 200
    assert await here.who() == 'ana'


async def test_a_logout_that_names_a_session_we_were_not_told_of_ends_what_its_person_has(here: Here) -> None:
    await here.arrive()
    token = here.idp.logout_token(sid='one')
    await here.browser.post('/auth/backchannel/harbour', data={'logout_token': token})
    assert (await here.browser.get('/who')).status_code == 303


WRONG_LOGOUT: list[tuple[str, Claims]] = [
    ('iss', {'iss': 'https://evil.example'}), ('aud', {'aud': 'another'}), ('no events', {'events': None}),
    ('other events', {'events': {'x': {}}}), ('event', {'events': {LOGOUT: 'yes'}}), ('nonce', {'nonce': 'n'}),
    ('no sub', {'sub': None}), ('no jti', {'jti': None}), ('no iat', {'iat': None}), ('old', {'iat': time.time() - HOUR}),
    ('expired', {'exp': time.time() - 61}), ('sub', {'sub': 7}),
]  # fmt: skip


async def test_a_wrong_logout_token_ends_nothing(here: Here) -> None:
    await here.arrive()
    for name, changes in WRONG_LOGOUT:
        token = here.idp.logout_token(**changes)
        answer = await here.browser.post('/auth/backchannel/harbour', data={'logout_token': token})
        assert (answer.status_code, answer.json()['error']) == (400, 'invalid_request'), name
    assert await here.who() == 'ana'


async def test_a_tampered_logout_token_and_an_identity_token_end_nothing(here: Here) -> None:
    await here.arrive()
    head, body, signature = here.idp.logout_token(sub='ben').split('.')
    victim = here.idp.logout_token().split('.')[1]
    identity = here.idp.signed({'iss': here.idp.issuer, 'aud': CLIENT, 'iat': time.time(), 'sub': 'ana', 'jti': 'x'})
    for token in (f'{head}.{victim}.{signature}', f'{head}.{body}.', identity, '', 'x'):
        answer = await here.browser.post('/auth/backchannel/harbour', data={'logout_token': token})
        assert answer.status_code == 400
    assert await here.who() == 'ana'
    other = await here.browser.post('/auth/backchannel/quay', data={'logout_token': here.idp.logout_token()})
    assert other.status_code == 400


async def test_a_step_up_asks_the_provider_anew_and_changes_the_cookie(here: Here) -> None:
    await here.arrive()
    session, before = (
        here.console.application.fleets.index(Sessions).open.copy().popitem()[1],
        here.browser.cookies[COOKIE],
    )
    assert session.raised_at is None, 'the provider did not say when they last proved who they are'
    here.idp.forge = lambda claims: claims | {'auth_time': time.time()}
    answer = await here.arrive('/login/harbour?step_up=1&next=/enforcement')
    assert answer.headers['location'] == '/enforcement'
    assert here.browser.cookies[COOKIE] != before
    assert (here.idp.queries[-1]['prompt'], here.idp.queries[-1]['max_age']) == ('login', '300')
    assert here.console.application.fleets.index(Sessions).open[session.id].raised_at is not None
    (entry,) = here.console.application.entries(SteppedUp)
    assert entry.method == 'Harbour SSO'


@pytest.mark.parametrize(
    ('changes', 'reason'),
    [
        ({}, 'not-fresh'), ({'auth_time': time.time() - HOUR}, 'not-fresh'),
        ({'auth_time': time.time() + HOUR, 'sub': 'ben'}, 'another-person'),
    ],
)  # fmt: skip
async def test_a_step_up_by_an_older_proof_or_by_another_person_is_refused(
    here: Here, changes: Claims, reason: str
) -> None:
    await here.arrive()
    here.idp.forge = lambda claims: claims | changes
    assert because(await here.arrive('/login/harbour?step_up=1')) == reason
    assert len(here.console.application.entries(StepUpRefused)) == 1
    assert here.console.application.entries(SteppedUp) == []


async def test_a_step_up_that_comes_to_nothing_is_told_as_one_and_leaves_the_session(here: Here) -> None:
    await here.arrive()
    here.idp.answer = lambda answer: {'state': answer['state'], 'iss': answer['iss'], 'error': 'access_denied'}
    answer = await here.arrive('/login/harbour?step_up=1&next=/people')
    assert because(answer) == 'declined'
    assert answer.headers['location'].endswith('next=/people')
    (entry,) = here.console.application.entries(StepUpRefused)
    assert (entry.subject.name, entry.because) == ('ana', 'Harbour SSO: the sign-in was declined at the provider')
    assert await here.who() == 'ana'


async def test_an_address_finds_its_provider(here: Here) -> None:
    answer = await here.browser.post('/auth/begin', data={'email': 'Ben@Quay.example', 'next': '/towers'})
    assert led_to(answer) == '/login/quay?next=/towers'
    await here.back(led_to(answer))
    assert here.other.queries[-1]['login_hint'] == 'Ben@Quay.example', 'it need not be typed again'
    await here.back('/login/harbour')
    assert 'login_hint' not in here.idp.queries[-1], 'and the address is sent to no other provider'
    unknown = await here.browser.post('/auth/begin', data={'email': 'ben@example.com'})
    assert unknown.headers['location'] == '/login?provider=unknown&next=/'


async def test_a_provider_that_is_not_set_up_has_no_address(here: Here) -> None:
    for path in ('/login/nowhere', '/auth/callback/nowhere?code=1&state=2'):
        assert (await here.browser.get(path)).status_code == 404
    assert (await here.browser.post('/auth/backchannel/nowhere', data={})).status_code == 404


async def test_oidc_provider_mock_lets_in_whom_its_claims_say(tmp_path: Path) -> None:
    """A provider that others wrote: it names no ``iss`` in its answers, signs with RS256 and knows no client."""
    ana = {'sub': 'ana', 'email': 'ana@harbour.example', 'groups': ['chiefs']}
    with running_mock(ana, tmp_path) as issuer:
        idp = Misbehaving(issuer=issuer)
        async with console(
            clock=Clock(time.time()), providers=[settings('harbour', idp, client_secret='any')]
        ) as found:
            base = f'http://127.0.0.1:{found.port}'
            async with httpx.AsyncClient(base_url=base) as browser:
                url = (await browser.get('/login/harbour')).headers['location']
                back = (await browser.post(url, data={'sub': 'ana'})).headers['location']
                assert (await browser.get(back)).headers['location'] == '/'
                assert (await browser.get('/who')).text == 'ana'
                (person,) = found.application.fleet[Person].values()
                assert person.role is Role.ADMIN
                url = led_to(await browser.post('/auth/sign-out'))
                page = await browser.get(url)
                assert page.is_success
                assert 'not set' not in page.text, 'it misses nothing that the standard recommends'
                asked = dict(parse_qsl(urlsplit(url).query))
                redirect = {'redirect_uri': f'{asked["post_logout_redirect_uri"]}?state={asked["state"]}'}
                back = (await browser.post(f'{issuer}/oauth2/end_session/confirm', data=redirect)).headers['location']
                assert (await browser.get(back)).headers['location'] == '/login?news=signed-out'
                assert (await browser.get('/who')).status_code == 303


async def test_a_shared_secret_goes_to_the_token_endpoint_and_nowhere_else() -> None:
    async with at_home(client_secret='kanarievogel') as here:
        assert (await here.arrive()).headers['location'] == '/'
        assert 'kanarievogel' not in json.dumps(here.idp.queries)
        assert 'kanarievogel' not in repr(settings('harbour', here.idp, client_secret='kanarievogel'))
