"""What the journal of the installation tells of the server's own time."""

from dataclasses import dataclass
from typing import ClassVar

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeUnwatched(Entry):
    """The clock was set, or the server was away: the wall clock went from ``before`` to ``after`` (epoch seconds), ``unseen_s`` more than
    what was watched, negative when it was set back. The server was away for ``away_s`` at most, 0 when that is not known."""

    audited: ClassVar[bool] = True

    before: float
    after: float
    unseen_s: float
    away_s: float = 0.0
