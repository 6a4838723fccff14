"""Days and moments as people write them into filters."""

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
