"""The field in which a grace is typed."""

from domain.common.errors import Invalid
from domain.policies.input import checked_grace
from ui.durations import seconds


def grace(text: str) -> int:
    """Seconds of a grace as it is typed. Raises ``Invalid``."""
    found = seconds(text)
    if found is None:
        raise Invalid('write 0, 45 s, 10 min, 2 h or 1 d', field='grace_s')
    checked_grace(found)
    return found
