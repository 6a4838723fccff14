"""A page for browsers that show text alone (w3m, Lynx, Links): they know no style sheet and no script.

What a style sheet would leave out, at that width or without scripts, is left out of the HTML, and words that only a margin
parts get a blank.
"""

import re

from starlette.requests import Request

_BROWSERS = re.compile(r'\b(w3m|Lynx|E?Links|EWW|edbrowse|netrik|chawan)\b', re.IGNORECASE)
_WAITS = re.compile(r'<button\b[^>]*>(?:(?!</button>).)*</button><noscript>(.*?)</noscript>', re.DOTALL)
_LEFT_OUT = re.compile(
    r'<(td|th)\b[^>]* class="(?:pick|[^"]*\bphone-only\b[^"]*)".*?</\1>'  # a card of a phone says it in fewer words
    r'|<(td|th) class="(?:pick|[^"]*\bphone-only\b[^"]*)".*?</\2>'
    r'|<nav class="cw-foot".*?</nav>|<template\b.*?</template>|<span class="cw-badge".*?</span></span>'
    r'|<button\b(?=[^>]* type="button")[^>]*>.*?</button>'
    r'|<div id="esm-fallback".*?</div>',
    re.DOTALL,
)
_DRAWING = re.compile(r'<svg\b([^>]*)>.*?</svg>', re.DOTALL)
_NAME = re.compile(r' aria-label="([^"]*)"')
_MEETING = re.compile(r'(</(?:a|b|i|h2|bdi|time|span)>|(?<=\w))(?=<(?:a|b|i|span|time|bdi|button)\b)')


def is_for_text(request: Request) -> bool:
    """True for a browser that shows text alone, by the name that it gives itself."""
    return _BROWSERS.search(request.headers.get('user-agent', '')) is not None


def texted(html: str) -> str:
    """The body of a page without what such a browser would show twice, or could not use."""
    found = _LEFT_OUT.sub('', _WAITS.sub(r'\1', html))
    found = _DRAWING.sub(lambda hit: f' {name[1]} ' if (name := _NAME.search(hit[1])) else '', found)
    return _MEETING.sub(r'\1 ', found)
