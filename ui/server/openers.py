"""Windows that another site has opened: it must not keep a hand on a page of ours (``Cross-Origin-Opener-Policy``, HTML Standard 7.1.3).

The header has its price: a browser that opens a window has begun a process for the page when the header reaches it, and begins another
one. So a page goes without where the browser says that nobody has led there, or a page of ours (``Sec-Fetch-Site``, Fetch Metadata). A
page that finds itself opened by another site all the same, since a person went to it in such a window, asks to be loaded again
(``ui/static/alone.js``).
"""

from starlette.requests import cookie_parser
from starlette.types import Scope

ALONE = (b'cross-origin-opener-policy', b'same-origin')
"""Has the browser show the page in a group of windows of its own."""
OPENED_COOKIE = 'cellwarden_opened'
"""In which a page says that another site has opened its window."""
_NO_OPENER = frozenset({b'none', b'same-origin'})


def may_have_opener(scope: Scope) -> bool:
    """True unless the browser says that no other site leads to what is asked for."""
    headers = dict(scope['headers'])
    if headers.get(b'sec-fetch-site') not in _NO_OPENER:
        return True
    return OPENED_COOKIE in cookie_parser(headers.get(b'cookie', b'').decode('latin-1'))
