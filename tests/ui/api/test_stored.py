"""Across nouns: the API on a real database, and again after a restart; what was said is what is read."""

import asyncio
from pathlib import Path
from typing import Any, cast

from persistence.database import opened_store
from persistence.store import TortoiseStore
from tests.fakes import MemoryStore, running_application
from tests.ui.api.served import Caller, check_in, furnish, serving


async def test_everything_is_the_same_after_a_restart(tmp_path: Path) -> None:
    url = f'sqlite:///{tmp_path / "fleet.sqlite3"}'
    async with (
        opened_store(url) as store,
        running_application(store=in_its_place(store)) as application,
        serving(application) as served,
    ):
        program = await served.program()
        owned = await furnish(application, application.enterprise, 1)
        device = Caller(served.client, owned.credential)
        assert (await device.post('/checkins', check_in(2, radio={'rat': 'NR', 'rsrp': -80}))).status_code == 200
        assert (await device.post(f'/commands/{owned.command}/result', {'outcome': 'confirmed'})).status_code == 200
        before = await read_all(program, owned.device, owned.tower)
    async with (
        opened_store(url) as store,
        running_application(store=in_its_place(store)) as application,
        serving(application) as served,
    ):
        again = Caller(served.client, program.token)
        assert await read_all(again, owned.device, owned.tower) == before
        assert (await served.client.get('/readyz')).status_code == 200
        device = Caller(served.client, owned.credential)
        assert (await device.post('/checkins', check_in(2))).json()['accepted'] == 'duplicate'
    assert [item['state'] for item in before['/commands']['items']] == ['confirmed']
    assert len(before[f'/devices/{owned.device}/samples']['items']) == 2


def in_its_place(store: TortoiseStore) -> MemoryStore:
    """The real store, with the gate that an application opens when it closes."""
    found = cast(Any, store)
    found.gate = asyncio.Event()
    return cast(MemoryStore, found)


async def read_all(program: Caller, device: str, tower: str) -> dict[str, Any]:
    """Every list there is, with history."""
    everything: dict[str, Any] = {}
    for path in (
        '/devices',
        '/towers',
        '/policies',
        f'/devices/{device}',
        f'/devices/{device}/samples',
        f'/towers/{tower}/checks',
    ):
        everything[path] = await program.get(path)
    for path in ('/violations', '/alerts', '/commands'):
        everything[path] = await program.get(path, state='all')
    everything['/journal'] = await program.get('/journal', after=0)
    return everything
