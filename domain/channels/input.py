"""What is typed or sent of a channel, checked field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from domain.channels.kinds import KINDS
from domain.channels.kinds.kind import ChannelKind
from domain.common.errors import Invalid
from domain.common.severity import RANK, Severity
from domain.common.text import clean_line
from domain.common.web_addresses import Refusing

MOST_PER_MINUTE = 600
MOST_NEXT_AFTER_MIN = 1440
"""A message is tried for a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChannel:
    """A channel to be set up, or as it shall be from now on. A secret that is left out of ``settings`` stays as it is."""

    name: str
    kind: str
    settings: Mapping[str, str] = field(default_factory=dict)
    least_severity: Severity = Severity.WARNING
    per_minute: int = 60
    enabled: bool = True
    next_channel: str = ''
    next_after_min: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedChannel:
    """The same, cleaned: what may be read again apart from the secrets that were said."""

    name: str
    kind: ChannelKind
    settings: Mapping[str, str]
    secrets: Mapping[str, str]


def checked_channel(new: NewChannel, known: frozenset[str], refused: Refusing) -> CheckedChannel:
    """Raises ``Invalid`` naming the field. ``known`` are the secrets that are there already; ``refused`` says why nothing may be sent
    to a host, with nothing for one to which it may."""
    kind = KINDS.get(new.kind)
    if kind is None:
        raise Invalid(f'is one of {", ".join(KINDS)}', field='kind')
    name = clean_line(new.name, 'name')
    if RANK[new.least_severity] > RANK[Severity.INDETERMINATE]:
        raise Invalid('must be a severity that an alert can have', field='least_severity')
    if not 1 <= new.per_minute <= MOST_PER_MINUTE:
        raise Invalid(f'must be 1 to {MOST_PER_MINUTE}', field='per_minute')
    if not 1 <= new.next_after_min <= MOST_NEXT_AFTER_MIN:
        raise Invalid(f'must be 1 to {MOST_NEXT_AFTER_MIN} minutes', field='next_after_min')
    if unknown := new.settings.keys() - {one.name for one in kind.fields if not one.is_made}:
        raise Invalid(f'{kind.label} has no such setting', field=f'settings.{min(unknown)[:64]}')
    settings: dict[str, str] = {}
    secrets: dict[str, str] = {}
    for one in kind.fields:
        if one.is_made:
            continue
        place = f'settings.{one.name}'
        value = new.settings.get(one.name, '')
        if not isinstance(value, str):
            raise Invalid('must be text', field=place)
        if one.secret and not value and (one.name in known or one.is_optional):
            continue
        value = one.checked(value, place)
        host = urlsplit(value).hostname if one.is_url else value if one.is_host else ''
        if host and (because := refused(host, one.act)):
            raise Invalid(because, field=place)
        if value:
            (secrets if one.secret else settings)[one.name] = value
    if kind.differ is not None and len({settings.get(one) for one in kind.differ}) == 1:
        first = next(one for one in kind.fields if one.name == kind.differ[0])
        raise Invalid(f'must differ from {first.label.lower()}', field=f'settings.{kind.differ[1]}')
    return CheckedChannel(name=name, kind=kind, settings=settings, secrets=secrets)
