"""What every edit has in common: none overwrites what its author has not seen, and the journal says what changed."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Protocol, runtime_checkable

from domain.common.errors import Stale


@runtime_checkable
class _Flat(Protocol):
    """What is stored and sent in another form than its fields'."""

    def flat(self) -> Mapping[str, object]: ...


def check_version(newest: int, shown: int) -> None:
    """Raise ``Stale`` unless the editor saw the newest version."""
    if newest != shown:
        raise Stale(f'it has changed since you read it: it is at version {newest}, you edited version {shown}')


def differences(before: object | None, after: object, names: tuple[str, ...]) -> dict[str, object]:
    """What an edit changed, as name: [before, after], for the journal. Before something is made, all of it is ``None``;
    what then stays empty is left out."""
    if before is None:
        return {name: [None, _shown(value)] for name in names if (value := getattr(after, name))}
    return {
        name: [_shown(getattr(before, name)), _shown(getattr(after, name))]
        for name in names
        if getattr(before, name) != getattr(after, name)
    }


def _shown(value: Any) -> object:
    """A value as the journal's document holds it: plain, and readable without our classes."""
    if isinstance(value, Mapping):
        return {str(key): _shown(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_shown(one) for one in value]
    if isinstance(value, _Flat):
        return _shown(value.flat())
    if is_dataclass(value):
        parts = ((spec.name, getattr(value, spec.name)) for spec in fields(value))
        return {name: _shown(one) for name, one in parts if one is not None}
    if isinstance(value, str):
        return str(value)
    return value if isinstance(value, int | float | None) else str(value)
