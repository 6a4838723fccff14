"""How something stood at each minute, to be gone through with a slider."""

from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui


class scrubber(ui.element, component='scrubber.js'):  # noqa: N801 (NiceGUI's element style)
    """``moments`` are ``{at, clock, alerts, devices}`` in order, ``lines`` the tree as ``{id, words, depth, from, to}`` and ``known`` what
    happened as ``{at, clock, text}``; moments in epoch seconds, ``clock`` as people read them. It begins at the moment of that number,
    and its address (``href``, which ends in ``at=``) leads to one."""

    def __init__(
        self,
        moments: Sequence[Mapping[str, Any]],
        lines: Sequence[Mapping[str, Any]],
        known: Sequence[Mapping[str, Any]],
        *,
        first: int,
        href: str,
    ) -> None:
        super().__init__()
        self._props['moments'] = list(moments)
        self._props['lines'] = list(lines)
        self._props['known'] = list(known)
        self._props['first'] = first
        self._props['href'] = href
