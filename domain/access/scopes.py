"""A role narrowed to labels and regions: what it is, and how one that a person types is checked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.access.permissions import Role
from domain.common.errors import Invalid
from domain.common.text import clean_labels, clean_line


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of an enterprise that a role is narrowed to; empty means all of it.

    ``labels`` names, for each key, the values a device may have (all keys must fit); ``regions`` names regions of towers. A device is
    inside by its labels, or by being served from one of the regions.
    """

    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    regions: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.labels or self.regions)

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for scopes that let the same in."""
        if not self:
            return ()
        labels = sorted((key, *sorted(set(values))) for key, values in self.labels.items())
        return (*labels, frozenset(self.regions))

    def fits(self, labels: Mapping[str, str]) -> bool:
        """True when a device with these labels is inside by them alone."""
        return bool(self.labels) and all(labels.get(key) in values for key, values in self.labels.items())

    def admits(self, labels: Mapping[str, str], region: str | None) -> bool:
        """True when a device with these labels, served from that region (``None`` from nowhere known), is inside."""
        return not self or self.fits(labels) or (region is not None and region in self.regions)

    def rules(self, region: str) -> bool:
        """True when towers of that region may be changed."""
        return not self or region in self.regions


EVERYWHERE = Scope()


def words(scope: Scope) -> str:
    """A scope as people read it: ``site=port-1 or region Delft only``; nothing for all of the enterprise."""
    labels = ' and '.join(f'{key}={" or ".join(values)}' for key, values in scope.labels.items())
    regions = f'region {" or ".join(scope.regions)}' if scope.regions else ''
    return f'{" or ".join(filter(None, (labels, regions)))} only' if scope else ''


def scope_of(labels: Iterable[str], regions: Iterable[str]) -> Scope:
    """The scope that people mean by labels written ``key=value``: any value of a key fits, of several keys all must. Raises ``Invalid``."""
    found: dict[str, list[str]] = {}
    for pair in labels:
        key, equals, value = (part.strip() for part in pair.partition('='))
        if not (key and equals and value):
            raise Invalid(f'“{pair[:60]}” is not a label; write key=value', field='scope')
        found.setdefault(key, []).append(value)
    return Scope({key: tuple(values) for key, values in found.items()}, tuple(regions))


MOST_VALUES = 32
"""Values of one label, and regions, that a scope may name."""


def checked_scope(role: Role, scope: Scope) -> Scope:
    """A scope that a role may be narrowed to, in order; raises ``Invalid``."""
    if not scope:
        return EVERYWHERE
    if role is Role.ADMIN:
        raise Invalid(
            'an administrator decides over the whole enterprise; for a part of it choose operator or security',
            field='scope',
        )
    labels = {}
    for key, values in scope.labels.items():
        labels[key] = _values([clean_labels({key: value}, 'scope')[key] for value in values])
    if len(labels) > MOST_VALUES:
        raise Invalid(f'a scope names at most {MOST_VALUES} labels', field='scope')
    regions = _values([clean_line(region, 'scope') for region in scope.regions])
    return Scope(dict(sorted(labels.items())), regions)


def _values(values: Sequence[str]) -> tuple[str, ...]:
    if len(values) > MOST_VALUES:
        raise Invalid(f'a scope names at most {MOST_VALUES} values of each kind', field='scope')
    return tuple(sorted(set(values)))
