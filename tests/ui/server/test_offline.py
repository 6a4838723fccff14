"""What lets a browser install the console: open to all, asked for each time, and new with each release."""

import json

import httpx
from fastapi import FastAPI

from ui.server import offline
from ui.server.assets import BASE, mount_assets
from ui.server.offline import ASSETS, PARTS, register_offline


def client() -> httpx.AsyncClient:
    app = FastAPI()
    mount_assets(app)
    register_offline(app)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://test')


async def test_the_worker_names_files_that_are_there() -> None:
    async with client() as http:
        answer = await http.get('/sw.js')
        assert answer.headers['cache-control'] == 'no-cache'
        assert answer.headers['content-type'].startswith('text/javascript')
        release = json.loads(answer.text.split('\n')[0].removeprefix('const release = ').rstrip(';'))
        for path in (*release['parts'], *release['assets'], release['shell']):
            assert (await http.get(path)).status_code == 200, path
        assert len(release['assets']) == len(ASSETS) >= len(PARTS)


async def test_the_manifest_names_icons_that_are_there() -> None:
    async with client() as http:
        answer = await http.get('/manifest.webmanifest')
        manifest = json.loads(answer.text)
        assert (manifest['scope'], manifest['display']) == ('/', 'standalone')
        for icon in manifest['icons']:
            assert (await http.get(icon['src'])).headers['content-type'] == 'image/png'
        assert f'{BASE}/icons/touch-180.png' in offline.head()


async def test_the_page_without_a_network_runs_our_scripts_alone() -> None:
    async with client() as http:
        page = await http.get('/offline')
    policy = page.headers['content-security-policy']
    assert '<link rel="manifest"' in page.text
    assert "script-src 'self';" in policy
    assert 'nonce' not in policy
