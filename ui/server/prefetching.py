"""Pages that a browser fetches before a person asks for them: by its rules, on pointing at a link or pressing it down.

Browsers say so in ``Sec-Purpose`` (Fetch Standard, 3.8). Such a request is no visit: it keeps no session awake until the page is opened.
"""

import json

from starlette.types import Scope

_PURPOSE = b'sec-purpose'
_KEEP = b'x-cellwarden-keep'
_OPENED = 'cellwarden.opened'
_NO_PAGES = ('/ui/*', '/auth/*', '/api/*', '/api', '/_nicegui/*')
"""Files, forms and programs' addresses: what they answer is not for looking at, or leaves a trace."""


def is_prefetch(scope: Scope) -> bool:
    """True when nobody has asked for what is asked for."""
    early = any(name == _PURPOSE and value.startswith(b'prefetch') for name, value in scope['headers'])
    return early or is_for_keeping(scope)


def is_for_keeping(scope: Scope) -> bool:
    """True when a page of ours asks for the picture of another one, to keep it for the time without a network."""
    return any(name == _KEEP and value == b'picture' for name, value in scope['headers'])


def is_opened_now(scope: Scope) -> bool:
    """True once for a page that was fetched early: when its script says for the first time that it stands before a person."""
    if not is_prefetch(scope) or _OPENED in scope:
        return False
    scope[_OPENED] = True
    return True


def rules(nonce: str) -> str:
    """What a browser may make ready before it is asked for (Speculation Rules): where the rail leads, as a page that stands already, on
    pointing at it; where other links lead, as HTML, once the button is down. Browsers that make no pages ready fetch those as well."""

    def among(links: str) -> dict[str, object]:
        pages = [{'not': {'href_matches': path}} for path in _NO_PAGES]
        return {
            'and': [
                {'selector_matches': links},
                {'href_matches': '/*'},
                *pages,
                {'not': {'selector_matches': '[download]'}},
            ]
        }

    rail = {'where': among('.cw-nav a, .cw-foot a'), 'eagerness': 'moderate'}
    said = {'prerender': [rail], 'prefetch': [rail, {'where': among('a'), 'eagerness': 'conservative'}]}
    return f'<script type="text/later" data-held="speculationrules" nonce="{nonce}">{json.dumps(said, separators=(",", ":"))}</script>'
