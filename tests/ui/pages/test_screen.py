"""The HTML of a page holds what it shows: figures, rows and sentences, before any script has run."""

import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from domain.access.permissions import Role
from tests.ui.conftest import Console

EVIL = '</script><script>alert(1)</script>'


async def html_of(console: Console, path: str, **cookies: str) -> str:
    for name, value in cookies.items():
        console.client.cookies.set(name, value)
    answer = await console.client.get(path)
    assert answer.status_code == 200
    return answer.text


def first(html: str) -> str:
    """What a browser without scripts shows."""
    found = re.search(r'<div id="cw-first">.*(?=<script nonce)', html, re.DOTALL)
    assert found is not None
    return found[0]


def frames(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="cw-snapshot">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return {frame['t']: frame for frame in json.loads(found[1])['frames']}


async def test_the_overview_holds_its_figures_and_the_states_that_they_are_from(console: Console) -> None:
    for name in ('crane-1', 'crane-2', 'crane-3'):
        await console.application.device(name)
    await console.sign_in()
    html = await html_of(console, '/')
    assert '<h2>Devices</h2><p class="big"><b>3</b> <span>enrolled</span>' in first(html)
    assert 'crane-3</a>' in first(html)  # in the feed
    assert re.search(r'data-text="\{devices\}">3</span>', html)  # in the rail
    found = frames(html)
    assert found['counters']['v']['devices'] == 3
    assert {'counters', 'feed', 'announcements'} <= set(found)
    assert all(frame['full'] and frame['of'] for frame in found.values())


async def test_a_form_holds_what_is_chosen_and_ticked(console: Console) -> None:
    person = await console.sign_in()
    await console.application.desks.change(person.actor(), {'theme': 'dark', 'sound': True})
    html = first(await html_of(console, '/account'))
    assert re.search(r'<input[^>]*value="Dark"', html)
    assert re.search(r'<input type="checkbox" disabled checked> With a sound', html)


async def test_a_browser_for_text_shows_words_apart_and_nothing_that_is_hidden(console: Console) -> None:
    importlib.import_module('ui.server.headers').sign_pages()
    await console.application.device('crane-1')
    await console.sign_in()
    html = await html_of(console, '/')
    words = re.sub(r'<(script|style).*?</\1>|<[^>]+>', '', html, flags=re.DOTALL)
    for apart in ('Overview Devices 1 Policies', '1 enrolled', 'Never seen 1'):
        assert apart in words
    for unseen in ('Nothing is here yet', 'Trying to reconnect', 'Message too long'):
        assert unseen not in words


async def test_a_hostile_name_is_text_in_the_picture_and_in_the_data(console: Console) -> None:
    await console.application.device(EVIL)
    await console.sign_in()
    for path in ('/', '/devices'):
        html = await html_of(console, path)
        assert '&lt;/script&gt;' in first(html)
        assert EVIL not in html.partition('<div id="app"')[0]
        assert EVIL in json.dumps(frames(html))


async def test_a_list_is_searched_and_turned_by_its_address(console: Console) -> None:
    for number in range(60):
        await console.application.device(f'crane-{number:02}')
    await console.sign_in()
    html = first(await html_of(console, '/devices?page=2'))
    assert 'crane-55' in html
    assert 'crane-05' not in html
    assert '51–60 of 60' in html
    html = first(await html_of(console, '/devices?q=crane-07'))
    assert ('crane-07' in html, 'crane-08' in html) == (True, False)
    html = first(await html_of(console, '/devices?presence=online&presence=late'))  # as a form sends it
    assert 'No devices match' in html


async def test_moments_are_in_the_zone_that_the_browser_has_told(console: Console) -> None:
    await console.application.device()
    await console.sign_in()
    there = await html_of(console, '/', cellwarden_zone='Asia%2FTokyo')
    assert '<span data-zone>Asia/Tokyo</span>' in there
    assert '<span data-zone>UTC</span>' in await html_of(console, '/', cellwarden_zone='../../etc/passwd')


async def test_zone_locale_hours_and_columns_are_those_of_the_desk(console: Console) -> None:
    device = await console.application.device()
    await console.sign_in()
    wanted = {
        'zone': 'Asia/Kathmandu', 'locale': 'ar-EG', 'hours': '24', 'density': 'compact', 'columns': {'devices': ['presence']},
    }  # fmt: skip
    assert (await console.client.post('/ui/desk', json=wanted)).status_code == 200
    overview = await html_of(console, '/', cellwarden_zone='Asia%2FTokyo')
    assert '<span data-zone>Asia/Kathmandu</span>' in overview
    assert '<b>١</b> <span>enrolled</span>' in first(overview)
    assert re.search(r'data-text="\{devices\}">١</span>', overview)  # in the rail
    page = await html_of(console, '/devices')
    assert re.findall(r'data-head="(\w+)"', first(page)) == ['name', 'presence']
    assert '١ device<' in first(page)
    assert device.name in first(page)
    assert '"density":"compact"' in page  # set on the root before anything is painted


async def test_without_a_locale_of_the_desk_numbers_are_as_the_browser_writes_them(console: Console) -> None:
    await console.application.device()
    await console.sign_in()
    for said, one in (('fa-IR,fa;q=0.9,en;q=0.1', '۱'), ('en-GB', '1'), ('*', '1'), ('"<x>', '1')):
        answer = await console.client.get('/', headers={'accept-language': said})
        assert f'<b>{one}</b> <span>enrolled</span>' in first(answer.text)


async def test_the_picture_has_the_columns_of_the_view_that_is_open(console: Console) -> None:
    await console.sign_in()
    view = {'name': 'Short', 'list': 'devices', 'query': 'q=crane', 'columns': ['name', 'presence']}
    (kept,) = (await console.client.post('/ui/views', json=view)).json()['views']
    html = first(await html_of(console, kept['href']))
    assert re.findall(r'data-head="(\w+)"', html) == ['name', 'presence']
    assert f'name="view" value="{kept["id"]}"' in html


async def test_another_page_in_its_place_is_passed_on_and_is_given_no_picture(console: Console) -> None:
    await console.sign_in()
    view = {'name': 'Mine', 'list': 'devices', 'query': ''}
    (kept,) = (await console.client.post('/ui/views', json=view)).json()['views']
    await console.client.post('/ui/desk', json={'landing': kept['id']})
    answer = await console.client.get('/')
    assert (answer.status_code, answer.headers['location']) == (303, kept['href'])
    assert 'cw-first' not in answer.text


async def test_the_description_of_the_api_can_be_read_without_a_script(console: Console) -> None:
    await console.sign_in()
    html = first(await html_of(console, '/api'))
    assert 'Search the API' in html
    assert 'class="cw-op"' in html


@pytest.mark.parametrize('path', ['/audit', '/people'])
async def test_a_page_that_is_not_for_the_reader_has_nothing_of_it(console: Console, path: str) -> None:
    await console.sign_in(Role.VIEWER)
    answer = await console.client.get(path)
    assert answer.status_code == 403
    assert 'Your role does not include this page' in first(answer.text)
    assert set(frames(answer.text)) == {'counters', 'announcements', 'own-parts'}


async def test_the_sign_in_holds_its_form_and_nothing_is_kept_for_a_stranger(console: Console) -> None:
    html = await html_of(console, '/login')
    shown = first(html)
    assert re.search(r'<form method="post" action="/auth/sign-in"', shown)
    assert 'Sign out' not in shown
    assert 'cw-snapshot' not in html
    fields = re.findall(r'<input[^>]*>', shown)
    assert [name for field in fields for name in re.findall(r' name="(\w+)"', field)] == [
        'email',
        'password',
        'shared',
        'next',
    ]
    labelled = re.findall(r'<label[^>]* for="(c\d+)"', shown)
    assert labelled == [name for field in fields for name in re.findall(r' id="(c\d+)"', field)]


def test_every_page_has_a_first_picture() -> None:
    pages = Path(__file__).parents[3] / 'ui' / 'pages'
    without = [path for path in pages.rglob('*.py') if '@ui.page(' in path.read_text()]
    assert without == []


async def test_a_page_of_which_no_picture_can_be_drawn_goes_without(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    await console.sign_in()

    def broken(*_: object) -> str:
        raise RuntimeError

    monkeypatch.setattr(sys.modules['ui.pages.screen'], 'drawn', broken)
    html = await html_of(console, '/devices')
    assert 'id="cw-first"' not in html.partition('<div id="app"')[0]
    assert 'live_table' in html


async def test_a_browser_for_text_is_sent_no_column_twice_and_none_of_what_only_a_script_can_use(
    console: Console,
) -> None:
    await console.sign_in()
    await console.application.device('crane-1')
    answers = {}
    for agent in ('w3m/0.5.3+git20230121', 'Lynx/2.9.0dev.12 libwww-FM/2.14', 'Mozilla/5.0 (X11) Chrome/140.0'):
        answer = await console.client.get('/alert-rules', headers={'User-Agent': agent})
        answers[agent[:4]] = first(answer.text)
    assert [answers[agent].count('data-head="counts"') for agent in ('w3m/', 'Lynx', 'Mozi')] == [0, 0, 1]
    assert [answers[agent].count('type="button"') > 0 for agent in ('w3m/', 'Lynx', 'Mozi')] == [False, False, True]
