"""The pages as one browser sees them, without a browser: NiceGUI's simulated user on the real sign-in, guard and services."""

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

from domain.access.permissions import Role
from domain.accounts.model import Person
from tests.fakes import RunningApplication, running_application
from tests.ui.anew import nicegui_anew
from ui.api import Metrics, register_api
from ui.desks.routes import register_desks
from ui.doctor.model import Finding
from ui.downloads.alerts import register_alert_export
from ui.downloads.audit import register_audit_export
from ui.downloads.devices import register_export
from ui.downloads.incidents import register_incident_export
from ui.downloads.kept import register_kept
from ui.downloads.lists import register_list_export
from ui.downloads.status_page import register_status_preview
from ui.downloads.violations import register_violations_export
from ui.finder import register_search
from ui.live.hub import Live
from ui.live.page_sessions import PageSessions
from ui.live.pictures import Pictures, PicturesAtHand
from ui.pages import register_pages
from ui.server.bare import WebApplication
from ui.server.methods import add_other_methods
from ui.server.opening import Opening
from ui.settings.providers import ProviderSettings
from ui.sign_in import Guard, Providers, register_auth
from ui.topics import resolver
from ui.trial import register_trial

PASSWORD = 'a password of fifteen or more'


@dataclass(slots=True)
class Console:
    """An application with its pages, and one browser."""

    application: RunningApplication
    client: httpx.AsyncClient
    user: User
    clients: PageSessions
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

    async def missing(self, path: str, kind: str) -> str:
        """The page of a thing that is not there for this browser's person, which says so and answers 404."""
        answer = await self.client.get(path)
        assert (answer.status_code, f'There is no such {kind}' in answer.text) == (404, True)
        return answer.text

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
    with nicegui_anew():
        try:
            async with running_application() as application:
                app, live = _app(application, providers)
                transport = httpx.ASGITransport(app)
                browser = httpx.AsyncClient(transport=transport, base_url='http://test')
                clients = PageSessions(transactor=application.transactor, live=live)
                async with app.router.lifespan_context(app), browser as client:
                    yield Console(application, client, User(client), clients)
        finally:
            ui.navigate, ui.notify, ui.download = Navigate(), notify, download


async def _nothing_found() -> list[Finding]:
    """The doctor of a console that runs in no process of its own."""
    return []


def _app(application: RunningApplication, providers: list[ProviderSettings]) -> tuple[FastAPI, Live]:
    app, fleets, shares = WebApplication(), application.fleets, application.shares
    resolve = resolver(transactor=application.transactor, store=application.store)
    hub = Live(transactor=application.transactor, resolve=resolve)
    app.add_middleware(Opening)
    app.add_middleware(PicturesAtHand, pictures=Pictures(hub))
    app.add_middleware(Guard, access=application.access)
    register_list_export(app, resolve=resolve, shares=shares)
    known = Providers(providers, identities=application.identities, seal=application.seal)
    register_auth(app, application, providers=known, secure_cookies=lambda request: bool(request.url.scheme == 'https'))
    description = register_api(app, application, metrics=Metrics(fleets=fleets))
    register_search(app, fleets=fleets, shares=shares)
    register_export(app, fleets=fleets, shares=shares)
    register_kept(app, fleets=fleets, shares=shares, clock=application.clock)
    register_alert_export(app, fleets=fleets, store=application.store, shares=shares)
    register_incident_export(app, incidents=application.incidents, past=application.past_incidents, shares=shares)
    register_violations_export(app, fleets=fleets, shares=shares, clock=application.clock)
    register_audit_export(app, fleets=fleets, audit=application.audit, shares=shares)
    register_status_preview(app, fleets=fleets, pages=application.status_page, clock=application.clock)
    register_desks(app, fleets=fleets, desks=application.desks, browsers=application.browsers)
    register_trial(app)
    register_pages(application, providers=known.known, examine=_nothing_found, description=description)
    add_other_methods(app)
    ui.run_with(app, tailwind=False, binding_refresh_interval=None, show_welcome_message=False)
    return app, hub
