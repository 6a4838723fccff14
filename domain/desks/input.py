"""What a person sets on their desk, checked field by field."""

import re
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl

from domain.common.errors import Invalid
from domain.common.text import clean_line
from domain.desks.model import BROWSER, LISTS, Columns

MOST_COLUMNS = 60
MOST_QUERY = 2000
MOST_VIEWS = 100
"""Of one person."""
_FIELD = re.compile(r'[A-Za-z0-9_.]{1,64}')
_TAG = re.compile(r'[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?')
"""Language, script, region (BCP 47): what decides how numbers and dates are written."""
_NO_PLACES = frozenset({'Factory', 'localtime', 'posixrules'})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewView:
    """A view to be kept. ``query`` is what follows the question mark of its address."""

    name: str
    list: str
    query: str = ''
    columns: Columns = ()
    shared: bool = False


def checked_view(new: NewView) -> NewView:
    """The view with its name cleaned; raises ``Invalid`` naming the field."""
    pairs = [(key, value) for key, value in parse_qsl(new.query[: MOST_QUERY + 1]) if key not in ('view', 'page')]
    if len(new.query) > MOST_QUERY or not new.query.isascii():
        raise Invalid(f'must be the query of an address, of at most {MOST_QUERY} characters', field='query')
    if any(not (key + value).isprintable() for key, value in pairs):
        raise Invalid('must not contain control characters', field='query')
    query = '&'.join(part for part in new.query.split('&') if part.partition('=')[0] not in ('view', 'page', ''))
    return NewView(
        name=clean_line(new.name, 'name'),
        list=checked_list(new.list),
        query=query,
        columns=checked_columns(new.columns),
        shared=new.shared,
    )


def checked_list(name: str) -> str:
    """A list whose views are kept."""
    if name not in LISTS:
        raise Invalid(f'must be one of {", ".join(LISTS)}', field='list')
    return name


def checked_columns(columns: Sequence[str]) -> Columns:
    """Fields in order, each once. One that a release does not have any more is left out by the list, not refused here."""
    if len(columns) > MOST_COLUMNS or any(not _FIELD.fullmatch(column) for column in columns):
        raise Invalid(f'must be at most {MOST_COLUMNS} names of fields', field='columns')
    return tuple(dict.fromkeys(columns))


def checked_layout(columns: Mapping[str, Sequence[str]]) -> Mapping[str, Columns]:
    """Columns by list; a list without any goes back to its own."""
    return {checked_list(name): checked for name, found in columns.items() if (checked := checked_columns(found))}


def checked_zone(name: str) -> str:
    """:data:`BROWSER`, or a zone of the IANA time zone database by its name."""
    if name != BROWSER and name not in zones():
        raise Invalid(f'must be {BROWSER}, UTC or a time zone such as Europe/Amsterdam', field='zone')
    return name


@cache
def zones() -> frozenset[str]:
    """The zones that this machine knows."""
    return frozenset(zoneinfo.available_timezones() - _NO_PLACES | {'UTC'})


def checked_locale(tag: str) -> str:
    """A language tag (BCP 47) of language, script and region, or nothing."""
    if tag and not _TAG.fullmatch(tag):
        raise Invalid('must be a language tag such as en-GB, de-DE or ar-EG', field='locale')
    return tag
