"""A check as a person types it."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from domain.checks.model import Check, CheckKind
from domain.common.errors import Invalid
from domain.common.ids import new_id
from domain.common.text import clean_line

_NO_HOST = re.compile(r'[\s/@?#]')


def check_targets(checks: Iterable[Check], known: Collection[Check], refused: Callable[[str], str]) -> None:
    """Refuse a check whose host may not be polled; ``refused`` says why, with nothing for one that may."""
    for index, check in enumerate(checks):
        if check in known:
            continue  # what was let in once must not stand in the way of a maintenance
        name, host = (
            ('host', check.host) if check.kind is CheckKind.TCP else ('url', urlsplit(check.url or '').hostname)
        )
        if because := refused(host or ''):
            raise Invalid(because, field=f'checks.{index}.{name}')


def checked(check: Check, field: str, known: set[str]) -> Check:
    """The check, with an id of its own when it is new. Raises ``Invalid`` naming the field below ``field``."""
    if check.kind is CheckKind.TCP:
        if not check.host or check.port is None or not 1 <= check.port <= 65535:
            raise Invalid(
                'a TCP check needs a host and a port from 1 to 65535',
                field=f'{field}.port' if check.host else f'{field}.host',
            )
        if _NO_HOST.search(clean_line(check.host, f'{field}.host', most=253)):
            raise Invalid('write a name or an address alone, such as 10.20.0.7', field=f'{field}.host')
    else:
        _check_url(check.url, f'{field}.url')
    for name, low, high in (
        ('interval_s', 1, 86_400),
        ('retry_interval_s', 1, 86_400),
        ('timeout_s', 0.1, 60),
        ('max_attempts', 1, 20),
    ):
        value = getattr(check, name)
        if not low <= value <= high:
            raise Invalid(f'must be between {low:g} and {high:g}', field=f'{field}.{name}')
    if not 100 <= check.expect_status <= 599:
        raise Invalid('is an HTTP status from 100 to 599', field=f'{field}.expect_status')
    return check if check.id in known else replace(check, id=new_id())


def _check_url(url: str | None, field: str) -> None:
    text = clean_line(url or '', field, most=2000)
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - it is read only now, and may be no port
    except ValueError:
        raise Invalid('write a whole address such as https://10.0.0.1/status', field=field) from None
    if parts.scheme not in ('http', 'https') or not parts.hostname:
        raise Invalid('write a whole address such as https://10.0.0.1/status', field=field)
    if parts.username is not None or parts.password is not None:
        raise Invalid('credentials do not belong into the address', field=field)
