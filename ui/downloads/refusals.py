"""The answer to a file that is not to be had: a page for a person in a browser, a problem document (RFC 9457) for a program."""

from collections.abc import Mapping
from html import escape
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response

from domain.common.errors import DomainError, Invalid, NotAllowed, NotFound, Throttled
from ui.api.http.problems import render
from ui.server.assets import BASE

_ADVICE: Mapping[type[DomainError], str] = {
    Invalid: 'The address may be old or cut off. Open the list again, set its filters and columns, and take the file from there.',
    NotAllowed: 'Ask an administrator of your enterprise if you need this file.',
    NotFound: 'The link may be old. Open the list itself, and take the file from there.',
    Throttled: 'Wait until the file that you are taking has arrived, then try again.',
}
_OTHER = 'Try again in a minute.'


def refused(refusal: DomainError, scope: Mapping[str, Any]) -> Response:
    """Why there is no file, and what to do. Browsers say that they read pages (RFC 9110, 12.5.1)."""
    problem = render(refusal, scope)
    if 'text/html' not in Headers(raw=scope['headers']).get('accept', ''):
        return problem
    kept = {name: value for name, value in problem.headers.items() if name in ('cache-control', 'retry-after')}
    return HTMLResponse(_page(refusal), problem.status_code, kept)


def _page(refusal: DomainError) -> str:
    advice = next((words for kind, words in _ADVICE.items() if isinstance(refusal, kind)), _OTHER)
    place = f' ({escape(refusal.field)})' if refusal.field else ''
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>No file · Cellwarden</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="{BASE}/cellwarden.css"></head>'
        '<body><main class="cw-bare"><section class="cw-card"><div class="cw-note"><h1>This file cannot be made</h1>'
        f'<p>{escape(refusal.title)}{place}: {escape(refusal.detail)}.</p><p>{escape(advice)}</p>'
        '<a class="cw-btn primary" href="/">Overview</a></div></section></main></body></html>'
    )
