"""A person's own desk: set and read by themselves alone. Views may be shared; what is set on a desk is told to no one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import Permission
from domain.accounts.model import Person
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.common.ids import new_id
from domain.common.text import natural
from domain.desks.input import MOST_VIEWS, NewView, checked_layout, checked_locale, checked_view, checked_zone
from domain.desks.model import Density, Desk, HourCycle, Loud, Theme, View
from domain.fleet.fleets import Fleets

Word = TypeVar('Word', bound=StrEnum)


class DeskService:
    """Every call names the person who asks. No permission is needed for what is one's own."""

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor

    async def change(self, actor: Actor, wanted: Mapping[str, Any]) -> Desk:
        """Set what ``wanted`` names and leave the rest: ``theme``, ``density``, ``zone``, ``locale``, ``hours``, ``landing``, ``loud``,
        ``sound``, ``columns`` (of the lists that it names). Raises ``Invalid`` naming the field."""
        _check_person(actor)
        known = {name: read(wanted[name], name) for name, read in _READ.items() if name in wanted}
        if unknown := wanted.keys() - known.keys():
            raise Invalid('there is no such setting', field=min(unknown)[:80])

        def decide(tx: Transaction) -> Desk:
            desk = tx.find(Desk, actor.enterprise, actor.id) or Desk(id=actor.id, enterprise=actor.enterprise)
            found = dict(known)
            if 'columns' in found:
                columns = {**desk.columns, **wanted['columns'], **found['columns']}
                found['columns'] = {name: chosen for name, chosen in columns.items() if chosen}
            if found.get('landing'):
                _visible(tx, actor, found['landing'])
            changed = replace(desk, **found)
            if changed != desk:
                tx.put(changed)
            return changed

        return await self._transactor.transact(decide, actor=actor)

    async def save(self, actor: Actor, new: NewView) -> View:
        """Keep a view; one of the same list and name of the same person is replaced. Raises ``Invalid`` naming the field."""
        _check_person(actor)
        checked = checked_view(new)
        if checked.shared and actor.scope:
            raise NotAllowed('a role that is narrowed to a part of the enterprise keeps views for itself')

        def decide(tx: Transaction) -> View:
            mine = [view for view in tx.all(View, actor.enterprise) if view.owner == actor.id and view.ended_at is None]
            same = next((view for view in mine if (view.list, view.name) == (checked.list, checked.name)), None)
            if same is None and len(mine) >= MOST_VIEWS:
                raise Conflict(f'you keep {MOST_VIEWS} views; take one away first')
            view = View(
                id=same.id if same else new_id(),
                enterprise=actor.enterprise,
                owner=actor.id,
                name=checked.name,
                list=checked.list,
                query=checked.query,
                created_at=same.created_at if same else tx.now,
                columns=checked.columns,
                shared=checked.shared,
            )
            tx.put(view)
            return view

        return await self._transactor.transact(decide, actor=actor)

    async def remove(self, actor: Actor, view_id: str) -> None:
        """Take a view away: one's own, or a shared one with the permission over people. Raises ``NotFound``."""
        _check_person(actor)

        def decide(tx: Transaction) -> None:
            view = _visible(tx, actor, view_id)
            if view.owner != actor.id:
                actor.require(Permission.PEOPLE_WRITE)
            tx.put(replace(view, ended_at=tx.now))

        await self._transactor.transact(decide, actor=actor)


def desk_of(fleets: Fleets, person: Person) -> Desk:
    """What the person has set here, or what everybody begins with."""
    found = fleets.of(person.enterprise).find(Desk, person.id)
    return found or Desk(id=person.id, enterprise=person.enterprise)


def views_of(fleets: Fleets, person: Person) -> Sequence[View]:
    """The views that the person may open, by name. Names and filters of others may tell of what a narrowed role does not see."""
    views = fleets.of(person.enterprise)[View].values()
    seen = [view for view in views if view.owner == person.id or (view.shared and not person.scope)]
    return sorted(seen, key=lambda view: (natural(view.name), view.id))


def landing_of(fleets: Fleets, person: Person) -> View | None:
    """The view that the person begins with, while it is there."""
    wanted = desk_of(fleets, person).landing
    return next((view for view in views_of(fleets, person) if view.id == wanted), None)


def clear_desk(tx: Transaction, person: Person) -> None:
    """Inside the decision by which a person leaves: views that nobody else sees end with them."""
    for view in list(tx.all(View, person.enterprise)):
        if view.owner == person.id and not view.shared and view.ended_at is None:
            tx.put(replace(view, ended_at=tx.now))


def _check_person(actor: Actor) -> None:
    if actor.kind is not ActorKind.PERSON:
        raise NotAllowed('a program has no desk')


def _visible(tx: Transaction, actor: Actor, view_id: str) -> View:
    view = tx.find(View, actor.enterprise, view_id)
    if view is None or view.ended_at is not None or not (view.owner == actor.id or (view.shared and not actor.scope)):
        raise NotFound('there is no such view', field='view')
    return view


def _word(kind: type[Word], value: object, field: str) -> Word:
    try:
        return kind(str(value))
    except ValueError:
        raise Invalid(f'must be one of {", ".join(kind)}', field=field) from None


def _text(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise Invalid('must be text', field=field)
    return value


def _flag(value: object, field: str) -> bool:
    if not isinstance(value, bool):
        raise Invalid('must be true or false', field=field)
    return value


def _layout(value: object, field: str) -> Mapping[str, Any]:
    fits = isinstance(value, Mapping) and all(
        isinstance(columns, list | tuple) and all(isinstance(column, str) for column in columns)
        for columns in value.values()
    )
    if not isinstance(value, Mapping) or not fits:
        raise Invalid('must be lists of fields by list', field=field)
    return checked_layout(value)


_READ: Mapping[str, Any] = {
    'theme': lambda value, field: _word(Theme, value, field),
    'density': lambda value, field: _word(Density, value, field),
    'hours': lambda value, field: _word(HourCycle, value, field),
    'zone': lambda value, field: checked_zone(_text(value, field)),
    'locale': lambda value, field: checked_locale(_text(value, field)),
    'landing': lambda value, field: _text(value, field)[:64],
    'columns': _layout,
    'loud': lambda value, field: _word(Loud, value, field),
    'sound': lambda value, field: _flag(value, field),
}
