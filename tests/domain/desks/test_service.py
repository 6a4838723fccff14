"""A desk is one's own; a view may be shared, within the enterprise and with those who see all of it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.permissions import Role
from domain.access.scopes import Scope
from domain.accounts.model import Person
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.desks.input import MOST_VIEWS, NewView
from domain.desks.model import Density, Desk, Theme, View
from domain.desks.service import desk_of, landing_of, views_of
from tests.fakes import RunningApplication, running_application

PORT = NewView(name='Port 1', list='devices', query='q=port', columns=('name', 'rat'))


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


async def person(application: RunningApplication, name: str, role: Role = Role.VIEWER, enterprise: str = '') -> Person:
    where = enterprise or application.enterprise
    return await application.people.add(where, f'{name}@example.com', name, role, 'correct horse battery')


async def test_what_is_set_stays_set_beside_what_is_set_next(application: RunningApplication) -> None:
    ana = await person(application, 'ana')
    assert desk_of(application.fleets, ana) == Desk(id=ana.id, enterprise=ana.enterprise)
    await application.desks.change(application.as_(ana), {'theme': 'dark', 'zone': 'UTC'})
    await application.desks.change(
        application.as_(ana), {'density': 'compact', 'columns': {'devices': ['name', 'rat']}}
    )
    await application.desks.change(application.as_(ana), {'columns': {'towers': ['name']}})
    desk = desk_of(application.fleets, ana)
    assert (desk.theme, desk.density, desk.zone) == (Theme.DARK, Density.COMPACT, 'UTC')
    assert desk.columns == {'devices': ('name', 'rat'), 'towers': ('name',)}
    await application.desks.change(application.as_(ana), {'columns': {'devices': []}})
    assert desk_of(application.fleets, ana).columns == {'towers': ('name',)}


async def test_a_desk_survives_a_restart_and_is_nobody_elses(application: RunningApplication) -> None:
    ana, bo = await person(application, 'ana'), await person(application, 'bo')
    await application.desks.change(application.as_(ana), {'theme': 'dark'})
    assert application.store.rows[Desk][ana.id].theme == Theme.DARK
    assert desk_of(application.fleets, bo).theme == Theme.SYSTEM


@pytest.mark.parametrize(
    ('wanted', 'field'),
    [
        ({'theme': 'pink'}, 'theme'),
        ({'zone': 'Mars/Phobos'}, 'zone'),
        ({'zone': 7}, 'zone'),
        ({'colour': 'red'}, 'colour'),
        ({'loud': 'indeterminate'}, 'loud'),
        ({'sound': 'yes'}, 'sound'),
        ({'columns': ['name']}, 'columns'),
        ({'columns': {'devices': 'name'}}, 'columns'),
        ({'columns': {'nothing': ['name']}}, 'list'),
        ({'landing': 'W1'}, 'view'),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(
    application: RunningApplication, wanted: dict[str, object], field: str
) -> None:
    ana = await person(application, 'ana')
    with pytest.raises((Invalid, NotFound)) as refusal:
        await application.desks.change(application.as_(ana), wanted)
    assert refusal.value.field == field
    assert desk_of(application.fleets, ana) == Desk(id=ana.id, enterprise=ana.enterprise)


async def test_a_view_is_for_its_owner_until_it_is_shared(application: RunningApplication) -> None:
    ana, bo = await person(application, 'ana'), await person(application, 'bo')
    mine = await application.desks.save(application.as_(ana), PORT)
    assert (views_of(application.fleets, ana), views_of(application.fleets, bo)) == ([mine], [])
    shared = await application.desks.save(application.as_(ana), NewView(name='Port 1', list='devices', shared=True))
    assert shared.id == mine.id, 'the same name on the same list is the same view'
    assert views_of(application.fleets, bo) == [shared]


async def test_another_enterprise_and_a_narrowed_role_see_no_shared_view(application: RunningApplication) -> None:
    ana = await person(application, 'ana')
    other = await application.enterprises.add('Another company')
    eve = await person(application, 'eve', enterprise=other.id)
    part = await person(application, 'part')
    narrowed = replace(part, scope=Scope(labels={'site': ('port-1',)}))
    application.fleets.apply(narrowed)
    view = await application.desks.save(application.as_(ana), NewView(name='All', list='devices', shared=True))
    assert views_of(application.fleets, eve) == views_of(application.fleets, narrowed) == []
    for stranger in (eve, narrowed):
        with pytest.raises(NotFound):
            await application.desks.change(application.as_(stranger), {'landing': view.id})
        with pytest.raises(NotFound):
            await application.desks.remove(application.as_(stranger), view.id)
    with pytest.raises(NotAllowed):
        await application.desks.save(application.as_(narrowed), NewView(name='All', list='devices', shared=True))


async def test_a_view_is_taken_away_by_its_owner_or_by_who_decides_over_people(application: RunningApplication) -> None:
    ana, bo = await person(application, 'ana'), await person(application, 'bo')
    chief = await person(application, 'chief', Role.ADMIN)
    views = [
        await application.desks.save(application.as_(ana), NewView(name=name, list='devices', shared=True))
        for name in 'xy'
    ]
    with pytest.raises(NotAllowed):
        await application.desks.remove(application.as_(bo), views[0].id)
    await application.desks.remove(application.as_(ana), views[0].id)
    await application.desks.remove(application.as_(chief), views[1].id)
    assert views_of(application.fleets, ana) == []


async def test_the_view_to_begin_with_ends_with_the_view(application: RunningApplication) -> None:
    ana = await person(application, 'ana')
    view = await application.desks.save(application.as_(ana), PORT)
    await application.desks.change(application.as_(ana), {'landing': view.id})
    assert landing_of(application.fleets, ana) == view
    await application.desks.remove(application.as_(ana), view.id)
    assert landing_of(application.fleets, ana) is None


async def test_programs_have_no_desk_and_people_no_end_of_views(application: RunningApplication) -> None:
    with pytest.raises(NotAllowed):
        await application.desks.change(application.actor, {'theme': 'dark'})
    ana = await person(application, 'ana')
    for number in range(MOST_VIEWS):
        await application.desks.save(application.as_(ana), NewView(name=f'view {number}', list='devices'))
    with pytest.raises(Conflict):
        await application.desks.save(application.as_(ana), NewView(name='one more', list='devices'))


async def test_what_only_they_saw_goes_with_a_person_who_leaves(application: RunningApplication) -> None:
    ana, bo = await person(application, 'ana'), await person(application, 'bo')
    await application.desks.save(application.as_(ana), PORT)
    shared = await application.desks.save(application.as_(ana), NewView(name='All', list='devices', shared=True))
    await application.people.remove(application.actor, ana.id)
    assert views_of(application.fleets, bo) == [shared]
    assert [view for view in application.store.rows[View].values() if view.ended_at is None] == [shared]
