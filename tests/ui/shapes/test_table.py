"""The window on a list without a script: its view is in the address, and its pages, order and filters are links to others."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ui.shapes.picture import Picture
from ui.shapes.table import TABLE, topic_of, written
from ui.shapes.values import Moment, zone_of

PROPS: dict[str, Any] = {
    'topic': 'things', 'linked': True, 'file': False, 'bare': False,
    'sort': 'name', 'size': 2, 'search': 'Search', 'noun': ['thing', 'things'],
    'columns': [{'field': 'name', 'label': 'Name', 'kind': 'strong', 'href': '/things/{id}', 'sort': 'name'},
                {'field': 'at', 'label': 'Seen', 'kind': 'age', 'sort': 'at'}],
    'filters': [{'field': 'state', 'label': 'State', 'options': (('a', 'A'), ('b', 'B')), 'value': '', 'extra': False}],
    'row-href': '/things/{id}', 'actions': [], 'bulk': [], 'framed': True, 'tall': False, 'heads': True,
    'empty': {'title': 'No things', 'text': '', 'command': '', 'href': '', 'label': ''},
}  # fmt: skip
ROWS = [{'id': '1', 'name': '<b>one', 'at': 10.0}, {'id': '2', 'name': 'two', 'at': 20.0}]


def drawn(asked: dict[str, str], state: dict[str, Any] | None, desk: dict[str, Any] | None = None) -> str:
    states = {} if state is None else {topic_of(PROPS, asked): state}
    picture = Picture(moment=Moment(30.0), states=states, path='/things', asked=asked, desk=desk or {})
    return TABLE.draw(PROPS, picture, '').inside


def links(html: str) -> dict[str, dict[str, list[str]]]:
    found = re.findall(r'<a[^>]* href="([^"]+)"[^>]*>(.*?)</a>', html)
    return {
        re.sub('<[^>]+>', '', text): parse_qs(urlsplit(href.replace('&amp;', '&')).query)
        for href, text in found
        if '?' in href
    }


def test_the_topic_is_that_of_the_address() -> None:
    assert topic_of(PROPS, {}) == 'things?sort=name&page=0&size=2'
    asked = {'page': '3', 'q': 'a b,c', 'state': 'a,b', 'sort': '-at', 'foreign': 'x'}
    assert topic_of(PROPS, asked) == 'things?sort=-at&page=2&size=2&q=a%20b,c&state=a,b'
    assert topic_of(PROPS, {'page': 'x'}) == topic_of(PROPS, {})
    assert topic_of({**PROPS, 'bare': True, 'topic': 'things?need=true'}, asked) == 'things?need=true'


def test_pages_order_and_filters_are_links_that_keep_the_rest_of_the_view() -> None:
    html = drawn({'page': '2', 'q': 'o', 'state': 'a'}, {'total': 9, 'matched': 7, 'rows': ROWS})
    found = links(html)
    assert found['Next'] == {'page': ['3'], 'q': ['o'], 'state': ['a']}
    assert found['First'] == {'q': ['o'], 'state': ['a']}
    assert found['Last']['page'] == ['4']
    assert found['Seen'] == {'sort': ['-at'], 'q': ['o'], 'state': ['a']}
    assert found['Name↑'] == {'sort': ['-name'], 'q': ['o'], 'state': ['a']}
    assert '7 of 9 things' in html
    assert '3–4 of 7' in html
    assert '<input type="hidden" name="state" value="a">' in html
    assert 'aria-sort="ascending"' in html


def test_the_menu_of_a_filter_is_a_form() -> None:
    html = drawn({'menu': 'state', 'state': 'b', 'q': 'o'}, {'total': 2, 'matched': 2, 'rows': ROWS})
    assert '<input type="checkbox" name="state" value="b" checked>' in html
    assert 'type="hidden" name="state"' not in html  # it would be sent twice
    assert re.search(r'<form[^>]* method="get" action="/things" role="search">', html)


def test_rows_are_text_with_heads_and_links() -> None:
    html = drawn({}, {'total': 2, 'matched': 2, 'rows': ROWS})
    assert '&lt;b&gt;one' in html
    assert '<b>one' not in html
    assert '<th scope="col" data-head="name"' in html
    assert 'href="/things/1"' in html
    assert '20 s ago' in html
    assert 'cw-pages" hidden' in html


def test_nothing_there_teaches_and_nothing_found_leads_back() -> None:
    nothing = {'total': 0, 'matched': 0, 'rows': []}
    assert 'No things' in drawn({}, nothing)
    assert 'No things match' in drawn({'q': 'x'}, nothing)
    assert 'href="/things"' in drawn({'q': 'x'}, nothing)


def test_a_list_that_is_not_ready_shows_its_shape() -> None:
    assert drawn({}, None).count('cw-skeleton') == 4


def test_a_span_of_time_names_the_year_only_where_it_is_another() -> None:
    span = {'field': 'since', 'until': 'until', 'label': 'When', 'value': '', 'extra': False}
    props, now = {**PROPS, 'filters': [span]}, 1_764_331_200.0
    for asked, words in (
        ({'since': '2025-11-27T08:00:00Z'}, 'since 27 Nov 08:00'),
        ({'since': '2024-11-27T08:00:00Z', 'until': '2025-01-01T00:00:30Z'}, '27 Nov 2024 08:00 – 1 Jan 2025 00:00:30'),
        ({}, 'any'),
    ):
        picture = Picture(moment=Moment(now), states={}, path='/things', asked=asked)
        assert f'<b>{words}</b>' in TABLE.draw(props, picture, '').inside


def test_a_day_of_an_address_is_whole_and_in_the_readers_zone() -> None:
    zone, name = zone_of('America/Los_Angeles')
    moment = Moment(1_764_331_200.0, zone, name)
    assert moment.utc('2026-11-25') == '2026-11-25T08:00:00Z'
    assert moment.utc('2026-11-25', ends=True) == '2026-11-26T08:00:00Z'
    assert moment.utc('2026-11-25T14:00', ends=True) == '2026-11-25T22:00:00Z'
    assert moment.utc('2026-11-25T14:00:00+01:00') == '2026-11-25T13:00:00Z'
    assert moment.utc('2026-11-01T01:30') == '2026-11-01T08:30:00Z'
    assert moment.utc('2026-11-01T01:30', ends=True) == '2026-11-01T09:30:00Z', 'the clock shows it twice'
    for text in ('yesterday', '2026-02-30', '1764331200', '0001-01-01'):
        assert moment.utc(text) == text or text == '0001-01-01'


def test_words_of_the_api_are_those_of_the_page_on_a_chip() -> None:
    options = [['open', 'Open'], ['cleared', 'Cleared']]
    state = {
        'field': 'state',
        'label': 'State',
        'options': options,
        'meant': {'closed': 'cleared', 'all': 'open,cleared'},
    }
    props = {**PROPS, 'filters': [state]}
    for said, words in (('closed', 'cleared'), ('all', 'open, cleared'), ('open,all', 'open, cleared'), ('', 'any')):
        picture = Picture(moment=Moment(0.0), states={}, path='/things', asked={'state': said} if said else {})
        assert f'<b>{words}</b>' in TABLE.draw(props, picture, '').inside


def heads(html: str) -> list[str]:
    return re.findall(r'data-head="(\w+)"', html)


def test_columns_are_those_of_the_open_view_else_of_the_desk_and_the_first_stays() -> None:
    columns = [*PROPS['columns'], {'field': 'state', 'label': 'State'}]
    props = {**PROPS, 'columns': columns}
    view = {'id': 'v', 'list': 'things', 'columns': ['at', 'name', 'gone']}
    desk = {'views': [view], 'columns': {'things': ['state', 'at']}, 'lists': ['things']}
    for asked, kept, found in (
        ({}, desk, ['name', 'state', 'at']),
        ({'view': 'v'}, desk, ['name', 'at']),
        ({'view': 'unknown'}, desk, ['name', 'state', 'at']),
        ({'view': 'v'}, {**desk, 'views': [{**view, 'columns': []}]}, ['name', 'at', 'state']),
        ({}, {**desk, 'columns': {'things': ['gone']}}, ['name', 'at', 'state']),
        ({}, {}, ['name', 'at', 'state']),
    ):
        picture = Picture(moment=Moment(30.0), states={}, path='/things', asked=asked, desk=kept)
        assert heads(TABLE.draw(props, picture, '').inside) == found
    alone = TABLE.draw({**props, 'linked': False}, Picture(moment=Moment(30.0), states={}, desk=desk), '').inside
    assert heads(alone) == ['name', 'at', 'state']


def test_the_open_view_stays_open_from_link_to_link_and_in_a_search() -> None:
    html = drawn({'view': 'v1', 'q': 'o'}, {'total': 9, 'matched': 7, 'rows': ROWS})
    assert links(html)['Next'] == {'page': ['2'], 'q': ['o'], 'view': ['v1']}
    assert '<input type="hidden" name="view" value="v1">' in html
    assert 'href="/things?view=v1"' in drawn({'view': 'v1', 'q': 'x'}, {'total': 0, 'matched': 0, 'rows': []})


def test_a_list_whose_columns_are_kept_has_its_tools_and_a_file_that_is_a_link() -> None:
    desk = {'views': [], 'columns': {}, 'lists': ['towers']}
    picture = Picture(moment=Moment(30.0), states={}, asked={'q': 'a&b', 'view': 'v'}, desk=desk)
    html = TABLE.draw({**PROPS, 'topic': 'towers'}, picture, '').inside
    assert ('>Views<' in html, '>Columns<' in html) == (True, True)
    assert 'href="/ui/lists/towers.csv?sort=name&amp;q=a%26b&amp;columns=name:strong,at:age"' in html
    assert 'Views' not in drawn({}, None, desk)


def test_a_file_has_what_stands_beside_and_inside_the_values_too() -> None:
    columns = [
        {'field': 'name', 'kind': 'strong', 'detail': 'apart'},
        {'field': 'state', 'kind': 'state', 'suffix': 'broken', 'stale': 'stale_at'},
        {'field': 'on', 'kind': 'template', 'template': '{devices|number} on it, {there} now'},
        {'field': 'answer', 'detail': 'act_at', 'detailMode': 'left'},
        {'field': 'broken', 'kind': 'number'},
        {'field': 'brief', 'room': 'narrow'},
    ]
    assert ','.join(f'{field}:{kind}' for field, kind in written(columns).items()) == (
        'name:strong,apart:text,state:state,broken:text,stale_at:age,devices:text,there:text,answer:text,act_at:age'
    )
