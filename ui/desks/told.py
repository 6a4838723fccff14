"""What a page is told of its reader's desk."""

from collections.abc import MutableMapping
from typing import Any

from domain.access.permissions import Permission
from domain.accounts.model import Person
from domain.desks.model import LISTS, Desk, View
from domain.desks.service import views_of
from domain.fleet.fleets import Fleets

_KEY = 'cellwarden.desk'


def told(fleets: Fleets, person: Person) -> dict[str, Any]:
    """What a page of the person is told; ``set`` says whether the person has set anything here yet."""
    found = fleets.of(person.enterprise).find(Desk, person.id)
    desk = found or Desk(id=person.id, enterprise=person.enterprise)
    return {
        'set': found is not None,
        'theme': desk.theme,
        'density': desk.density,
        'zone': desk.zone,
        'locale': desk.locale,
        'hours': desk.hours,
        'columns': {name: list(columns) for name, columns in desk.columns.items()},
        'landing': desk.landing,
        'loud': desk.loud,
        'sound': desk.sound,
        'lists': list(LISTS),
        'views': [_view(view, person) for view in views_of(fleets, person)],
    }


def keep_told(scope: MutableMapping[str, Any], desk: dict[str, Any]) -> None:
    """Keep what the page of a request is told, for what else is drawn in it."""
    scope[_KEY] = desk


def told_to(scope: MutableMapping[str, Any]) -> dict[str, Any]:
    """What the page of a request is told; nothing where it has no reader."""
    found: dict[str, Any] = scope.get(_KEY, {})
    return found


def _view(view: View, person: Person) -> dict[str, Any]:
    mine = view.owner == person.id
    return {
        'id': view.id, 'name': view.name, 'list': view.list, 'href': view.href, 'columns': list(view.columns), 'shared': view.shared,
        'mine': mine, 'removable': mine or person.actor().may(Permission.PEOPLE_WRITE),
    }  # fmt: skip
