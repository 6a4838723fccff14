"""The pages as one browser sees them, without a browser: NiceGUI's simulated user on the real sign-in, guard and services."""

import importlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from nicegui import ui
from nicegui.functions.download import download
from nicegui.functions.navigate import Navigate
from nicegui.functions.notify import notify
from nicegui.testing import User
from nicegui.testing.general import nicegui_reset_globals

from domain.access.permissions import Role
from domain.accounts.model import Person
from tests.fakes import RunningApplication, running_application
from ui.doctor.model import Finding
from ui.server.methods import add_other_methods
from ui.settings.providers import ProviderSettings

PASSWORD = 'a password of fifteen or more'


@dataclass(slots=True)
class Console:
    """An application with its pages, and one browser."""

    application: RunningApplication
    client: httpx.AsyncClient
    user: User
    clients: Any
    """What takes pages apart whose session has ended; a test starts it, so that the others see what a page does by itself."""

    async def sign_in(self, role: Role = Role.ADMIN, email: str = 'ana@example.com') -> Person:
        """A new person of that role, signed in with this browser."""
        application = self.application
        person = await application.people.add(application.enterprise, email, 'Ana', role, PASSWORD)
        answer = await self.client.post('/auth/sign-in', data={'email': email, 'password': PASSWORD})
        assert answer.headers['location'] == '/'
        return person

    async def prove(self) -> None:
        """What the step-up dialog's form does: send the password, and tell the page that it was right."""
        answer = await self.client.post('/auth/step-up', data={'password': PASSWORD})
        assert answer.status_code == 204
        self.user.find(marker='step-up').trigger('proved')

    async def refused(self, path: str, words: str) -> None:
        """A page that is not for this browser's person: it says so, has nothing to work with, and the status tells it to programs."""
        answer = await self.client.get(path)
        assert (answer.status_code, words in answer.text) == (403, True)
        assert 'live_table' not in answer.text.partition('<body')[2]

    def becomes(self, person: Person, role: Role) -> None:
        """Give a person another role behind the page's back."""
        self.application.fleets.apply(replace(person, role=role))


@pytest.fixture
def providers() -> list[ProviderSettings]:
    """The identity providers of the console; a test file that is about them names some."""
    return []


@pytest.fixture
async def console(monkeypatch: pytest.MonkeyPatch, providers: list[ProviderSettings]) -> AsyncIterator[Console]:
    """A console of its own for every test; NiceGUI keeps state per process, so everything of it is made and undone here."""
    monkeypatch.setenv('NICEGUI_USER_SIMULATION', 'true')
    with nicegui_reset_globals():
        try:
            async with running_application() as application:
                app, live = _app(application, providers)
                transport = httpx.ASGITransport(app)
                browser = httpx.AsyncClient(transport=transport, base_url='http://test')
                clients = importlib.import_module('ui.live.page_sessions').PageSessions(
                    transactor=application.transactor, live=live
                )
                async with app.router.lifespan_context(app), browser as client:
                    yield Console(application, client, User(client), clients)
        finally:
            ui.navigate, ui.notify, ui.download = Navigate(), notify, download


def _metrics(application: RunningApplication) -> Any:
    """What the API counts in."""
    return importlib.import_module('ui.api').Metrics(fleets=application.fleets)


async def _nothing_found() -> list[Finding]:
    """The doctor of a console that runs in no process of its own."""
    return []


def _app(application: RunningApplication, providers: list[ProviderSettings]) -> tuple[FastAPI, Any]:
    # imported here, since NiceGUI forgets modules with pages after each test
    sign_in, live, topics = (importlib.import_module(f'ui.{name}') for name in ('sign_in', 'live.hub', 'topics'))
    pages = importlib.import_module('ui.pages')
    search, export = importlib.import_module('ui.finder'), importlib.import_module('ui.downloads.devices')
    app = FastAPI()
    resolve = topics.resolver(transactor=application.transactor, store=application.store)
    hub = live.Live(transactor=application.transactor, resolve=resolve)
    pictures = importlib.import_module('ui.live.pictures')
    app.add_middleware(pictures.PicturesAtHand, pictures=pictures.Pictures(hub))
    app.add_middleware(sign_in.Guard, access=application.access)
    importlib.import_module('ui.downloads.lists').register_list_export(app, resolve=resolve, shares=application.shares)
    known = sign_in.Providers(providers, identities=application.identities, seal=application.seal)
    sign_in.register_auth(
        app, application, providers=known, secure_cookies=lambda request: bool(request.url.scheme == 'https')
    )
    description = importlib.import_module('ui.api').register_api(app, application, metrics=_metrics(application))
    search.register_search(app, fleets=application.fleets, shares=application.shares)
    export.register_export(app, fleets=application.fleets, shares=application.shares)
    importlib.import_module('ui.downloads.kept').register_kept(
        app, fleets=application.fleets, shares=application.shares, clock=application.clock
    )
    importlib.import_module('ui.downloads.alerts').register_alert_export(
        app, fleets=application.fleets, store=application.store, shares=application.shares
    )
    importlib.import_module('ui.downloads.violations').register_violations_export(
        app, fleets=application.fleets, shares=application.shares, clock=application.clock
    )
    importlib.import_module('ui.downloads.audit').register_audit_export(
        app, fleets=application.fleets, audit=application.audit, shares=application.shares
    )
    importlib.import_module('ui.downloads.status_page').register_status_preview(
        app, fleets=application.fleets, pages=application.status_page, clock=application.clock
    )
    importlib.import_module('ui.desks.routes').register_desks(app, fleets=application.fleets, desks=application.desks)
    importlib.import_module('ui.trial').register_trial(app)
    pages.register_pages(application, providers=known.known, examine=_nothing_found, description=description)
    add_other_methods(app)
    ui.run_with(app, tailwind=False, binding_refresh_interval=None, show_welcome_message=False)
    return app, hub
