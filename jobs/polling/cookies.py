"""The cookies of one check: kept while it follows redirects, sent to the host that set them, forgotten with it (RFC 6265)."""

import re

from yarl import URL

MOST_COOKIES = 20
MOST_BYTES = 4096
"""Of one cookie, name and value."""
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Cookies:
    """Bound to the very host, whatever a cookie says of its domain."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[str, bool]] = {}

    def take(self, url: URL, lines: list[str]) -> None:
        """What ``url`` sets with these ``Set-Cookie`` lines; unreadable ones are passed over."""
        for line in lines:
            pair, *attributes = line.split(';')
            name, _, value = (part.strip() for part in pair.partition('='))
            said = dict(_attribute(each) for each in attributes)
            key = (url.raw_host or '', name)
            has_room = key in self._kept or len(self._kept) < MOST_COOKIES
            is_fit = _NAME.fullmatch(name) and value.isprintable() and len(name) + len(value) <= MOST_BYTES
            if said.get('max-age', '1').startswith(('0', '-')):
                self._kept.pop(key, None)
            elif is_fit and has_room:
                self._kept[key] = (value, 'secure' in said)

    def of(self, url: URL) -> dict[str, str]:
        """Those that go to ``url``: of its host, and secure ones over TLS alone."""
        return {
            name: value
            for (host, name), (value, is_secure) in self._kept.items()
            if host == url.raw_host and (url.scheme == 'https' or not is_secure)
        }


def _attribute(text: str) -> tuple[str, str]:
    name, _, value = text.partition('=')
    return name.strip().lower(), value.strip()
