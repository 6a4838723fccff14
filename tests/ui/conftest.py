"""The pages as one browser sees them, without a browser: NiceGUI's simulated user on the real sign-in, guard and services."""

import importlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import httpx
import pytest
from fastapi import FastAPI
from nicegui import ui
from nicegui.functions.download import download
from nicegui.functions.navigate import Navigate
from nicegui.functions.notify import notify
from nicegui.testing import User
from nicegui.testing.general import nicegui_reset_globals

from domain.access import Role
from domain.people import Person
from domain.services.enforcement import EnforcementService
from tests.fakes import House, house

PASSWORD = 'a password of fifteen or more'


@dataclass(slots=True)
class Console:
    """A house with its pages, and one browser."""

    home: House
    client: httpx.AsyncClient
    user: User

    async def sign_in(self, role: Role = Role.ADMIN, email: str = 'ana@example.com') -> Person:
        """A new person of that role, signed in with this browser."""
        home = self.home
        person = await home.people.add(home.enterprise, email, 'Ana', role, PASSWORD)
        answer = await self.client.post('/auth/sign-in', data={'email': email, 'password': PASSWORD})
        assert answer.headers['location'] == '/'
        return person

    def becomes(self, person: Person, role: Role) -> None:
        """Give a person another role behind the page's back."""
        self.home.fleets.apply(replace(person, role=role))


@pytest.fixture
async def console(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Console]:
    """A console of its own for every test; NiceGUI keeps state per process, so everything of it is made and undone here."""
    monkeypatch.setenv('NICEGUI_USER_SIMULATION', 'true')
    with nicegui_reset_globals():
        try:
            async with house() as home:
                app = _app(home)
                transport = httpx.ASGITransport(app)
                browser = httpx.AsyncClient(transport=transport, base_url='http://test')
                async with app.router.lifespan_context(app), browser as client:
                    yield Console(home, client, User(client))
        finally:
            ui.navigate, ui.notify, ui.download = Navigate(), notify, download


def _app(home: House) -> FastAPI:
    # imported here, since NiceGUI forgets modules with pages after each test
    auth, live, topics = (importlib.import_module(f'ui.{name}') for name in ('auth', 'live', 'topics'))
    pages, services = importlib.import_module('ui.pages'), importlib.import_module('ui.pages.services')
    search, export = importlib.import_module('ui.search'), importlib.import_module('ui.export')
    app = FastAPI()
    app.add_middleware(auth.Guard, access=home.access)
    hub = live.Live(road=home.road, access=home.access, resolve=topics.resolver(road=home.road, store=home.store))
    auth.register_auth(app, access=home.access, accounts=home.accounts, live=hub, secure_cookies=lambda _: False)
    search.register_search(app, fleets=home.fleets)
    export.register_export(app, fleets=home.fleets)
    importlib.import_module('ui.audit_export').register_audit_export(app, fleets=home.fleets, audit=home.audit)
    pages.register_pages(
        services.Services(
            fleets=home.fleets,
            road=home.road,
            store=home.store,
            devices=home.devices,
            policies=home.policies,
            towers=home.towers,
            alerts=home.alerts,
            access=home.access,
            accounts=home.accounts,
            people=home.people,
            tokens=home.tokens,
            enterprises=home.enterprises,
            enforcement=EnforcementService(road=home.road),
            audit=home.audit,
        )
    )
    ui.run_with(app, tailwind=False, binding_refresh_interval=None, show_welcome_message=False)
    return app
