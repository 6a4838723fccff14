"""A note on something that people watch: kept with it, told by the journal."""

from collections.abc import Callable
from dataclasses import Field, replace
from typing import Any, ClassVar, Protocol, TypeVar

from domain.access.actors import Actor
from domain.changes.transaction import Told, Transaction
from domain.changes.transactor import Transactor
from domain.common.notes import Note, Notes, checked_note, is_there, with_note
from domain.journal.model import Entry


class Watched(Told, Protocol):
    """A row that keeps notes."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def notes(self) -> Notes: ...


Row = TypeVar('Row', bound=Watched)


async def write_note(
    transactor: Transactor,
    actor: Actor,
    find: Callable[[Transaction], Row],
    entry: Callable[..., Entry],
    text: str,
    *,
    key: str = '',
) -> Row:
    """Write a note on the row that ``find`` gives, and an ``entry`` of it. It is no edit: the version stays.

    The same ``key`` of one actor writes it once. Raises ``Invalid`` for an empty or too long ``text``.
    """
    text, mark = checked_note(text), f'{actor.id}/{key}' if key else ''

    def decide(tx: Transaction) -> Row:
        row = find(tx)
        if is_there(row.notes, mark):
            return row
        noted = replace(row, notes=with_note(row.notes, Note(at=tx.now, by=actor.name, text=text, key=mark)))
        tx.put(noted)
        tx.note(entry(**tx.about(noted, actor.name), text=text))
        return noted

    return await transactor.transact(decide, actor=actor)
