"""The relying party of one OpenID provider: authorization code with PKCE (S256), checked identity tokens, checked logout tokens.

Authlib makes the requests and checks the claims, joserfc the signatures; what is asked goes through :class:`Outbound`.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oidc.core import CodeIDToken
from joserfc.errors import InvalidClaimError, JoseError
from joserfc.jws import extract_compact
from joserfc.jwt import JWTClaimsRegistry

from domain.sign_in.providers import Claims, ProviderFailure, ProviderRefusal
from ui.settings.providers import ProviderSettings
from ui.sign_in.openid_claims import Sources, UnreadableError, claim, email_in, groups_in, text_of
from ui.sign_in.openid_http import Outbound
from ui.sign_in.openid_metadata import Directory

LEEWAY_S = 60
ANEW_S = 300
"""The oldest proof that a provider may let pass when it is asked to have one given anew."""
LOGOUT_TOKEN_S = 300
"""How old a logout token may be; those that came are remembered for as long."""
MOST_TOKEN = 3000
"""Characters of an identity token that is kept for the sign-out: with it an address stays under the 4096 that many servers take."""
_LOGOUT = 'http://schemas.openid.net/event/backchannel-logout'
_MOST_GROUPS = 5000
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    """What a logout token says: the ``subject`` or the ``session`` is over (one may be empty), as of ``at`` (epoch seconds)."""

    id: str
    subject: str
    session: str
    at: float


@dataclass(frozen=True, slots=True)
class ProviderStanding:
    """Whether a provider answers. ``error`` is why it does not now; the newest failure is told after it has answered again, too.

    Moments in epoch seconds, ``None`` for never.
    """

    name: str
    fetched_at: float | None
    error: str
    failed_at: float | None
    failure: str


class RelyingParty:
    """What this console is to one provider."""

    def __init__(
        self, settings: ProviderSettings, *, outbound: Outbound, clock: Callable[[], float] = time.time
    ) -> None:
        self.provider = settings.provider()
        self.clock = clock
        self._settings = settings
        self._outbound = outbound
        self._directory = Directory(settings.issuer, algorithms=settings.algorithms, outbound=outbound, clock=clock)
        self._known = frozenset(group for rule in settings.rules for group in rule.groups)
        self._asks_groups = bool(self._known)
        self._seen: dict[str, float] = {}

    async def authorization_url(
        self, redirect_uri: str, *, state: str, nonce: str, verifier: str, anew: bool = False, email: str = ''
    ) -> str:
        """Where to send the browser; ``anew`` asks the provider for a fresh proof of the person, ``email`` hints at who it is."""
        metadata = await self._directory.metadata()
        client = OAuth2Client(
            None,
            client_id=self._settings.client_id,
            scope=' '.join(self._settings.scopes),
            redirect_uri=redirect_uri,
            code_challenge_method='S256',
        )
        # max_age makes auth_time part of the answer; with 0, which means the same, some providers ask for the password without end
        more: dict[str, Any] = {'prompt': 'login', 'max_age': ANEW_S} if anew else {}
        if email:
            more['login_hint'] = email
        url: str
        url, _ = client.create_authorization_url(
            metadata.authorization, state=state, code_verifier=verifier, nonce=nonce, **more
        )
        return url

    async def standing(self) -> ProviderStanding:
        """Whether the provider answers: its metadata are asked for, unless those that are kept are fresh."""
        try:
            await self._directory.metadata()
        except ProviderRefusal as refusal:
            error = refusal.detail
        else:
            error = ''
        failed_at, failure = self._directory.newest_failure or (None, '')
        return ProviderStanding(self.provider.name, self._directory.fetched_at, error, failed_at, failure)

    async def check_origin(self, issuer: str | None) -> None:
        """The ``iss`` of an answer (RFC 9207): refused when it is another's, or missing where the provider says it sends it."""
        metadata = await self._directory.metadata()
        if issuer != self._settings.issuer and (issuer is not None or metadata.names_itself):
            raise ProviderRefusal(ProviderFailure.WRONG_ISSUER)

    async def redeem(self, code: str, redirect_uri: str, *, nonce: str, verifier: str) -> Claims:
        """Exchange the code and check what comes for it. Raises ``ProviderRefusal``."""
        if not code:
            raise ProviderRefusal(ProviderFailure.CODE, 'the answer has no code')
        metadata = await self._directory.metadata()
        secret = self._settings.client_secret
        auth = ClientAuth(self._settings.client_id, secret, metadata.token_auth if secret else 'none')
        form = prepare_token_request('authorization_code', redirect_uri=redirect_uri, code=code, code_verifier=verifier)
        url, headers, body = auth.prepare('POST', metadata.token, {}, form)
        status, answer = await self._outbound.post(url, headers, body)
        if status != 200 or not isinstance(answer, dict):
            error = answer.get('error') if isinstance(answer, dict) else None
            raise ProviderRefusal(ProviderFailure.CODE, f'the token endpoint answers {status} {str(error)[:60]}')
        token, access = answer.get('id_token'), answer.get('access_token')
        if not isinstance(token, str):
            raise ProviderRefusal(ProviderFailure.TOKEN, 'there is no id_token')
        sources = [await self._identity(token, access, nonce)]
        if isinstance(access, str) and metadata.userinfo and self._lacks(sources):
            sources.append(await self._user_info(metadata.userinfo, access, subject=sources[0]['sub']))
        return self._claims(sources, token)

    async def logout(self, token: str) -> Logout:
        """What a logout token says (OpenID Connect Back-Channel Logout 1.0, 2.6). Raises ``ProviderRefusal``."""
        decoded = await self._directory.decode(token)
        claims, now = decoded.claims, self.clock()
        registry = JWTClaimsRegistry(
            now=int(now),
            leeway=LEEWAY_S,
            iss={'essential': True, 'value': self._settings.issuer},
            aud={'essential': True, 'value': self._settings.client_id},
            iat={'essential': True},
            jti={'essential': True},
        )
        try:
            registry.validate(claims)
            events, subject, session = claims.get('events'), claims.get('sub', ''), claims.get('sid', '')
            if decoded.header.get('typ', 'JWT').lower() not in ('jwt', 'logout+jwt', 'application/logout+jwt'):
                raise InvalidClaimError('typ')
            if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT), dict) or 'nonce' in claims:
                raise InvalidClaimError('events')
            if not isinstance(subject, str) or not isinstance(session, str) or not (subject or session):
                raise InvalidClaimError('sub')
            if claims['iat'] < now - LOGOUT_TOKEN_S:
                raise InvalidClaimError('iat')
        except (JoseError, ValueError, TypeError, AttributeError) as error:
            raise ProviderRefusal(ProviderFailure.TOKEN, f'logout token: {error}'[:200]) from None
        self._seen = {known: until for known, until in self._seen.items() if until > now}
        jti = str(claims['jti'])[:200]
        if jti in self._seen:
            raise ProviderRefusal(ProviderFailure.TOKEN, 'logout token: it came before')
        return Logout(id=jti, subject=subject, session=session, at=float(claims['iat']))

    def carried_out(self, logout: Logout) -> None:
        """A logout token counts once from now on; until it is carried out, the provider may send it again."""
        self._seen[logout.id] = self.clock() + LOGOUT_TOKEN_S + 2 * LEEWAY_S

    async def end_session_url(self, back: str, *, state: str, token: str) -> str | None:
        """Where to send the browser to sign out there too (OpenID Connect RP-Initiated Logout 1.0); ``None`` if nowhere.

        ``token`` is the identity token of the session that has ended: without it most providers ask first.
        """
        place = (await self._directory.metadata()).end_session
        if not place:
            return None
        hint = _hints(token) if token else {}
        asked = {'client_id': self._settings.client_id, 'post_logout_redirect_uri': back, 'state': state}
        query = urlencode(hint | asked)
        return f'{place}{"&" if urlsplit(place).query else "?"}{query}'

    async def _identity(self, token: str, access: object, nonce: str) -> Mapping[str, Any]:
        decoded = await self._directory.decode(token)
        client = self._settings.client_id
        params = {'nonce': nonce, 'client_id': client}
        if isinstance(access, str):
            params['access_token'] = access
        options: dict[str, Any] = {
            'iss': {'essential': True, 'value': self._settings.issuer},
            'aud': {'essential': True, 'value': client},
        }
        try:
            claims = CodeIDToken(decoded.claims, decoded.header, options, params)
            claims.validate(now=int(self.clock()), leeway=LEEWAY_S)
            if not isinstance(claims['sub'], str) or not 0 < len(claims['sub']) <= 255:
                raise InvalidClaimError('sub')
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ProviderRefusal(ProviderFailure.TOKEN, f'identity token: {error}'[:200]) from None
        return decoded.claims

    async def _user_info(self, url: str, access: str, *, subject: str) -> Mapping[str, Any]:
        """The answer of the user-info endpoint, as JSON or as a signed token (OpenID Connect Core 1.0, 5.3.2)."""
        status, found = await self._outbound.get_claims(url, {'authorization': f'Bearer {access}'})
        if status == 200 and isinstance(found, str):
            found = await self._signed_user_info(found)
        # no answer is not the answer that there are no groups: that would take away what they gave
        if status != 200 or not isinstance(found, dict):
            raise ProviderRefusal(ProviderFailure.UNREACHABLE, f'the user-info endpoint answers {status}')
        if found.get('sub') != subject:  # never use another's claims
            raise ProviderRefusal(ProviderFailure.TOKEN, 'the user-info answer is about another person')
        return found

    async def _signed_user_info(self, token: str) -> Mapping[str, Any]:
        if token.count('.') != 2:
            raise ProviderRefusal(
                ProviderFailure.TOKEN, 'the user-info answer is encrypted; let the provider only sign it'
            )
        decoded = await self._directory.decode(token)
        registry = JWTClaimsRegistry(
            now=int(self.clock()),
            leeway=LEEWAY_S,
            iss={'value': self._settings.issuer},
            aud={'value': self._settings.client_id},
        )
        try:
            registry.validate(decoded.claims)
        except (JoseError, ValueError, TypeError, AttributeError) as error:
            raise ProviderRefusal(ProviderFailure.TOKEN, f'user-info answer: {error}'[:200]) from None
        return decoded.claims

    def _lacks(self, sources: Sources) -> bool:
        if not email_in(sources, self._settings.email_claim)[0]:
            return True
        try:
            return self._asks_groups and claim(sources, self._settings.groups_claim) is None
        except UnreadableError:
            return False  # it is there

    def _claims(self, sources: Sources, token: str) -> Claims:
        identity = sources[0]
        proven = identity.get('auth_time')
        email, is_verified = email_in(sources, self._settings.email_claim)
        found = Claims(
            issuer=self._settings.issuer,
            subject=identity['sub'],
            email=email,
            email_verified=is_verified,
            name=next((name for source in sources if (name := text_of(source.get('name')))), ''),
            session=text_of(identity.get('sid')),
            authenticated_at=float(proven) if isinstance(proven, int | float) and proven > 0 else None,
            token=token if len(token) <= MOST_TOKEN else '',
        )
        return replace(found, groups=self._groups(sources, found)) if self._asks_groups else found

    def _groups(self, sources: Sources, found: Claims) -> frozenset[str]:
        """The groups of the person ``found``. Raises ``ProviderRefusal`` where the claim is not whole, or cannot be read."""
        path = self._settings.groups_claim
        try:
            told = claim(sources, path)
            groups = groups_in(told, known=self._known) if told is not None else []
        except UnreadableError as error:
            detail = f'claim {path!r} cannot be read: it is {error}'
            raise ProviderRefusal(ProviderFailure.UNREADABLE_GROUPS, detail, claims=found) from None
        # Microsoft Entra names the claim elsewhere instead of sending it, for people in more than 200 groups.
        elsewhere = [source.get('_claim_names') for source in sources]
        is_elsewhere = told is None and any(isinstance(each, dict) and path in each for each in elsewhere)
        if len(groups) > _MOST_GROUPS or is_elsewhere:
            advice = 'let it send only the groups that are assigned to this application, or app roles'
            raise ProviderRefusal(
                ProviderFailure.TOO_MANY_GROUPS, f'there are too many in {path!r}; {advice}', claims=found
            )
        if told is None:
            log.info('the provider sent no groups', provider=self.provider.name, claim=path)
        return frozenset(groups)


def _hints(token: str) -> dict[str, str]:
    """Who signs out. Microsoft Entra asks which account is meant unless told with the word of its own claim ``login_hint``."""
    told = text_of(json.loads(extract_compact(token.encode()).payload).get('login_hint'))
    return {'id_token_hint': token} | ({'logout_hint': told} if told else {})
