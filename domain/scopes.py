"""What part of an enterprise a role may be narrowed to."""

from collections.abc import Sequence

from domain.access import EVERYWHERE, Role, Scope
from domain.errors import Invalid
from domain.text import clean_labels, clean_line

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
