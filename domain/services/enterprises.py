"""Enterprises: founded by an operator or an installation owner."""

from domain.access import Actor
from domain.draft import Draft
from domain.enterprises import Enterprise
from domain.errors import Conflict, NotFound
from domain.ids import new_id
from domain.journal import EnterpriseAdded, Subject
from domain.road import Road
from domain.text import clean_line


class EnterpriseService:
    """The owners of everything else."""

    def __init__(self, *, road: Road) -> None:
        self._road = road

    async def add(self, name: str, *, actor: Actor | None = None) -> Enterprise:
        """A new enterprise; its name is its own."""
        name = clean_line(name, 'name', most=80)

        def decide(draft: Draft) -> Enterprise:
            known = [fleet.enterprise for fleet in self._road.fleets]
            known += draft.changes.rows.get(Enterprise, {}).values()
            if any(other.name.casefold() == name.casefold() for other in known):
                raise Conflict(f'there is an enterprise named {name}', field='name')
            enterprise = Enterprise(id=new_id(), name=name, created_at=draft.now)
            draft.put(enterprise)
            subject = Subject('enterprise', enterprise.id, name)
            draft.note(EnterpriseAdded(at=draft.now, enterprise=enterprise.id, subject=subject))
            return enterprise

        return await self._road.travel(decide, actor=actor)

    def named(self, name_or_id: str) -> Enterprise:
        """The enterprise of that name or id, or ``NotFound``."""
        for fleet in self._road.fleets:
            if name_or_id in (fleet.enterprise.id, fleet.enterprise.name):
                return fleet.enterprise
        raise NotFound(f'there is no enterprise {name_or_id[:80]!r}')
