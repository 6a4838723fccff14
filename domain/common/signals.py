"""Typed in-process events, free of any framework."""

import logging
from collections.abc import Callable
from typing import Generic, TypeVarTuple

log = logging.getLogger(__name__)
Ts = TypeVarTuple('Ts')


class Signal(Generic[*Ts]):
    """Something that happened; subscribers are called in order and cannot break the emitter or each other."""

    def __init__(self) -> None:
        self._handlers: dict[object, Callable[[*Ts], object]] = {}

    def subscribe(self, handler: Callable[[*Ts], object]) -> Callable[[], None]:
        """Call ``handler`` on every emit until the returned function is called (calling it twice is harmless)."""
        key = object()
        self._handlers[key] = handler

        def unsubscribe() -> None:
            self._handlers.pop(key, None)

        return unsubscribe

    def emit(self, *args: *Ts) -> None:
        """Call every subscriber; one that fails is logged by name and the others still hear."""
        for key, handler in list(self._handlers.items()):
            if key not in self._handlers:
                continue  # unsubscribed by an earlier handler of this very emit
            try:
                handler(*args)
            except Exception:  # a listener must not stop the change it listens to: it is already committed
                log.exception('subscriber %r failed', handler)
