"""What a provider says of itself (OpenID Connect Discovery 1.0) and the keys it signs with."""

import asyncio
import time
import warnings
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError, SecurityWarning
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from domain.sign_in.providers import ProviderFailure, ProviderRefusal
from ui.settings.providers import checked_address
from ui.sign_in.openid_http import Outbound

KEPT_S = 3600
"""Metadata and keys are asked for again after this long."""
ROTATION_S = 60
"""For a key that is not known yet they are asked for at once, but at most this often."""
AWAY_S = 5
"""A provider that did not answer is not asked again for as long: those who wait behind the one that asked are told at once."""
_MOST_KEYS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The addresses of a provider. ``names_itself``: its answers carry ``iss`` (RFC 9207)."""

    authorization: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    token_auth: str
    names_itself: bool


class Directory:
    """One provider's metadata and keys, asked for when they are needed and kept for a while."""

    def __init__(
        self,
        issuer: str,
        *,
        algorithms: Collection[str],
        outbound: Outbound,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = issuer
        self._registry = JWSRegistry(algorithms=algorithms, strict_check_header=False)
        self._outbound = outbound
        self._clock = clock
        self._asking = asyncio.Lock()
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._away: tuple[float, str] | None = None

    @property
    def fetched_at(self) -> float | None:
        """When the metadata that is used now was fetched (epoch seconds), ``None`` before it ever was."""
        return self._metadata[0] if self._metadata is not None else None

    @property
    def newest_failure(self) -> tuple[float, str] | None:
        """When the provider last gave no answer, and how, also after it has answered again."""
        return self._away

    async def metadata(self) -> Metadata:
        """Where to go with what. Raises ``ProviderRefusal``."""
        async with self._asking:
            if self._metadata is None or self._metadata[0] + KEPT_S <= self._clock():
                status, found = await self._asked(f'{self._issuer.rstrip("/")}/.well-known/openid-configuration')
                self._metadata = self._clock(), _checked(self._issuer, status, found)
            return self._metadata[1]

    async def decode(self, token: str) -> jwt.Token:
        """The header and claims of a token that the provider signed. Raises ``ProviderRefusal``."""
        keys = await self._known_keys(KEPT_S)
        try:
            try:
                return self._decoded(token, keys)
            except (InvalidKeyIdError, BadSignatureError):
                newer = await self._known_keys(ROTATION_S)
                if newer is keys:
                    raise
                return self._decoded(token, newer)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ProviderRefusal(ProviderFailure.TOKEN, f'signature: {_told(error)}') from None

    def _decoded(self, token: str, keys: KeySet) -> jwt.Token:
        with warnings.catch_warnings(action='ignore', category=SecurityWarning):  # EdDSA has a newer name: RFC 9864
            return jwt.decode(token, keys, registry=self._registry)

    async def _known_keys(self, most_s: float) -> KeySet:
        uri = (await self.metadata()).keys
        async with self._asking:
            if self._keys is None or self._keys[0] + most_s <= self._clock():
                status, found = await self._asked(uri)
                self._keys = self._clock(), _key_set(uri, status, found)
            return self._keys[1]

    async def _asked(self, url: str) -> tuple[int, Any]:
        if self._away is not None and self._clock() < self._away[0] + AWAY_S:
            raise ProviderRefusal(ProviderFailure.UNREACHABLE, self._away[1])
        try:
            return await self._outbound.get(url)
        except ProviderRefusal as refusal:
            self._away = self._clock(), refusal.detail
            raise


def _checked(issuer: str, status: int, found: Any) -> Metadata:
    if status != 200 or not isinstance(found, dict):
        raise ProviderRefusal(ProviderFailure.UNREACHABLE, f'{issuer} has no OpenID configuration ({status})')
    if found.get('issuer') != issuer:  # OpenID Connect Discovery 1.0, 4.3
        raise ProviderRefusal(ProviderFailure.UNREACHABLE, f'{issuer} calls itself {str(found.get("issuer"))[:200]!r}')
    places = {}
    for name in ('authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint', 'end_session_endpoint'):
        place = found.get(name, '')
        try:
            places[name] = checked_address(place.partition('?')[0]) and place if place else ''
        except (ValueError, AttributeError):
            raise ProviderRefusal(ProviderFailure.UNREACHABLE, f'{issuer}: {name} is no https:// address') from None
    if not all(places[name] for name in ('authorization_endpoint', 'token_endpoint', 'jwks_uri')):
        raise ProviderRefusal(ProviderFailure.UNREACHABLE, f'{issuer}: an endpoint is missing')
    known = found.get('token_endpoint_auth_methods_supported') or ['client_secret_basic']
    return Metadata(
        authorization=places['authorization_endpoint'],
        token=places['token_endpoint'],
        keys=places['jwks_uri'],
        userinfo=places['userinfo_endpoint'],
        end_session=places['end_session_endpoint'],
        token_auth='client_secret_basic' if 'client_secret_basic' in known else 'client_secret_post',
        names_itself=found.get('authorization_response_iss_parameter_supported') is True,
    )


def _key_set(uri: str, status: int, found: Any) -> KeySet:
    """The keys for signatures that only the provider can make; a shared secret among them is none."""
    listed = found.get('keys') if status == 200 and isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise ProviderRefusal(ProviderFailure.UNREACHABLE, f'{uri} lists no keys ({status})')
    fit = [
        key
        for key in listed[:_MOST_KEYS]
        if isinstance(key, dict) and key.get('kty') in ('RSA', 'EC', 'OKP') and key.get('use') in (None, 'sig')
    ]
    try:
        return KeySet.import_key_set({'keys': fit})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ProviderRefusal(ProviderFailure.UNREACHABLE, f'{uri}: {_told(error)}') from None


def _told(error: Exception) -> str:
    """What was wrong with a token, as the log may know it: never the token."""
    return f'{error.error} {error.description}'[:160] if isinstance(error, JoseError) else type(error).__name__
