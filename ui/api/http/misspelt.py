"""Names of fields that there are not: most likely they are misspelt, so each refusal says which one may be meant."""

from difflib import get_close_matches
from functools import lru_cache

_MOST_REMEMBERED = 4096


@lru_cache(_MOST_REMEMBERED)  # who writes a name once writes it each time
def no_such_field(name: str, known: tuple[str, ...], above: str = '') -> str:
    """Why ``name`` cannot be taken, with the one of ``known`` that is nearest to it; ``above`` is the path of their object."""
    meant = get_close_matches(name, known, 1)
    return f'there is no such field; is {above}{meant[0]} meant?' if meant else 'there is no such field'
