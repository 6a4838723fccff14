"""A check as a person types it."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from domain.checks.model import TIMING, Check
from domain.common.errors import Invalid
from domain.common.ids import new_id
from domain.common.web_addresses import POLLED, Refusing


def check_targets(checks: Iterable[Check], known: Collection[Check], refused: Refusing) -> None:
    """Refuse a check whose host may not be polled; ``refused`` says why, with nothing for one that may."""
    for index, check in enumerate(checks):
        if check in known:
            continue  # what was let in once must not stand in the way of a maintenance
        if because := refused(check.target.host, POLLED):
            raise Invalid(because, field=f'checks.{index}.{check.kind.place}')


def checked(check: Check, field: str, known: set[str]) -> Check:
    """The check as it is kept, with an id of ours unless it is one of the ``known``; raises ``Invalid`` by its place below ``field``."""
    target = check.target.checked(field)
    for timing in TIMING:
        timing.check(getattr(check, timing.name), field)
    return replace(check, target=target, id=check.id if check.id in known else new_id())
