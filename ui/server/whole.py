"""Requests that have come in one piece, head and body, and are answered by a callback: they need no task and no messages of ASGI."""

from collections.abc import Callable
from typing import Any, Protocol


class Asked(Protocol):
    """Such a request."""

    scope: Any
    """As ASGI has it."""

    def say_at_once(self, rest: bytes) -> bool:
        """Answer with 200; ``rest`` is what follows the date: header fields, ``content-length`` among them, the empty line and the body.

        False when it cannot be said so: the client does not read, or the connection closes behind it."""

    def pass_on(self) -> None:
        """Let the application answer, as any other request."""


Take = Callable[[Asked, bytes], None]
"""Takes a request with its body, of a connection that has shown a credential before; calls one of its methods later on. What it raises
is raised once more by the application, to which the request is passed on."""


class _Beginning:
    """How an answer with 200 begins under the server's own header fields, which are one list for a second."""

    def __init__(self) -> None:
        self._fields: list[tuple[bytes, bytes]] | None = None
        self._text = b''

    def under(self, fields: list[tuple[bytes, bytes]]) -> bytes:
        """The text up to what follows these fields."""
        if fields is not self._fields:
            self._text = b''.join((b'HTTP/1.1 200 OK\r\n', *[b'%b: %b\r\n' % field for field in fields]))
            self._fields = fields
        return self._text


BEGINNING = _Beginning()
