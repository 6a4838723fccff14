"""What every answer tells the browser about itself: what it may load, who may frame it, where forms may go. See ``docs/security.md``."""

import re
import secrets
from pathlib import Path

from nicegui import client as nicegui_client
from nicegui import context
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.assets import BASE

_NONCE = 'cellwarden.nonce'
_CHECKINS = '/api/v1/checkins'
_CACHED = (BASE, '/_nicegui/')
Header = tuple[bytes, bytes]
PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; script-src-attr 'none'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
# Chromium warns on every page of a name that it does not know, so only names that it knows stand here; no other browser reads the header.
_UNUSED = (
    'accelerometer', 'aria-notify', 'autoplay', 'browsing-topics', 'camera', 'captured-surface-control',
    'ch-ua-high-entropy-values', 'clipboard-read', 'compute-pressure', 'cross-origin-isolated', 'deferred-fetch',
    'deferred-fetch-minimal', 'digital-credentials-create', 'digital-credentials-get', 'display-capture', 'encrypted-media',
    'fullscreen', 'gamepad', 'geolocation', 'gyroscope', 'hid', 'identity-credentials-get', 'idle-detection', 'keyboard-map',
    'language-detector', 'language-model', 'local-fonts', 'magnetometer', 'microphone', 'midi', 'on-device-speech-recognition',
    'otp-credentials', 'payment', 'picture-in-picture', 'private-state-token-issuance', 'private-state-token-redemption',
    'publickey-credentials-create', 'publickey-credentials-get', 'screen-wake-lock', 'serial', 'speaker-selection',
    'storage-access', 'summarizer', 'translator', 'usb', 'window-management', 'xr-spatial-tracking',
)  # fmt: skip
_SHARED: tuple[Header, ...] = (
    (b'x-content-type-options', b'nosniff'),
    (b'referrer-policy', b'same-origin'),
    (b'cross-origin-opener-policy', b'same-origin'),
    (b'cross-origin-resource-policy', b'same-origin'),
)
# Chromium knows these on some platforms only. It says where it runs on every request from a secure context (a default client hint), and
# offers neither outside of one.
_UNUSED_ON_SOME = ('bluetooth', 'web-share')
_SOME = frozenset({b'"Android"', b'"Chrome OS"', b'"Windows"', b'"macOS"'})
_TLS: Header = (b'strict-transport-security', b'max-age=31536000; includeSubDomains')
_NOT_KEPT: Header = (b'cache-control', b'no-store')


class SecurityHeaders:
    """Adds them. What is at or below the address of check-ins passes untouched: no browser is at the other end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        sign_pages()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and put the headers on what comes back."""
        if scope['type'] != 'http' or scope['path'].startswith(_CHECKINS):
            await self._app(scope, receive, send)
            return
        path: str = scope['path']
        more: list[Header] = [*_SHARED, permissions(scope)]
        if path.startswith('/api/'):
            more.append((b'content-security-policy', API_POLICY.encode()))
        else:
            nonce = scope[_NONCE] = secrets.token_urlsafe(18)
            policy = PAGE_POLICY.format(nonce=nonce)
            more.append((b'content-security-policy', policy.encode()))
        if scope['scheme'] == 'https':
            more.append(_TLS)

        async def send_on(message: Message) -> None:
            if message['type'] == 'http.response.start':
                headers: list[Header] = list(message.get('headers', ()))
                if not path.startswith(_CACHED) and all(name.lower() != b'cache-control' for name, _ in headers):
                    headers.append(_NOT_KEPT)
                said = {name.lower() for name, _ in headers}  # a route may be stricter than this
                message = {**message, 'headers': headers + [one for one in more if one[0] not in said]}
            await send(message)

        await self._app(scope, receive, send_on)


def permissions(scope: Scope) -> Header:
    """What pages may not ask the browser for: everything that the product does not use."""
    platform = next((value for name, value in scope['headers'] if name == b'sec-ch-ua-platform'), b'')
    names = (*_UNUSED, *_UNUSED_ON_SOME) if platform in _SOME else _UNUSED
    return b'permissions-policy', ', '.join(f'{name}=()' for name in names).encode()


def nonce() -> str:
    """What the inline scripts of the page that is being built must carry."""
    found: str = context.client.request.scope.get(_NONCE, '')
    return found


def sign_pages() -> None:
    """Let the inline scripts of NiceGUI's own page carry the nonce: those that stand in its template, and nothing that was put into it.

    NiceGUI has no setting for it. A template that no longer looks as expected is refused at the start rather than by every browser.
    """
    templates = nicegui_client.templates
    if 'get_template' in vars(templates):
        return
    signature = f' nonce="{{{{ request.scope.get("{_NONCE}", "") }}}}"'
    text = (Path(nicegui_client.__file__).parent / 'templates' / 'index.html').read_text()
    for opening in ('<script>', '<script type="importmap">', '<script type="module">'):
        if opening not in text:
            raise RuntimeError(f'the page template of NiceGUI has no {opening} any more; look at ui/server/headers.py')
        text = text.replace(opening, f'{opening[:-1]}{signature}>')
    text = _sheets_last(text)
    signed, unchanged = templates.env.from_string(text), templates.get_template
    vars(templates)['get_template'] = lambda name: signed if name == 'index.html' else unchanged(name)


def _sheets_last(text: str) -> str:
    """Move the sheets of NiceGUI's own elements from the head to behind what stands in the body: that is painted without waiting for them.

    It has our own sheet, which stands in no cascade layer and so wins over theirs, whenever they come.
    """
    found = re.search(r'<style>\s*@layer theme.*?</style>', text, re.DOTALL)
    before = text.find('<style>', text.find('{{ body_html'))
    if found is None or before < found.end():
        raise RuntimeError('the page template of NiceGUI has another order now; look at ui/server/headers.py')
    return f'{text[: found.start()]}{text[found.end() : before]}{found[0]}\n{text[before:]}'
