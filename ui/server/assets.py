"""What the browser loads beside NiceGUI: one stylesheet, a few scripts, fonts, a coastline. All from here, cached for good."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI, Request, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from ui import design
from ui.server.encoding import LEAST, takes_gzip

STATIC = Path(__file__).parents[1] / 'static'
_FOREVER = 'public, max-age=31536000, immutable'
_SCRIPTS = (
    'kept.js',
    'kit.js',
    'menu.js',
    'passwords.js',
    'pressed.js',
    'line.js',
    'optimistic.js',
    'remembered.js',
    'live.js',
    'cells.js',
    'zone.js',
    'desk.js',
    'drafts.js',
    'doors.js',
    'filters.js',
    'list.js',
    'frame.js',
    'outbox.js',
    'toasts.js',
    'acts.js',
    'edits.js',
    'triage.js',
    'waiting.js',
    'palette.js',
    'first.js',
    'pictured.js',
    'seeking.js',
    'keeping.js',
)

# Runs before the first paint: a page must not flash in the theme its reader did not choose.
# The person's own choice is the server's; where there is none, and before the sign-in, what this browser remembers.
_THEME = (
    "{const d=cellwarden.desk,r=document.documentElement.dataset;let t=d?.set?d.theme:'';"
    "if(!d?.set)try{t=localStorage.getItem('cellwarden-theme')}catch{}"
    "if(t==='light'||t==='dark')r.theme=t;if(d)r.density=d.density}"
)


# Quasar writes the direction of its own words, which are English; a change is taken back before anything is painted.
_RTL = (
    "{const root=document.documentElement,turn=()=>{if(root.dir!=='rtl')root.dir='rtl'};turn();"
    "new MutationObserver(turn).observe(root,{attributeFilter:['dir']})}"
)


def _css() -> bytes:
    sheets = [sheet.read_text() for sheet in sorted((STATIC / 'css').glob('*.css'))]
    return '\n'.join([design.stylesheet(), *sheets]).encode()


def _fingerprint() -> str:
    digest = hashlib.sha256(_css())
    for path in sorted(STATIC.rglob('*')):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


#: Part of every address below, so that a new release is never mixed with an old cache.
BASE = f'/ui/static/{_fingerprint()}'


def mount_assets(app: FastAPI) -> None:
    """Serve the assets on the parent app; to be called before ``ui.run_with``, whose mount at ``/`` would hide them."""
    css = _css()
    packed = gzip.compress(css, mtime=0)

    @app.get(f'{BASE}/cellwarden.css', include_in_schema=False)
    def cellwarden_css(request: Request) -> Response:
        headers = {'Cache-Control': _FOREVER, 'Vary': 'Accept-Encoding'}
        if takes_gzip(request.headers.get('Accept-Encoding', '')):
            return Response(packed, media_type='text/css', headers={**headers, 'Content-Encoding': 'gzip'})
        return Response(css, media_type='text/css', headers=headers)

    app.mount(BASE, _Packed(_Immutable(directory=STATIC)), name='assets')


def head(
    nonce: str = '', desk: Mapping[str, object] | None = None, kept: str | None = None, *, is_rtl: bool = False
) -> str:
    """What belongs into the head of every page, before anything is painted; ``nonce`` lets its inline script run, ``desk`` is what the
    reader has set, ``kept`` the name under which the browser keeps things for them: empty where it keeps nothing, ``None`` where the
    page says nothing of it. With ``is_rtl`` the page reads from right to left."""
    states = json.dumps(design.states_for_browser(), separators=(',', ':'))
    set_by_reader = json.dumps(desk, separators=(',', ':')).replace('<', '\\u003c')
    scripts = ''.join(f'<script defer src="{BASE}/{name}"></script>' for name in _SCRIPTS)
    return (
        f'<script nonce="{nonce}">window.cellwarden={{states:{states},base:"{BASE}",'
        f'keptUnder:{json.dumps(kept)},desk:{set_by_reader}}};{_THEME}{_RTL if is_rtl else ""}</script>'
        f'<link rel="preload" href="{BASE}/fonts/inter-latin-wght-normal.woff2" as="font" type="font/woff2" crossorigin>'
        f'<link rel="stylesheet" href="{BASE}/cellwarden.css">{scripts}'
    )


class _Packed:
    """Starlette packs for every client that names gzip, those that refuse it by a weight of nothing among them."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._packed = GZipMiddleware(app, minimum_size=LEAST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepted = next((value for name, value in scope.get('headers', ()) if name == b'accept-encoding'), b'')
        await (self._packed if takes_gzip(accepted.decode('latin-1')) else self._plain)(scope, receive, send)


class _Immutable(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers['Cache-Control'] = _FOREVER
        return response
