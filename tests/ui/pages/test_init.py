"""The rows of pages are the site map: what is registered is what they say."""

import importlib

from nicegui import Client

from tests.ui.conftest import Console


async def test_the_addresses_of_the_rows_are_those_that_are_registered(console: Console) -> None:
    rows = importlib.import_module('ui.pages').PAGES
    named = [address for row in rows for address in row.addresses]
    assert sorted(named) == sorted(Client.page_routes.values())
    assert len(set(named)) == len(named)
