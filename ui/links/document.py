"""A small page that is whole without a script, for one who has no sign-in: its text, and at most one button."""

import base64
import hashlib
from datetime import UTC, datetime
from html import escape

from starlette.responses import Response

from ui.status_page.style import CSS

_MORE = (
    '.go{display:block;width:100%;min-height:56px;margin:20px 0 8px;border:0;border-radius:8px;background:var(--ink);color:var(--bg);'
    'font:inherit;font-size:20px;font-weight:600;cursor:pointer}main{padding-top:32px;padding-bottom:32px}'
    'dl{margin:12px 0}dt{color:var(--ink-2);font-size:14px}dd{margin:0 0 10px}'
)
_SHEET = CSS + _MORE
_HASH = base64.b64encode(hashlib.sha256(_SHEET.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_HEADERS = {
    'content-security-policy': _POLICY,
    'referrer-policy': 'no-referrer',  # the address is a secret
    'cache-control': 'no-store',
    'x-robots-tag': 'noindex, nofollow, noarchive',
}


def document(title: str, body: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The page of this title; ``body`` is HTML in which everything from outside was escaped."""
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{escape(title)}</title><meta name="robots" content="noindex, nofollow"><meta name="color-scheme" content="light dark">'
        f'<style>{_SHEET}</style></head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>'
    )
    return Response(text, status, {**_HEADERS, **(headers or {})}, 'text/html; charset=utf-8')


def facts(rows: list[tuple[str, str]]) -> str:
    """Labels with their values; what is empty is left out."""
    inside = ''.join(f'<dt>{escape(label)}</dt><dd>{escape(value)}</dd>' for label, value in rows if value)
    return f'<dl>{inside}</dl>' if inside else ''


def when(at: float) -> str:
    """A moment, to the minute: ``2026-11-22 08:00 UTC``."""
    return f'{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC'
