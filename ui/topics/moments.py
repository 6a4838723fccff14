"""Days and moments as people write them into filters."""

from collections.abc import Mapping
from datetime import UTC, datetime

from domain.common.errors import Invalid


def moment(text: str, field: str) -> float | None:
    """A day or a moment, in UTC where it names no zone, in epoch seconds; ``None`` for none. Raises ``Invalid``."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise Invalid('write a day or a moment, as in 2026-11-25 or 2026-11-25T14:00', field=field) from None


def span(params: Mapping[str, str]) -> tuple[float | None, float | None]:
    """The moments ``since`` and ``until``. Raises ``Invalid``, also for a span that is over before it begins: nothing is ever in it."""
    since, until = moment(params.get('since', ''), 'since'), moment(params.get('until', ''), 'until')
    if since is not None and until is not None and since > until:
        raise Invalid('the span ends before it begins', field='until')
    return since, until
