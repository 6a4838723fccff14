"""Days and moments as people write them into filters."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from domain.common.errors import Invalid

_DAY = re.compile(r'[0-9]{4}-[0-9]{2}-[0-9]{2}')


def moment(text: str, field: str, *, ends: bool = False) -> float | None:
    """A day or a moment, in UTC where it names no zone, in epoch seconds; ``None`` for none. Raises ``Invalid``.

    A day is whole: where a span ``ends`` with it, that is the first moment of the next day.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        if ends and _DAY.fullmatch(text):
            found += timedelta(days=1)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise Invalid('write a day or a moment, as in 2026-11-25 or 2026-11-25T14:00', field=field) from None


def span(params: Mapping[str, str]) -> tuple[float | None, float | None]:
    """The moments ``since`` and ``until``. Raises ``Invalid``, also for a span that is over before it begins: nothing is ever in it."""
    since, until = moment(params.get('since', ''), 'since'), moment(params.get('until', ''), 'until', ends=True)
    if since is not None and until is not None and since > until:
        raise Invalid('the span ends before it begins', field='until')
    return since, until
