"""What goes back: JSON, entity tags, pages of lists."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from fastapi import Request
from starlette.responses import Response

from domain.common.errors import Invalid, Stale
from domain.devices.listing.query import MOST
from ui.api.http.bodies import convert
from ui.api.http.conditional import version_in
from ui.api.http.problems import HttpRefusal

T = TypeVar('T')
Row = TypeVar('Row')
SortKey = Callable[[Row], tuple[str | float, str]]
"""What a row is sorted by; it ends in the id."""


def answer(body: object, status: int = 200, *, version: int | None = None, location: str | None = None) -> Response:
    """``body`` as JSON; ``version`` goes out as entity tag."""
    headers = {'cache-control': 'no-store'}
    if version is not None:
        headers['etag'] = f'"{version}"'
    if location is not None:
        headers['location'] = location
    return Response(msgspec.json.encode(body), status, headers, media_type='application/json')


def page(items: Sequence[object], following: str | None, total: int | None) -> Response:
    """A page of a list; ``total`` counts all that fit the filters, ``None`` where that would take a walk through history."""
    return answer({'items': items, 'next': following, 'total': total})


def expected_version(request: Request, newest: int) -> int:
    """The version that If-Match names (RFC 9110, 13.1.1); ``*`` is the newest.

    Raises a 428 without the header and ``Stale`` when it names none that is current.
    """
    header = ','.join(request.headers.getlist('if-match'))
    if not header.strip():
        raise HttpRefusal(
            HTTPStatus.PRECONDITION_REQUIRED,
            'send If-Match with the ETag you read, so that no other change is overwritten',
        )
    tags = {version_in(tag) for tag in header.split(',')}
    if '*' in tags or str(newest) in tags:
        return newest
    raise Stale(f'it has changed since you read it: it is at version {newest}')


def maybe_version(request: Request, newest: int) -> int:
    """The same for an action that may be asked for without having read: without the header it is the newest."""
    return expected_version(request, newest) if 'if-match' in request.headers else newest


def patched(patch: dict[str, Any], current: msgspec.Struct, kind: type[T]) -> T:
    """``current`` with a JSON merge patch (RFC 7396), as the ``kind`` a service takes.

    What ``kind`` does not have cannot be changed. A document that was read can be sent back: it is known by its ``version``, and what
    moves by itself in it (presence, counts) may have moved since.
    """
    shown = msgspec.json.decode(msgspec.json.encode(current))
    editable = kind.__annotations__
    was_read = patch.get('version') == shown['version']
    for name, value in patch.items():
        if name not in shown:
            raise Invalid('there is no such field', field=name[:80])
        if name not in editable and value != shown[name] and not (was_read and name not in _FIXED):
            raise Invalid('cannot be changed here', field=name)
    wanted = {name: value for name, value in patch.items() if name in editable}
    merged = _merged({name: value for name, value in shown.items() if name in editable}, wanted)
    return convert(merged, kind)


def sorted_by(
    sort: str, keys: Mapping[str, SortKey[Row]], rows: Iterable[Row], *, cursor: str | None, limit: int
) -> tuple[list[Row], str | None, int]:
    """One page of rows that are few enough to sort, by the name of one of the ``keys``, descending with a minus before it."""
    key = keys.get(sort.removeprefix('-'))
    if key is None:
        raise Invalid(f'sort by one of {", ".join(keys)}', field='sort')
    return sorted_page(rows, key, descending=sort.startswith('-'), cursor=cursor, limit=checked_limit(limit))


def sorted_page(
    rows: Iterable[Row],
    key: SortKey[Row],
    *,
    descending: bool,
    cursor: str | None,
    limit: int,
) -> tuple[list[Row], str | None, int]:
    """One page of rows that are few enough to sort: the rows, the next cursor, how many there are."""
    ordered = sorted(rows, key=key, reverse=descending)
    total = len(ordered)
    if cursor is not None:
        after = _read_cursor(cursor)
        try:
            ordered = [row for row in ordered if (key(row) < after if descending else key(row) > after)]
        except TypeError:  # made for another sort order
            raise _foreign_cursor() from None
    found = ordered[:limit]
    return found, _write_cursor(key(found[-1])) if len(ordered) > limit else None, total


def checked_limit(limit: int) -> int:
    """The size of a page."""
    if not 1 <= limit <= MOST:
        raise Invalid(f'a page has 1 to {MOST} items', field='limit')
    return limit


def _merged(target: object, patch: object) -> Any:
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merged(result.get(name), value)
    return result


def _write_cursor(key: tuple[str | float, str]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip('=')


def _read_cursor(cursor: str) -> tuple[str | float, str]:
    try:
        return _CURSOR.decode(base64.urlsafe_b64decode(cursor + '=' * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise _foreign_cursor() from None


def _foreign_cursor() -> Invalid:
    return Invalid('this cursor is not one of ours; leave it out to begin again', field='cursor')


_CURSOR = msgspec.json.Decoder(tuple[str | float, str])
_FIXED = frozenset({'id', 'created_at', 'version'})
"""What never moves by itself, so that another value is a mistake also in a document that was read."""
