"""What events are works on, by names and by rules."""

from typing import Any

import pytest

from domain.common.feeds import FeedEvent
from domain.maintenance.calendars.matching import PlaceNames, PlannedWorks, RuleWords, WorksState, works_of
from domain.maintenance.calendars.model import EventText, PlaceKind, WorksCalendar, WorksRule
from domain.towers.model import Tower
from tests.domain.towers.test_service import tower
from tests.fakes import RunningApplication, running_application

HOUR = 3600.0


def calendar(**more: Any) -> WorksCalendar:
    known = {'texts': (EventText.SUMMARY, EventText.LOCATION), 'by_name': (PlaceKind.TOWERS, PlaceKind.REGIONS)}
    parts: dict[str, Any] = {'host': 'x', 'sealed': 'x', 'zone': 'UTC', 'every_min': 15, **known, **more}
    return WorksCalendar(id='WC', enterprise='E', name='Carrier', created_at=0, changed_at=0, **parts)


def event(summary: str, location: str = '', **more: Any) -> FeedEvent:
    times = {'starts_at': 0.0, 'ends_at': HOUR, **more}
    return FeedEvent(uid=summary, key=summary, summary=summary, location=location, **times)


def found_in(application: RunningApplication, of: WorksCalendar, one: FeedEvent) -> PlannedWorks:
    return works_of(of, one, PlaceNames(application.fleet, of.by_name), RuleWords(of.rules))


@pytest.mark.parametrize(
    ('summary', 'location', 'found'),
    [
        ('Antennas at Botlek', '', ['Botlek']),
        ('antennas at BOTLEK-WEST.', '', ['Botlek-West']),
        ('Power (Pernis Noord)', '', ['Pernis Noord']),
        ('Fibre', 'Botlek, Pernis', ['Botlek', 'Pernis']),
        ('All of West', '', ['West']),
        ('Westward works', 'Botlekweg 4', []),
        ('Works of Carrier One', '', []),
    ],
)
async def test_names_are_found_as_whole_words_and_the_longest_counts(
    summary: str, location: str, found: list[str]
) -> None:
    async with running_application() as application:
        for name in ('Botlek', 'Botlek-West', 'Pernis', 'Pernis Noord'):
            await tower(application, name, region='West', operator='Carrier One')
        works = found_in(application, calendar(), event(summary, location))
        by_id = {row.id: row.name for row in application.fleet[Tower].values()}
        assert [*sorted(by_id[id] for id in works.towers), *works.regions, *works.operators] == found
        assert works.state is (WorksState.PLANNED if found else WorksState.UNMATCHED)


async def test_a_tower_counts_before_the_region_of_its_name() -> None:
    async with running_application() as application:
        mast = await tower(application, 'Pernis', region='Pernis')
        works = found_in(application, calendar(), event('Power in Pernis'))
        assert (works.towers, works.regions) == ((mast.id,), ())
        of = calendar(by_name=(PlaceKind.REGIONS,))
        assert found_in(application, of, event('Power in Pernis')).regions == ('Pernis',)


async def test_rules_name_what_has_another_name_elsewhere_and_what_is_of_others() -> None:
    async with running_application() as application:
        mast = await tower(application, 'Botlek')
        of = calendar(
            rules=(
                WorksRule(contains='RTM-0417', towers=(mast.id,), labels={'site': 'west'}),
                WorksRule(contains='core router', operators=('Carrier One',)),
                WorksRule(contains='rehearsal'),
            )
        )
        found = {
            one.summary: found_in(application, of, one)
            for one in map(event, ('Site rtm-0417', 'RTM-04170', 'New core router'))
        }
        assert found['Site rtm-0417'].towers == (mast.id,)
        assert found['Site rtm-0417'].labels == {'site': 'west'}
        assert found['RTM-04170'].state is WorksState.UNMATCHED
        assert found['New core router'].operators == ('Carrier One',)
        assert found_in(application, of, event('Rehearsal at Botlek')).state is WorksState.OTHERS


async def test_what_is_not_certain_too_long_or_left_out_has_no_window() -> None:
    async with running_application() as application:
        await tower(application, 'Botlek')
        of = calendar(left_out=('Botlek again',))
        assert found_in(application, of, event('Botlek', is_tentative=True)).state is WorksState.TENTATIVE
        assert found_in(application, of, event('Botlek', ends_at=32 * 24 * HOUR)).state is WorksState.UNUSABLE
        assert found_in(application, of, event('Botlek', ends_at=0.0)).state is WorksState.UNUSABLE
        assert found_in(application, of, event('Botlek again')).state is WorksState.LEFT_OUT
