"""Times of day as people type them, in a zone that is named. A time that the clocks skip there is refused, not guessed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.common.errors import Invalid

FORM = '%Y-%m-%d %H:%M'


def moment_of(said: str, zone: str, field: str, *, late: bool = False) -> float:
    """``2026-11-30 20:00`` as epoch seconds. Of a time that comes twice in autumn the first is meant, or with ``late`` the second.

    Raises ``Invalid`` naming the field for what cannot be read, and for a time that there is not.
    """
    try:
        local = datetime.strptime(said.strip().replace('T', ' '), FORM)  # noqa: DTZ007 - the zone stands beside it
    except ValueError as error:
        raise Invalid('write it as 2026-11-30 20:00', field=field) from error
    if not 2000 <= local.year <= 2200:
        raise Invalid('must be between 2000 and 2200', field=field)
    place = ZoneInfo(zone)
    at = local.replace(tzinfo=place, fold=int(late)).timestamp()
    if datetime.fromtimestamp(at, place).replace(tzinfo=None, fold=0) == local:
        return at
    before, after = (local.replace(tzinfo=place, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    skipped = abs(after - before)
    first = _first_after(local, place)
    raise Invalid(
        f'{local:%H:%M} is skipped on {local:%Y-%m-%d} in {zone}: clocks go forward by {_minutes(skipped)} then; '
        f'the next time there is is {first:%H:%M}',
        field=field,
    )


def written_in(at: float, zone: str) -> str:
    """The other way round."""
    return f'{datetime.fromtimestamp(at, ZoneInfo(zone)):{FORM}}'


def _first_after(local: datetime, place: ZoneInfo) -> datetime:
    """The first minute after one that is skipped which there is."""
    while True:
        local += timedelta(minutes=1)
        known = local.replace(tzinfo=place).astimezone(UTC).astimezone(place)
        if known.replace(tzinfo=None, fold=0) == local:
            return local


def _minutes(length: timedelta) -> str:
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    return ' '.join(part for part in (f'{hours} h' if hours else '', f'{minutes} min' if minutes else '') if part)
