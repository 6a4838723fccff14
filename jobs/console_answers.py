"""Whether an answer is a console's: on the way a portal, a firewall or a balancer may speak in its place.

A console refuses with a problem document (RFC 9457) whose type is in its own namespace, and what it grants has a known shape. What
proves to be neither says something about the way there and nothing about the device, its credential or what it sent.
"""

import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

Json = dict[str, Any]
Shape = Callable[[Json], bool]
"""True for a granted request's answer as a console writes it."""

OURS = 'urn:cellwarden:'
MOST_BYTES = 4 * 1024 * 1024
"""Of an answer: a batch of commands is far below, a portal's page may have no end."""
PROOF_PATH = 'checkins'
"""A POST there without a token is refused by every console with a problem document, before it looks at a body."""
_MOST_WORDS = 300


def document(content: bytes) -> Json:
    """The JSON object in an answer; empty when there is none."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def problem_of(status: int, content: bytes) -> Json | None:
    """The problem document that a console wrote for this very answer, or ``None``."""
    problem = document(content)
    is_ours = str(problem.get('type') or '').startswith(OURS) and problem.get('status', status) == status
    return problem if is_ours and status >= 400 else None


def speaker(status: int, headers: Mapping[str, str], content: bytes) -> str:
    """What answered in a console's place, on one line: its status, what it calls itself, and what it says or where it points."""
    kind = headers.get('Content-Type', '').partition(';')[0].strip() or 'no content type'
    words = [f'{status} {_phrase(status)}'.strip(), f'({kind})', f'from {headers.get("Server") or "an unnamed server"}']
    if title := re.search(rb'(?is)<title[^>]*>(.*?)</title>', content[:65536]):
        words.append(f'titled {title[1].decode("utf-8", "replace")!r}')
    if challenge := headers.get('WWW-Authenticate'):
        words.append(f'asking for {challenge}')
    if location := headers.get('Location'):
        words.append(f'pointing to {location}')
        if status in (301, 308):  # moved for good
            words.append('(if the console is there now, use that address)')
    said = ''.join(each if each.isprintable() else ' ' for each in ' '.join(words))
    return f'{" ".join(said.split())[:_MOST_WORDS]}: not from a Cellwarden server'


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ''
