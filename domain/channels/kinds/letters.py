"""A mail as HTML: one column of plain words, without pictures, styles of others or anything that is fetched."""

import re
from html import escape
from itertools import pairwise

from domain.alerts.announcements import News
from domain.channels.kinds.kind import Dispatch
from domain.channels.kinds.templates import heading, paragraphs
from domain.channels.kinds.wording import ANSWER
from domain.common.severity import Severity

_COLORS = {
    Severity.CRITICAL: '#b3261e',
    Severity.MAJOR: '#c2570c',
    Severity.MINOR: '#8a6d00',
    Severity.WARNING: '#8a6d00',
    Severity.INDETERMINATE: '#4a5568',
    Severity.CLEARED: '#1e7a3c',
}
_ADDRESS = re.compile(r'https?://[^\s<>"]+[^\s<>".,;:!?)]')
_FONT = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif'


def html(dispatch: Dispatch) -> str:
    """The heading, the lines below it, and where they lead."""
    said = dispatch.announcement
    color = _COLORS[Severity.CLEARED if said.is_over else said.severity]
    style = f'font-size:20px;margin:0 0 16px;padding-left:12px;border-left:4px solid {color}'
    parts = [f'<h1 style="{style}">{escape(heading(dispatch))}</h1>']
    parts += _letter(dispatch) if said.news is News.REPORT else map(_line, paragraphs(dispatch))
    if dispatch.link:
        parts.append(f'<p style="margin:20px 0 0"><a href="{escape(dispatch.link)}">Open it in the console</a></p>')
    if dispatch.answer:
        parts.append(
            f'<p style="margin:12px 0 0"><a href="{escape(dispatch.answer)}">{escape(ANSWER)}</a><br>'
            '<small>This link acts as you, once. Do not pass it on.</small></p>'
        )
    parts.append(
        f'<p style="margin:24px 0 0;color:#5f6b7a"><small>Cellwarden, {escape(dispatch.enterprise)}</small></p>'
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f'<title>{escape(heading(dispatch))}</title></head>'
        f'<body style="margin:0;padding:20px;max-width:640px;font-size:15px;line-height:1.5;{_FONT}">{"".join(parts)}</body></html>'
    )


def _line(words: str) -> str:
    label, found, value = words.partition(': ')
    text = f'<b>{escape(label)}:</b> {_linked(value)}' if found and len(label) < 40 else _linked(words)
    return f'<p style="margin:0 0 6px">{text}</p>'


def _letter(dispatch: Dispatch) -> list[str]:
    """A report: lines with a dash are a list, an indented one belongs to the item before it, what stands before a list heads it."""
    lines, parts = paragraphs(dispatch), list[str]()
    for words, following in pairwise((*lines, '')):
        if words.startswith('- '):
            parts.append(f'<p style="margin:0 0 6px;padding-left:16px">• {_linked(words[2:])}</p>')
        elif words.startswith('  ') and parts:
            parts[-1] = f'{parts[-1].removesuffix("</p>")}<br>{_linked(words.strip())}</p>'
        elif following.startswith('- '):
            parts.append(f'<h2 style="font-size:16px;margin:16px 0 6px">{escape(words)}</h2>')
        elif words.strip():
            parts.append(f'<p style="margin:0 0 6px">{_linked(words)}</p>')
    return parts


def _linked(words: str) -> str:
    """Escaped, and addresses of the web as links."""
    parts, at = list[str](), 0
    for found in _ADDRESS.finditer(words):
        parts += [escape(words[at : found.start()]), f'<a href="{escape(found[0])}">{escape(found[0])}</a>']
        at = found.end()
    return ''.join((*parts, escape(words[at:])))
