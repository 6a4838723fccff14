"""Addresses of the web as people type them. Where such an address leads is judged when it is connected to."""

from collections.abc import Callable
from urllib.parse import urlsplit

from domain.common.errors import Invalid

Refusing = Callable[[str, str], str]
"""Says why something may not be done at a host: the host, and one of the words below. Empty where it may."""
POLLED, SENT_MESSAGES, SENT_WEBHOOKS = 'polled', 'sent messages', 'sent webhooks'
TOLD_THAT_WE_LIVE, READ_AS_CALENDAR = 'told that this console lives', 'read as a calendar'


MOST_URL = 2000
"""Characters."""


def not_refused(host: str, act: str) -> str:
    """Where nothing is judged before it is connected to."""
    return ''


def checked_web_address(value: str, field: str, *, begins: str = 'https:// or http://') -> str:
    """The address, without a name and password inside; raises ``Invalid``. ``begins`` is how it may begin, in words."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Invalid('is no address of the web', field=field) from error
    if parts.scheme not in ('http', 'https') or not host or not value.isascii() or not value.isprintable():
        raise Invalid(f'must be an address that begins with {begins}', field=field)
    if ' ' in value or parts.username is not None or parts.fragment:
        raise Invalid('must have no blanks, no name and password and no # part', field=field)
    if len(value) > MOST_URL:
        raise Invalid(f'must have at most {MOST_URL} characters', field=field)
    return value
