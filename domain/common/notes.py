"""Notes that people write on a thing they watch; the newest stay with it, the journal has all of them."""

from dataclasses import dataclass

from domain.common.errors import Invalid
from domain.common.text import clean_text

MOST_NOTES = 20
"""Notes that a thing keeps, the newest."""
LONGEST = 1000
"""Characters of a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a person or program wrote, at ``at`` (epoch seconds). ``key`` tells who wrote it under which idempotency key, or is empty."""

    at: float
    by: str
    text: str
    key: str = ''


Notes = tuple[Note, ...]
"""The oldest first."""


def checked_note(text: str) -> str:
    """The text as it is kept; ``Invalid`` for an empty or too long one."""
    text = clean_text(text, 'text', most=LONGEST)
    if not text:
        raise Invalid('write something', field='text')
    return text


def is_there(notes: Notes, key: str) -> bool:
    """True for a note that was sent before under this key, which is not empty."""
    return bool(key) and any(one.key == key for one in notes)


def with_note(notes: Notes, note: Note) -> Notes:
    """The notes with one more; the oldest goes when there are more than :data:`MOST_NOTES`."""
    return (*notes, note)[-MOST_NOTES:]
