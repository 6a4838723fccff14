"""What the browser loads beside NiceGUI: one stylesheet, a few scripts, fonts, a coastline. All from here, cached for good."""

import gzip
import hashlib
import json
from pathlib import Path

from fastapi import FastAPI, Request, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ui import design

STATIC = Path(__file__).parents[1] / 'static'
_FOREVER = 'public, max-age=31536000, immutable'
_SCRIPTS = (
    'kit.js',
    'passwords.js',
    'line.js',
    'live.js',
    'cells.js',
    'zone.js',
    'filters.js',
    'list.js',
    'frame.js',
    'palette.js',
    'first.js',
)

# Runs before the first paint: a page must not flash in the theme its reader did not choose.
_THEME = "try{const t=localStorage.getItem('cellwarden-theme');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}"


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
        if 'gzip' in request.headers.get('Accept-Encoding', ''):
            return Response(packed, media_type='text/css', headers={**headers, 'Content-Encoding': 'gzip'})
        return Response(css, media_type='text/css', headers=headers)

    app.mount(BASE, GZipMiddleware(_Immutable(directory=STATIC), minimum_size=1000), name='assets')


def head(nonce: str = '') -> str:
    """What belongs into the head of every page, before anything is painted; ``nonce`` lets its inline script run."""
    states = json.dumps(design.states_for_browser(), separators=(',', ':'))
    scripts = ''.join(f'<script defer src="{BASE}/{name}"></script>' for name in _SCRIPTS)
    return (
        f'<script nonce="{nonce}">{_THEME};window.cellwarden={{states:{states},base:"{BASE}"}}</script>'
        f'<link rel="preload" href="{BASE}/fonts/inter-latin-wght-normal.woff2" as="font" type="font/woff2" crossorigin>'
        f'<link rel="stylesheet" href="{BASE}/cellwarden.css">{scripts}'
    )


class _Immutable(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers['Cache-Control'] = _FOREVER
        return response
