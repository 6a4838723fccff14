"""Notes on a device or tower, in JSON."""

from msgspec import Struct

from domain.common import notes
from ui.api.http.fields import Time, time_text
from ui.api.http.schema import Schema


class Note(Struct, kw_only=True, frozen=True):
    """What a person or program wrote on a device or tower."""

    at: Time
    by: str
    text: str


NOTES = [{'at': '2026-11-22T08:12:00.000Z', 'by': 'Bo', 'text': 'the key is at the gate'}]
"""As the examples of all schemas have them."""


def notes_of(kept: notes.Notes) -> tuple[Note, ...]:
    """The oldest first."""
    return tuple(Note(at=time_text(one.at), by=one.by, text=one.text) for one in kept)


class NewNote(Struct, frozen=True):
    """What a person or program has to write on it."""

    text: str


NEW_NOTE = Schema(NewNote, {'text': 'the key is at the gate'})
