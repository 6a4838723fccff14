"""What every answer tells the browser about itself: what it may load, who may frame it, where forms may go. See ``docs/security.md``."""

import re
import secrets
from pathlib import Path

from nicegui import client as nicegui_client
from nicegui import context
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.assets import BASE, FONT, FRAME_SHEET, LATER, REST_SHEET
from ui.server.nonces import NONCE, nonce_of
from ui.server.openers import ALONE, may_have_opener
from ui.server.opening import BEGUN, OPENING

_CHECKINS = '/api/v1/checkins'
_CACHED = (BASE, '/_nicegui/')
_SIGNATURE = f' nonce="{{{{ request.scope.get("{NONCE}", "") }}}}"'
_OPENINGS = {
    '<script>': f'<script{_SIGNATURE}>',
    '<script type="importmap">': f'<script type="text/later" data-held="importmap"{_SIGNATURE}>',
    '<script type="module">': f'<script type="text/later" data-held="module"{_SIGNATURE}>',
    '<script defer src=': '<script type="text/later" data-held src=',
    '<link rel="modulepreload" href=': '<link rel="later" data-held="modulepreload" href=',
}
"""What NiceGUI's template begins its scripts with, and what stands there in its place (``ui/static/later.js``)."""
_POPUP_WORDS = re.compile(r'<span>\{\{ translations\.\w+ \}\}</span>')
"""Of NiceGUI's popups, which no page shows (the banner says it): a browser for text would, at the end of every page."""
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
        if may_have_opener(scope):
            more.append(ALONE)
        if path.startswith('/api/'):
            more.append((b'content-security-policy', API_POLICY.encode()))
        else:
            nonce = scope[NONCE] = secrets.token_urlsafe(18)
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
    return nonce_of(context.client.request.scope)


def sign_pages() -> None:
    """Let the inline scripts of NiceGUI's own page carry the nonce: those that stand in its template, and nothing that was put into it.
    They wait for the first picture, but for one that only defines a function.

    NiceGUI has no setting for it. A template that no longer looks as expected is refused at the start rather than by every browser.
    """
    templates = nicegui_client.templates
    if 'get_template' in vars(templates):
        return
    text = (Path(nicegui_client.__file__).parent / 'templates' / 'index.html').read_text()
    for opening, signed in _OPENINGS.items():
        if opening not in text:
            raise RuntimeError(f'the page template of NiceGUI has no {opening} any more; look at ui/server/headers.py')
        text = text.replace(opening, signed)
    text = re.sub(_POPUP_WORDS, '', text)
    text = _opened(_sheets_last(text)).replace('</body>', f'<script{_SIGNATURE}>{LATER}</script></body>')
    signed_page, unchanged = templates.env.from_string(text), templates.get_template
    vars(templates)['get_template'] = lambda name: signed_page if name == 'index.html' else unchanged(name)


def _sheets_last(text: str) -> str:
    """Move the sheets of NiceGUI's own elements from the head to behind what stands in the body: that is painted without waiting for them.

    It has our own sheet, which stands in no cascade layer and so wins over theirs, whenever they come. They stand there as data of a
    script: a browser that looks ahead fetches what it finds imported in a sheet.
    """
    found = re.search(r'<style>(\s*@layer theme.*?)</style>', text, re.DOTALL)
    before = text.find('<style>', text.find('{{ body_html'))
    if found is None or before < found.end():
        raise RuntimeError('the page template of NiceGUI has another order now; look at ui/server/headers.py')
    sheets = f'<script type="text/later" data-held="style"{_SIGNATURE}>{found[1]}</script>'
    return f'{text[: found.start()]}{text[found.end() : before]}{sheets}\n{text[before:]}'


def _opened(text: str) -> str:
    """Let the page begin as all do, unless it has been begun already (:mod:`ui.server.opening`)."""
    begin = text.find('<meta\n      id="nicegui-color-scheme"')
    if begin < 0:
        raise RuntimeError('the page template of NiceGUI has another beginning now; look at ui/server/headers.py')
    not_yet = f'{{% if not request.scope.get("{BEGUN}") %}}'
    text = f'{not_yet}{OPENING}<title>{{{{ title }}}}</title>{{% endif %}}\n    {text[begin:]}'
    sheets = f'{not_yet}{FRAME_SHEET}{REST_SHEET}{{% endif %}}'
    for found, put in (
        ('{{ head_html | safe }}', f'{{{{ head_html | safe }}}}{sheets}'),
        ('</head>\n  <body>', f'{not_yet}</head><body>{FONT}{{% endif %}}'),
    ):
        if found not in text:
            raise RuntimeError(f'the page template of NiceGUI has no {found} any more; look at ui/server/headers.py')
        text = text.replace(found, put)
    return text
