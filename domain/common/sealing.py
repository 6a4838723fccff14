"""What has to be read again but must not lie open in the store: sealed with a key that is kept apart from it."""

from typing import Protocol


class Seal(Protocol):
    """Encrypts and authenticates: what :meth:`open` gives was sealed here and nowhere else."""

    def seal(self, text: str) -> str:
        """The sealed text, printable."""

    def open(self, sealed: str, *, within_s: int | None = None) -> str | None:
        """The text; ``None`` when it was not sealed with this key, or longer ago than ``within_s`` seconds."""
