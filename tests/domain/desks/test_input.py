"""What may be set on a desk."""

import pytest

from domain.common.errors import Invalid
from domain.desks.input import (
    MOST_COLUMNS,
    MOST_QUERY,
    NewView,
    checked_columns,
    checked_layout,
    checked_locale,
    checked_view,
    checked_zone,
)


@pytest.mark.parametrize('zone', ['browser', 'UTC', 'Europe/Amsterdam', 'Asia/Kathmandu'])
def test_zones_are_those_of_the_time_zone_database(zone: str) -> None:
    assert checked_zone(zone) == zone


@pytest.mark.parametrize(
    'zone', ['', 'Amsterdam', '../etc/passwd', 'europe/amsterdam ', '+02:00', 'localtime', 'Factory']
)
def test_what_is_no_zone_is_refused_at_its_field(zone: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_zone(zone)
    assert refusal.value.field == 'zone'


def test_locales_are_language_tags() -> None:
    for tag in ('', 'en', 'en-GB', 'zh-Hant-TW', 'es-419'):
        assert checked_locale(tag) == tag
    for tag in ('english', 'en_GB', 'en-GB-x-', '<b>', 'e', 'en-US-US', 'en-12'):
        with pytest.raises(Invalid):
            checked_locale(tag)


def test_columns_stand_once_and_are_names() -> None:
    assert checked_columns(['name', 'rat', 'name']) == ('name', 'rat')
    assert checked_layout({'devices': ['name'], 'towers': []}) == {'devices': ('name',)}
    for wrong in (['<b>'], [''], ['x'] * (MOST_COLUMNS + 1)):
        with pytest.raises(Invalid):
            checked_columns(wrong)
    with pytest.raises(Invalid):
        checked_layout({'secrets': ['name']})


def test_a_view_keeps_the_filters_of_an_address_and_neither_its_page_nor_another_view() -> None:
    query = 'view=W1&q=port%201&compliance=violating,unknown&page=3&sort=-rsrp'
    view = checked_view(NewView(name='  Port 1 ', list='devices', query=query))
    assert (view.name, view.query) == ('Port 1', 'q=port%201&compliance=violating,unknown&sort=-rsrp')


@pytest.mark.parametrize(
    ('new', 'field'),
    [
        (NewView(name='', list='devices'), 'name'),
        (NewView(name='a\u202eb', list='devices'), 'name'),
        (NewView(name='a', list='sessions'), 'list'),
        (NewView(name='a', list='devices', query='q=' + 'x' * MOST_QUERY), 'query'),
        (NewView(name='a', list='devices', query='q=%00'), 'query'),
        (NewView(name='a', list='devices', query='q=é'), 'query'),
        (NewView(name='a', list='devices', columns=('a b',)), 'columns'),
    ],
)
def test_what_is_wrong_with_a_view_is_said_at_its_field(new: NewView, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_view(new)
    assert refusal.value.field == field
