"""What the browser loads beside NiceGUI: one stylesheet, a few scripts, fonts, a coastline. All from here, cached for good."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ui import design
from ui.server.files_at_hand import FilesAtHand

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
    'heeding.js',
    'notifying.js',
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


def _states() -> str:
    return f'cellwarden.states={json.dumps(design.states_for_browser(), separators=(",", ":"))}'


def _script() -> bytes:
    """All scripts of a page in one, in their order: each keeps its names to itself, and a page that is loaded for the first time asks once
    instead of thirty times, each of which would keep both the browser and the server from what is to be painted."""
    return ';\n'.join([_states(), *((STATIC / name).read_text() for name in _SCRIPTS)]).encode()


def _fingerprint() -> str:
    digest = hashlib.sha256(_css() + _states().encode())
    for path in sorted(STATIC.rglob('*')):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


#: Part of every address below, so that a new release is never mixed with an old cache.
BASE = f'/ui/static/{_fingerprint()}'


def mount_assets(app: FastAPI) -> None:
    """Serve the assets on the parent app; to be called before ``ui.run_with``, whose mount at ``/`` would hide them."""
    css, script = _css(), _script()

    @app.get(f'{BASE}/cellwarden.css', include_in_schema=False)
    def cellwarden_css() -> Response:
        return Response(css, media_type='text/css', headers={'Cache-Control': _FOREVER})

    @app.get(f'{BASE}/cellwarden.js', include_in_schema=False)
    def cellwarden_js() -> Response:
        return Response(script, media_type='text/javascript', headers={'Cache-Control': _FOREVER})

    app.mount(BASE, _Immutable(directory=STATIC), name='assets')
    app.add_middleware(FilesAtHand, folders=(BASE, '/_nicegui/'))


def head(
    nonce: str = '', desk: Mapping[str, object] | None = None, kept: str | None = None, *, is_rtl: bool = False
) -> str:
    """What belongs into the head of every page, before anything is painted; ``nonce`` lets its inline script run, ``desk`` is what the
    reader has set, ``kept`` the name under which the browser keeps things for them: empty where it keeps nothing, ``None`` where the
    page says nothing of it. With ``is_rtl`` the page reads from right to left."""
    set_by_reader = json.dumps(desk, separators=(',', ':')).replace('<', '\\u003c')
    return (
        f'<script nonce="{nonce}">window.cellwarden={{base:"{BASE}",'
        f'keptUnder:{json.dumps(kept)},desk:{set_by_reader}}};{_THEME}{_RTL if is_rtl else ""}</script>'
        f'<link rel="preload" href="{BASE}/fonts/inter-latin-wght-normal.woff2" as="font" type="font/woff2" crossorigin>'
        f'<link rel="stylesheet" href="{BASE}/cellwarden.css"><script defer src="{BASE}/cellwarden.js"></script>'
    )


class _Immutable(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers['Cache-Control'] = _FOREVER
        return response
