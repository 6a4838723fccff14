"""Which of several modems is the device's: the one that carries its data, and that one for as long as nothing else is better.

``mmcli -L`` lists modems in an order that changes, and a failed-over router registers all of them; taking the first that is registered
makes the serving tower jump from one network to the other.
"""

import re
from pathlib import Path
from typing import Any

from jobs.agent.state import write_private

Json = dict[str, Any]
_NO_ROUTE = 'no route'
MOST_SILENT = 3
"""Observations in a row for which a modem that gives no answer is waited for, before what is there without it counts."""


class ModemChoice:
    """``remembered`` is the file that holds the IMEI of the modem used last; ``root`` stands for ``/``."""

    def __init__(self, remembered: Path | None = None, root: Path = Path('/')) -> None:
        self._remembered = remembered
        self._root = root
        self._last = ''
        self._silent = 0

    def among(self, modems: list[Json], silent: int = 0) -> int | None:
        """The place of the one to use: it has the default route, else is connected, else was used last, else is registered.

        Where several are equal: the one used last, else the lowest IMEI. ``silent`` are those that are listed and gave no answer: while the
        one used last is probably among them, another one is not taken for it unless it has the default route.
        """
        if not modems:
            return None
        last, route = self._used_last(), default_route(self._root)
        routed = any(route in interfaces(modem) for modem in modems)
        if silent and last and not routed and last not in map(imei_of, modems) and self._silent < MOST_SILENT:
            self._silent += 1
            return None
        self._silent = 0

        def rank(modem: Json) -> tuple[bool, bool, bool, bool, str]:
            state = _text(modem, 'generic', 'state')
            used = imei_of(modem) == last != ''
            is_up = state in ('registered', 'connected')
            return route not in interfaces(modem), state != 'connected', not used, not is_up, imei_of(modem)

        chosen = min(range(len(modems)), key=lambda at: rank(modems[at]))
        self._remember(imei_of(modems[chosen]))
        return chosen

    def _used_last(self) -> str:
        if not self._last and self._remembered is not None and self._remembered.exists():
            self._last = self._remembered.read_text('ascii', 'replace').strip()
        return self._last

    def _remember(self, imei: str) -> None:
        if imei and imei != self._last and self._remembered is not None:
            write_private(self._remembered, f'{imei}\n'.encode('ascii', 'replace'))
        self._last = imei or self._last


def default_route(root: Path = Path('/')) -> str:
    """The network interface of the default route with the lowest metric, IPv4 before IPv6, from the kernel's tables."""
    found: list[tuple[int, str]] = []
    for line in _lines(root / 'proc/net/route')[1:]:
        parts = line.split()
        if len(parts) >= 8 and parts[1] == '00000000' and parts[7] == '00000000':
            found.append((int(parts[6]), parts[0]))
    if not found:
        for line in _lines(root / 'proc/net/ipv6_route'):
            parts = line.split()
            if len(parts) >= 10 and parts[0] == '0' * 32 and parts[1] == '00' and parts[9] != 'lo':
                found.append((int(parts[5], 16), parts[9]))
    return min(found)[1] if found else _NO_ROUTE


def interfaces(modem: Json) -> set[str]:
    """The modem's network interfaces, out of ``['cdc-wdm0 (qmi)', 'wwan0 (net)']``."""
    generic = modem.get('generic')
    ports = generic.get('ports') if isinstance(generic, dict) else None
    named = (re.fullmatch(r'(\S+) \(net\)', str(port).strip()) for port in ports or [])
    return {port[1] for port in named if port is not None}


def imei_of(modem: Json) -> str:
    """The number that stays with the modem wherever it is plugged in."""
    return _text(modem, '3gpp', 'imei') or _text(modem, 'generic', 'equipment-identifier')


def in_words(modem: Json) -> str:
    """``356938035648097: registered, 204-16, lte``, for people; what is not known is left out."""
    operator = _text(modem, '3gpp', 'operator-code')
    generic = modem.get('generic')
    names = generic.get('access-technologies') if isinstance(generic, dict) else None
    told = [
        _text(modem, 'generic', 'state'),
        f'{operator[:3]}-{operator[3:]}' if operator else '',
        '+'.join(str(name) for name in (names if isinstance(names, list) else ())),
    ]
    return f'{imei_of(modem) or "a modem"}: {", ".join(filter(None, told))}'


def _text(table: Json, group: str, name: str) -> str:
    inner = table.get(group)
    found = inner.get(name) if isinstance(inner, dict) else None
    return found if isinstance(found, str) and found != '--' else ''


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text('ascii', 'replace').splitlines()
    except OSError:
        return []
