"""What many schemas write the same way: moments as RFC 3339 text, and the subjects of the journal."""

import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Header
from msgspec import Meta
from pydantic import AwareDatetime, BeforeValidator

from domain.common.errors import Invalid

Time = Annotated[str, Meta(extra_json_schema={'format': 'date-time'})]
DAY_S = 86_400
_NO_PLUS = re.compile(r'(?<=[0-9]) (?=[0-9]{2}:?[0-9]{2}$)')
"""In the query of an address a plus is a blank, unless it is written %2B."""
Key = Annotated[
    str | None,
    Header(
        alias='Idempotency-Key', min_length=1, max_length=100, description='What is sent again under it is done once'
    ),
]


def _with_plus(said: object) -> object:
    return _NO_PLUS.sub('+', said) if isinstance(said, str) else said


Moment = Annotated[AwareDatetime, BeforeValidator(_with_plus)]
"""A moment in the query of an address, which says where it was measured; or epoch seconds."""


def time_text(moment: float) -> str:
    """RFC 3339 in UTC with milliseconds: ``2026-11-22T08:00:00.125Z``."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec='milliseconds')[:-6] + 'Z'


def maybe_time(moment: float | None) -> str | None:
    """The same for a time that may not be known."""
    return None if moment is None else time_text(moment)


def read_subject(text: str) -> tuple[str, str]:
    """The kind and the id of ``device/01K…``."""
    kind, slash, id = text.partition('/')
    if not (kind and slash and id):
        raise Invalid('write a kind, a slash and an id', field='subject')
    return kind, id


def read_labels(pairs: tuple[str, ...]) -> dict[str, str]:
    """Labels of a query, each ``key=value``."""
    found: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition('=')
        if not equals:
            raise Invalid('write a label as key=value', field='label')
        found[key] = value
    return found
