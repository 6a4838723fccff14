"""What the browser loads beside NiceGUI: one stylesheet, a few scripts, fonts, a coastline. All from here, cached for good."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI, Response
from starlette.requests import HTTPConnection
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ui import colours, design
from ui.server.files_at_hand import FilesAtHand

STATIC = Path(__file__).parents[1] / 'static'
THEME_COOKIE = 'cellwarden_theme'
"""In which the page's script says which theme the browser remembers; it opens nothing."""
_THEMES = ('light', 'dark')
_REST_FROM = '21'
"""Sheets below this number are those of the frame."""
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

# Quasar writes the direction of its own words, which are English; a change is taken back before anything is painted.
_RTL = (
    "{const root=document.documentElement,turn=()=>{if(root.dir!=='rtl')root.dir='rtl'};turn();"
    "new MutationObserver(turn).observe(root,{attributeFilter:['dir']})}"
)


def _css() -> tuple[str, str]:
    """The stylesheet in two: what the frame of a page needs, and the rest."""
    sheets = sorted((STATIC / 'css').glob('*.css'))
    parts = [bare_css(sheet.read_text()) for sheet in sheets]
    of_frame = [sheet.name < _REST_FROM for sheet in sheets].count(True)
    return '\n'.join([colours.stylesheet(), *parts[:of_frame]]), '\n'.join(parts[of_frame:])


def bare_css(text: str) -> str:
    """A stylesheet without what is written for its readers; none of ours has a comment within quotes."""
    text = re.sub(r'/\*.*?\*/', '', text, flags=re.DOTALL)
    return '\n'.join(line.strip() for line in text.splitlines() if line.strip())


def bare_script(text: str) -> str:
    """A script without its comments; none of ours has text that goes over several lines."""
    lines = (_without_end(line) for line in text.splitlines() if not line.lstrip().startswith('//'))
    return '\n'.join(lines)


def _without_end(line: str) -> str:
    for hit in re.finditer(r'\s+// ', line):
        if all(line.count(quote, 0, hit.start()) % 2 == 0 for quote in '"`\''):  # else it may stand within a text
            return line[: hit.start()]
    return line


def _states() -> str:
    return f'cellwarden.states={json.dumps(design.states_for_browser(), separators=(",", ":"))}'


def _script() -> bytes:
    """All scripts of a page in one, in their order: each keeps its names to itself, and a page that is loaded for the first time asks once
    instead of thirty times, each of which would keep both the browser and the server from what is to be painted."""
    return ';\n'.join([_states(), *(bare_script((STATIC / name).read_text()) for name in _SCRIPTS)]).encode()


def _fingerprint() -> str:
    digest = hashlib.sha256(''.join([*_css(), _states()]).encode())
    for path in sorted(STATIC.rglob('*')):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


_EARLY = ';\n'.join(bare_script((STATIC / name).read_text()) for name in ('alone.js', 'early.js'))
"""What the first inline script of a page does: it looks who has opened the window, and keeps what is pressed until others can hear it."""
LATER = bare_script((STATIC / 'later.js').read_text())
"""What the last inline script of a page does: it begins all others once the first picture has been painted."""
#: Part of every address below, so that a new release is never mixed with an old cache.
BASE = f'/ui/static/{_fingerprint()}'

FRAME_SHEET = f'<style>{_css()[0].replace("url(fonts/", f"url({BASE}/fonts/")}</style>'
"""What the frame of a page is painted with: it stands in the page, so that nothing has to be asked for before."""
REST_SHEET = f'<link rel="stylesheet" href="{BASE}/rest.css">'
"""What the rest of the page is painted with."""
FONT = f'<link rel="preload" href="{BASE}/fonts/inter-latin-wght-normal.woff2" as="font" type="font/woff2" crossorigin>'
"""The type of most words. It stands in the body: browsers wait up to 50 ms with the first paint for one that the head names."""


def mount_assets(app: FastAPI) -> None:
    """Serve the assets on the parent app; to be called before ``ui.run_with``, whose mount at ``/`` would hide them."""
    (of_frame, rest), script = _css(), _script()

    @app.get(f'{BASE}/cellwarden.css', include_in_schema=False)
    def cellwarden_css() -> Response:
        return Response(f'{of_frame}\n{rest}', media_type='text/css', headers={'Cache-Control': _FOREVER})

    @app.get(f'{BASE}/rest.css', include_in_schema=False)
    def rest_css() -> Response:
        return Response(rest, media_type='text/css', headers={'Cache-Control': _FOREVER})

    @app.get(f'{BASE}/cellwarden.js', include_in_schema=False)
    def cellwarden_js() -> Response:
        return Response(script, media_type='text/javascript', headers={'Cache-Control': _FOREVER})

    app.mount(BASE, _Immutable(directory=STATIC), name='assets')
    app.add_middleware(FilesAtHand, folders=(BASE, '/_nicegui/'))


def head(
    nonce: str = '',
    desk: Mapping[str, object] | None = None,
    kept: str | None = None,
    *,
    theme: str = '',
    is_rtl: bool = False,
) -> str:
    """What belongs into the head of every page, before anything is painted; ``nonce`` lets its inline script run, ``desk`` is what the
    reader has set, ``kept`` the name under which the browser keeps things for them: empty where it keeps nothing, ``None`` where the
    page says nothing of it. ``theme`` is what the browser remembers, for readers who have set none: a page must not flash in one that
    they did not choose. With ``is_rtl`` the page reads from right to left."""
    set_by_reader = _in_script(desk)
    looks = {'density': desk['density']} if desk else {}
    if (chosen := desk['theme'] if desk and desk['set'] else theme) in _THEMES:
        looks['theme'] = chosen
    return (
        f'<script nonce="{nonce}">window.cellwarden={{base:"{BASE}",'
        f'keptUnder:{json.dumps(kept)},desk:{set_by_reader}}};Object.assign(document.documentElement.dataset,{_in_script(looks)});'
        f'{_RTL if is_rtl else ""}{_EARLY}</script>'
        f'<script type="text/later" data-held src="{BASE}/cellwarden.js"></script>'
    )


def remembered_theme(request: HTTPConnection) -> str:
    """What the browser remembers that asks for a page: ``light``, ``dark``, or empty for the theme of its system.

    In a cookie: a script that asks the browser's storage before the first paint waits 20 ms for another process.
    """
    said = request.cookies.get(THEME_COOKIE, '')
    return said if said in _THEMES else ''


def _in_script(said: object) -> str:
    return json.dumps(said, separators=(',', ':')).replace('<', '\\u003c')


class _Immutable(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers['Cache-Control'] = _FOREVER
        return response
