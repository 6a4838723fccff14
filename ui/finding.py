"""What is asked of past incidents, as it stands in the address of their page and of their file."""

from collections.abc import Mapping
from datetime import UTC, datetime

from domain.common.errors import Invalid
from domain.incidents.search import IncidentQuery

FIELDS = ('q', 'tower', 'cause', 'label', 'since', 'until')
DAY_S = 86_400.0
MOST = 200


def incident_query(asked: Mapping[str, str]) -> IncidentQuery:
    """The query; raises ``Invalid`` naming the field."""
    said = {name: asked.get(name, '').strip()[:MOST] for name in FIELDS}
    key, found, value = said['label'].partition('=')
    if said['label'] and not (found and key and value):
        raise Invalid('write a label as key=value, such as site=port', field='label')
    until = _day(said['until'], 'until')
    return IncidentQuery(
        text=said['q'],
        tower=said['tower'],
        cause=said['cause'],
        label=(key, value) if said['label'] else None,
        since=_day(said['since'], 'since'),
        until=until + DAY_S if until is not None else None,  # with that day
    )


def _day(words: str, field: str) -> float | None:
    """The beginning of a day in UTC."""
    if not words:
        return None
    try:
        return datetime.strptime(words, '%Y-%m-%d').replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError) as error:
        raise Invalid('write a day such as 2026-11-22', field=field) from error
