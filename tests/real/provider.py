"""An OpenID provider of our own that can be told to misbehave: a real server, for what no honest one would send."""

import asyncio
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from starlette.responses import JSONResponse, RedirectResponse, Response

Claims = dict[str, Any]
CLIENT = 'cellwarden'
LOGOUT = 'http://schemas.openid.net/event/backchannel-logout'


@dataclass(slots=True)
class Misbehaving:
    """Signs every browser in at once as ``person``. ``forge`` and ``sign`` see and change what is sent."""

    issuer: str = ''
    person: Claims = field(default_factory=lambda: {'sub': 'ana', 'email': 'ana@example.com', 'email_verified': True})
    keys: list[ECKey] = field(default_factory=list)
    forge: Callable[[Claims], Claims] = lambda claims: claims
    sign: Callable[[Claims], str] | None = None
    answer: Callable[[dict[str, str]], dict[str, str]] = lambda answer: answer
    metadata: Claims = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    credentials: list[str] = field(default_factory=list)
    issued: list[str] = field(default_factory=list)
    userinfo: Callable[[], Response] | None = None
    forgets_pkce: bool = False

    def rotate(self) -> None:
        """Sign with a new key from now on, which has a name of its own."""
        self.keys = [ECKey.generate_key('P-256', {'use': 'sig'}, auto_kid=True)]

    def signed(self, claims: Claims, **header: str) -> str:
        """A token of this provider."""
        key = self.keys[0]
        return jwt.encode({'alg': 'ES256', 'kid': key.kid, **header}, claims, key)

    def logout_token(self, **changes: Any) -> str:
        """A logout token for the person; ``None`` leaves a claim out."""
        now = int(time.time())
        claims = {
            'iss': self.issuer, 'aud': CLIENT, 'iat': now, 'exp': now + 120, 'jti': f'{now}-{len(self.asked)}',
            'sub': self.person['sub'], 'events': {LOGOUT: {}}, **changes,
        }  # fmt: skip
        return self.signed({name: value for name, value in claims.items() if value is not None}, typ='logout+jwt')

    def app(self) -> FastAPI:
        """Its addresses."""
        app = FastAPI()

        @app.get('/.well-known/openid-configuration')
        async def discovery() -> Claims:
            places = {
                'authorization_endpoint': 'authorize', 'token_endpoint': 'token', 'jwks_uri': 'jwks',
                'end_session_endpoint': 'logout',
            }  # fmt: skip
            found = {name: f'{self.issuer}/{path}' for name, path in places.items()}
            if self.userinfo is not None:
                found['userinfo_endpoint'] = f'{self.issuer}/userinfo'
            return {
                'issuer': self.issuer,
                'authorization_response_iss_parameter_supported': True,
                **found,
                **self.metadata,
            }

        @app.get('/jwks')
        async def jwks() -> Any:
            self.asked.append('jwks')
            return KeySet(list(self.keys)).as_dict()

        @app.get('/authorize')
        async def authorize(request: Request) -> Response:
            asked = dict(request.query_params)
            self.queries.append(asked)
            code = f'code-{len(self.queries)}'
            self.codes[code] = asked
            answer = self.answer({'code': code, 'state': asked['state'], 'iss': self.issuer})
            return RedirectResponse(f'{asked["redirect_uri"]}?{urlencode(answer)}', 302)

        @app.post('/token')
        async def token(request: Request) -> Response:
            form = await request.form()
            _, _, basic = request.headers.get('authorization', '').partition(' ')
            self.credentials.append(b64decode(basic).decode() or str(form.get('client_secret', '')))
            asked = self.codes.pop(str(form['code']), None)
            verifier = urlsafe_b64encode(sha256(str(form['code_verifier']).encode()).digest()).decode().rstrip('=')
            is_theirs = self.forgets_pkce or (asked is not None and verifier == asked['code_challenge'])
            if asked is None or not is_theirs or form['redirect_uri'] != asked['redirect_uri']:
                return JSONResponse({'error': 'invalid_grant'}, 400)
            now = int(time.time())
            claims = self.forge(
                {
                    'iss': self.issuer,
                    'aud': CLIENT,
                    'iat': now,
                    'exp': now + 300,
                    'nonce': asked['nonce'],
                    **self.person,
                }
            )
            sign = self.sign or self.signed
            self.issued.append(sign(claims))
            return JSONResponse({'access_token': 'a', 'token_type': 'Bearer', 'id_token': self.issued[-1]})

        @app.get('/userinfo')
        async def userinfo() -> Response:
            assert self.userinfo is not None
            return self.userinfo()

        return app


@asynccontextmanager
async def misbehaving(count: int = 1, *, port: int = 0) -> AsyncIterator[list[Misbehaving]]:
    """So many of them on a port of this machine, a free one unless told."""
    providers = [Misbehaving() for _ in range(count)]
    app = FastAPI()
    for number, provider in enumerate(providers):
        provider.rotate()
        app.mount(f'/{number}', provider.app())
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan='off'))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    for number, provider in enumerate(providers):
        provider.issuer = f'http://127.0.0.1:{port}/{number}'
    try:
        yield providers
    finally:
        server.should_exit = server.force_exit = True
        await serving


def rule(enterprise: str = 'Port of Delft', role: str = 'viewer', groups: Sequence[str] = ('fleet',)) -> Claims:
    """A rule, as settings write it."""
    return {'enterprise': enterprise, 'role': role, 'groups': list(groups)}
