"""What lets a browser install the console, and show what it has kept where there is no network: worker, manifest, and the page for it.

All of this is the same for everybody. ``docs/offline.md`` says what is kept of a person, ``ui/static/worker.js`` when it is shown.
"""

import hashlib
import json
from html import escape

from fastapi import FastAPI, Response

from ui import colours, design
from ui.server.assets import BASE, STATIC

WORKER = '/sw.js'
MANIFEST = '/manifest.webmanifest'
SHELL = '/offline'
OPEN = (WORKER, MANIFEST, SHELL)
"""Addresses that need no session."""
PARTS: tuple[str, ...] = ('kept.js', 'outbox.js')
"""Scripts that the worker shares with pages."""
ASSETS = (
    'cellwarden.css',
    'kept.js',
    'outbox.js',
    'kit.js',
    'menu.js',
    'offline.js',
    'palette.js',
    'pictured.js',
    'seeking.js',
    'fonts/inter-latin-wght-normal.woff2',
    'fonts/jetbrains-mono-latin-wght-normal.woff2',
)
"""All that the page without a network needs."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
_ASKED_EACH_TIME = {'Cache-Control': 'no-cache'}


def register_offline(app: FastAPI) -> None:
    """Serve them on the parent app; to be called before ``ui.run_with``, whose mount at ``/`` would hide them."""
    script, page, manifest = worker(), shell(), _manifest()

    @app.get(WORKER, include_in_schema=False)
    def sw() -> Response:
        return Response(script, media_type='text/javascript', headers=_ASKED_EACH_TIME)

    @app.get(MANIFEST, include_in_schema=False)
    def webmanifest() -> Response:
        return Response(manifest, media_type='application/manifest+json', headers=_ASKED_EACH_TIME)

    @app.get(SHELL, include_in_schema=False)
    def offline() -> Response:
        headers = {**_ASKED_EACH_TIME, 'Content-Security-Policy': _POLICY}
        return Response(page, media_type='text/html', headers=headers)


def head(*, later: bool = True) -> str:
    """What the head of every page says of it; the manifest ``later``, where the page has a script that puts such things in their place: a
    browser fetches it as soon as the page is shown, with an icon, when it has the page itself to paint."""
    light, dark = colours.COLOURS['panel']
    rel = 'later" data-held="manifest' if later else 'manifest'
    return (
        f'<link rel="{rel}" href="{MANIFEST}"><link rel="apple-touch-icon" href="{BASE}/icons/touch-180.png">'
        f'<meta name="theme-color" content="{light}" media="(prefers-color-scheme: light)">'
        f'<meta name="theme-color" content="{dark}" media="(prefers-color-scheme: dark)">'
    )


def worker() -> str:
    """The script of the worker: it changes with each release, so that browsers take the new one."""
    release = {
        'base': BASE,
        'parts': [f'{BASE}/{name}' for name in PARTS],
        'assets': [f'{BASE}/{name}' for name in ASSETS],
        'shell': SHELL,
        'version': hashlib.sha256((BASE + shell()).encode()).hexdigest()[:12],
    }
    return f'const release = {json.dumps(release)};\n{(STATIC / "worker.js").read_text()}'


def shell() -> str:
    """The page without a network, before it is filled with what is kept."""
    said = json.dumps({'states': design.states_for_browser(), 'base': BASE}, separators=(',', ':')).replace(
        '<', '\\u003c'
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Cellwarden</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'{head(later=False)}<link rel="stylesheet" href="{BASE}/cellwarden.css">'
        f'<script type="application/json" id="cw-release">{said}</script>'
        f'<script defer src="{BASE}/kept.js"></script><script defer src="{BASE}/offline.js"></script></head>'
        f'<body data-base="{escape(BASE)}"></body></html>'
    )


def _manifest() -> str:
    icons = [
        {'src': f'{BASE}/icons/{name}-{size}.png', 'sizes': f'{size}x{size}', 'type': 'image/png', 'purpose': purpose}
        for name, size, purpose in (('any', 192, 'any'), ('any', 512, 'any'), ('maskable', 512, 'maskable'))
    ]
    said = {
        'id': '/', 'name': 'Cellwarden', 'short_name': 'Cellwarden', 'description': 'Live console for fleets of cellular devices',
        'start_url': '/', 'scope': '/', 'display': 'standalone', 'icons': icons,
        'background_color': colours.COLOURS['bg'][0], 'theme_color': colours.COLOURS['panel'][0],
    }  # fmt: skip
    return json.dumps(said)
