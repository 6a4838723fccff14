"""Rows that each check-in makes anew."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as made_often
else:

    def made_often(**options: bool) -> Callable[[type], type]:
        """A dataclass that the type checker alone keeps frozen: at run time each field of a frozen one takes six times as long to be set,
        which was a tenth of what a check-in took to be decided."""
        return dataclass(**{**options, 'frozen': False, 'unsafe_hash': True})


__all__ = ['made_often']
