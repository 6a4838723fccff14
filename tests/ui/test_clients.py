"""What NiceGUI keeps of pages, and how it is given back."""

import gc
import importlib
import weakref

import pytest
from nicegui.client import Client

from tests.ui.conftest import Console
from tests.ui.until import until


async def test_of_pages_whose_browser_never_came_the_oldest_go_first(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = importlib.import_module('ui.clients')
    monkeypatch.setattr(clients, 'MOST_STRANGERS', 3)
    made: list[str] = []
    for _ in range(5):
        assert (await console.client.get('/login')).status_code == 200
        made.append(list(Client.instances)[-1])
    clients._let_go()
    assert [id for id in made if id in Client.instances] == made[-3:]


async def test_what_a_page_tied_up_is_free_without_the_garbage_collector(console: Console) -> None:
    clients = importlib.import_module('ui.clients')
    await console.client.get('/login')
    client = list(Client.instances.values())[-1]
    seen = [weakref.ref(part) for element in client.elements.values() for part in (element._classes, element._props)]
    gc.disable()
    try:
        clients._untie(client)
        client.delete()
        del client
        await until(lambda: sum(ref() is not None for ref in seen) <= 2)
        assert len(seen) > 30
    finally:
        gc.enable()
