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
