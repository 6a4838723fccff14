"""What the browser loads beside the page: kept for good, at an address that changes with what stands there."""

import gzip
import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from tests.ui.conftest import Console
from ui.server import assets
from ui.server.assets import BASE, STATIC, bare_css, mount_assets


async def get(path: str, accepted: str = 'identity') -> httpx.Response:
    app = FastAPI()
    mount_assets(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://test') as client:
        return await client.get(f'{BASE}/{path}', headers={'accept-encoding': accepted})


@pytest.mark.parametrize(
    'path', ['cellwarden.css', 'rest.css', 'cellwarden.js', 'kit.js', 'fonts/inter-latin-wght-normal.woff2']
)
async def test_assets_are_kept_for_a_year_and_never_asked_for_again(path: str) -> None:
    answer = await get(path)
    assert answer.headers['cache-control'] == 'public, max-age=31536000, immutable'


@pytest.mark.parametrize('path', ['cellwarden.css', 'rest.css', 'cellwarden.js', 'kit.js'])
async def test_assets_are_packed_for_those_who_take_it(path: str) -> None:
    plain, packed = await get(path), await get(path, 'gzip')
    assert packed.headers['content-encoding'] == 'gzip'
    assert 'content-encoding' not in (await get(path, 'gzip;q=0')).headers
    assert packed.content == plain.content
    assert int(packed.headers.get('content-length', 0)) < len(plain.content)
    assert len(gzip.compress(plain.content)) < len(plain.content)


async def test_a_page_asks_for_one_script_which_knows_the_words_of_every_state(console: Console) -> None:
    await console.sign_in()
    page = (await console.client.get('/devices')).text
    assert page.count(f'src="{BASE}/') == 1
    script = (await get('cellwarden.js')).text
    assert script.startswith('cellwarden.states={')
    for name in ('kit.js', 'line.js', 'first.js'):
        assert assets.bare_script((assets.STATIC / name).read_text()) in script


def test_what_is_written_for_readers_of_the_source_is_not_sent() -> None:
    assert assets.bare_css('/* a\n b */\n  a { color: red; }\n\n') == 'a { color: red; }'
    script = '// a\n  // b\n  go("//c"); // d\nif (x) "a // b";  // it\'s // said\n'
    assert assets.bare_script(script) == '  go("//c");\nif (x) "a // b";'


async def test_the_sheet_of_the_frame_stands_in_the_page_and_the_rest_follows_it() -> None:
    own = assets.FRAME_SHEET.removeprefix('<style>').removesuffix('</style>')
    rest = (await get('rest.css')).text
    assert f'url({BASE}/fonts/inter' in own
    assert (await get('cellwarden.css')).text == own.replace(f'url({BASE}/', 'url(') + f'\n{rest}'
    assert '.cw-rail' in own
    assert '.cw-table' in rest


@pytest.mark.parametrize('path', sorted(assets.STATIC.glob('*.js')), ids=lambda path: path.name)
def test_no_text_of_a_script_goes_over_several_lines(path: Path) -> None:
    for line in path.read_text().splitlines():
        assert line.count('`') % 2 == 0 or line.lstrip().startswith('//'), line


def test_another_release_has_other_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / 'css').mkdir()
    (tmp_path / 'kit.js').write_text('1')
    monkeypatch.setattr(assets, 'STATIC', tmp_path)
    before = assets._fingerprint()
    assert assets._fingerprint() == before
    (tmp_path / 'kit.js').write_text('2')
    assert assets._fingerprint() != before


async def test_what_nicegui_serves_has_its_release_in_the_address_and_is_kept_as_well(console: Console) -> None:
    await console.sign_in()
    page = (await console.client.get('/devices')).text
    start = page.index('/_nicegui/', page.index('live_table'))
    script = page[page.rindex('"', 0, start) + 1 : page.index('"', start)]
    answer = await console.client.get(script)
    assert (answer.status_code, 'immutable' in answer.headers['cache-control']) == (200, True)


def test_no_rule_of_the_screen_asks_the_whole_page_for_what_it_holds() -> None:
    """Where ``body`` or the root depends on what is in it (``:has()``), a browser asks the whole page for its style again with each text
    that moves: a live page moves several a second."""
    for sheet in (STATIC / 'css').glob('*.css'):
        on_screen = re.sub(r'@media print \{(?:[^{}]*\{[^{}]*\})*[^{}]*\}', '', bare_css(sheet.read_text()))
        assert not re.search(r'(?:body|html|:root)[^\s{,>+~]*:has\(', on_screen), sheet.name
