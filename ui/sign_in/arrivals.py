"""How browsers come in, as the newest requests of signed-in people show it: through which proxy, under which host, by which transport.

Strangers leave no trace here but a count of refused origins: they may claim to be anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ui.sign_in.origins import Origins

_LINE = '/_nicegui_ws/'
_MOST_SHOWN = 200


@dataclass(slots=True)
class Arrivals:
    """What was last seen. ``forwarded`` is whether a proxy told of the client, ``encrypted`` whether the browser came over TLS as far as
    we believe the proxy; ``sockets`` and ``polls`` count WebSockets and requests that stand in for one."""

    origins: Origins = field(default_factory=Origins)
    host: str = ''
    forwarded: bool = False
    encrypted: bool = False
    requests: int = 0
    sockets: int = 0
    polls: int = 0

    def note(self, scope: Mapping[str, Any], host: bytes) -> None:
        """A request or socket of a signed-in person."""
        if scope['type'] == 'websocket':
            self.sockets += 1
            return
        self.requests += 1
        self.host = host.decode('latin-1')[:_MOST_SHOWN]
        self.encrypted = scope['scheme'] == 'https'
        self.forwarded = any(name in (b'x-forwarded-for', b'forwarded') for name, _ in scope['headers'])
        if scope['path'].startswith(_LINE) and b'transport=polling' in scope['query_string']:
            self.polls += 1
