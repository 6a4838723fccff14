"""The composition root: a line per store, job, page and route; the services come from :mod:`ui.application`. Nothing else opens a store."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Network
from typing import Any

import structlog
import typer
from fastapi import FastAPI
from nicegui import ui

from domain.application import Application
from domain.audit.model import HeadsFile, JournalArchive
from domain.common.answer_dates import AnswerDates
from domain.common.errors import Unavailable
from domain.common.watch import Watch
from domain.devices.listing.columns import DeviceColumns
from domain.devices.model import Device
from jobs.housekeeping import keep_heads
from jobs.polling.addresses import refused_at_sight
from jobs.scheduler import Schedule
from jobs.table import Ready, always, table
from persistence.condition import condition_of
from persistence.database import opened_store, opened_trail
from persistence.journal.exports import check_copy
from persistence.journal.heads import KeptHeadsFile
from ui.api import Metrics, register_api
from ui.application import composed
from ui.desks.routes import register_desks
from ui.doctor.sources import Running, Sources
from ui.doctor.table import of_installation, reported
from ui.downloads import register_downloads
from ui.finder import register_search
from ui.frame import FAVICON
from ui.live.channel import Resolve
from ui.live.hub import Live
from ui.live.page_sessions import PageSessions
from ui.live.pictures import Pictures, PicturesAtHand
from ui.operator.answers import Answer
from ui.operator.demo import run_demo
from ui.operator.operations import Operations
from ui.operator.socket import listening
from ui.operator.story import Story
from ui.pages import register_pages
from ui.server.assets import mount_assets
from ui.server.bare import bare
from ui.server.garbage import Collections
from ui.server.headers import SecurityHeaders
from ui.server.installation import ending, key_of, leave_trace, trace_of
from ui.server.link_address import link_address
from ui.server.methods import add_other_methods
from ui.server.parts import Part, done
from ui.server.process import (
    address,
    bound,
    hand_over_quickly,
    places,
    raise_file_limit,
    untouched_by_garbage_collection,
    up,
)
from ui.settings.model import Settings
from ui.sign_in import Guard, Providers, register_auth
from ui.sign_in.arrivals import Arrivals
from ui.sign_in.origins import Origins
from ui.status_page.early import STATUS_FILES, opened, status_pages_early
from ui.status_page.files import StatusFiles
from ui.status_page.publisher import Publisher
from ui.status_page.serving import StatusPages
from ui.topics import resolver
from ui.trial import register_trial

__all__ = ['at_rest', 'build', 'check_copy', 'demo', 'kept_heads', 'serve', 'serving', 'sources_of', 'trail']
log = structlog.get_logger(__name__)

SET_UP = 'Set up this installation with the one-time link'


def build(application: Application, metrics: Metrics, sources: Sources, polls: Ready = always) -> FastAPI:
    """The web application on the composed services: API, live delivery, sign-in, pages; the lifespan starts transactor and schedule."""
    settings, dates = sources.settings, AnswerDates(application.clock)
    arrivals, transactor = Arrivals(Origins(settings.public_url)), application.transactor
    resolve = resolver(
        transactor=transactor, store=application.store, measurements=application.measurements, story=sources.story,
        availability=application.tower_availability)  # fmt: skip
    live = Live(transactor=transactor, resolve=resolve, clock=transactor.clock)
    clients = PageSessions(transactor=transactor, live=live)
    heads = KeptHeadsFile(settings.audit_heads_file)
    schedule = Schedule(
        jobs=table(
            application=application,
            allow=settings.poll_allow,
            authorities=settings.poll_authorities,
            issuers={one.label: one.issuer for one in settings.providers},
            heads=heads,
            dates=dates,
            polls=polls,
            said=settings.data / 'own-messages.json',
        )
    )
    providers = Providers(
        settings.providers,
        identities=application.identities,
        seal=application.seal,
        public_url=settings.public_url,
        dates=dates,
    )
    sources.running = Running(application, schedule, providers, arrivals, dates, application.clock())
    collections = Collections()
    metrics.registry.register(collections)
    metrics.watch(jobs=schedule.health, pages=lambda: live.browsers, polling=lambda: live.polling)
    files = StatusFiles(settings.data / STATUS_FILES)
    files.load()
    publisher = Publisher(transactor, availability=application.availability, files=files, public_url=settings.public_url)  # fmt: skip

    def lifespan(_: FastAPI) -> AbstractAsyncContextManager[None]:
        parts = (collections, live, clients, schedule, publisher)
        return _running(application, parts, providers=providers, heads=heads)

    app = bare(lifespan, metrics.registry)
    app.add_middleware(PicturesAtHand, pictures=Pictures(live))
    app.add_middleware(Guard, access=application.access, arrivals=arrivals)
    mount_assets(app)
    description = register_api(
        app,
        application,
        metrics=metrics,
        metrics_token=settings.metrics_token,
        ready=lambda: None if transactor.is_open else 'changes are not taken',
    )
    app.add_middleware(SecurityHeaders)  # added after them: around refusals too
    app.add_middleware(StatusPages, files=files)  # outermost: asks nothing of the rest
    _register_screens(app, application, resolve, providers=providers, sources=sources, description=description)
    return app


def _register_screens(
    app: FastAPI,
    application: Application,
    resolve: Resolve,
    *,
    providers: Providers,
    sources: Sources,
    description: Callable[[], bytes],
) -> None:
    """What people use: sign-in, finder, downloads, pages; NiceGUI takes the addresses that are left."""
    register_auth(app, application, providers=providers, secure_cookies=lambda request: request.url.scheme == 'https')
    register_search(app, fleets=application.fleets, shares=application.shares)
    register_downloads(app, application, resolve)
    register_desks(app, fleets=application.fleets, desks=application.desks, browsers=application.browsers)
    register_trial(app)
    examine = partial(of_installation, sources)
    register_pages(
        application, providers=providers.known, examine=examine, description=description, story=sources.story
    )
    add_other_methods(app)
    ui.run_with(
        app, title='Cellwarden', favicon=FAVICON, dark=None, tailwind=False, language='en-GB', binding_refresh_interval=None,
        reconnect_timeout=30, show_welcome_message=False,
    )  # fmt: skip


@asynccontextmanager
async def _running(
    application: Application, parts: Sequence[Part], *, providers: Providers, heads: HeadsFile
) -> AsyncIterator[None]:
    """The life of the server: the picture is loaded, the parts run; in the end everything stops in the opposite order."""
    with untouched_by_garbage_collection():
        await application.transactor.start()
        await application.presence.watch_all()
        for fleet in application.fleets:
            fleet.index(DeviceColumns).ranks()  # sorted before a list waits for it
            await asyncio.sleep(0.01)  # the lease on the database wants to be renewed meanwhile
    await _keep_heads(application, heads)
    for part in parts:
        await done(part.start())
    log.info(
        'ready', enterprises=len(fleets := list(application.fleets)), devices=sum(len(one[Device]) for one in fleets)
    )
    try:
        async with providers.outbound:
            yield
    finally:
        for part in reversed(parts):
            await done(part.stop())
        await application.transactor.stop()
        await _keep_heads(application, heads)


@asynccontextmanager
async def serving(
    settings: Settings, polls: Ready = always, story: Story | None = None
) -> AsyncIterator[tuple[Application, str]]:
    """A server up for the length of the block; the application and its address. No tower is polled before ``polls``.
    Stops early (by cancelling the block) when the process is told to stop. Raises ``Unavailable``, after an orderly end, when it may not
    go on: the picture would be another than what is stored. ``story`` is that of a demo."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    raise_file_limit()
    hand_over_quickly()
    async with AsyncExitStack() as stack:
        end = stack.enter_context(ending())
        early = await stack.enter_async_context(status_pages_early(settings))
        store = await stack.enter_async_context(
            opened(
                partial(opened_store, settings.database_url, trace=trace_of(settings.data)), waits=bool(early.sockets)
            )
        )
        store.lost.subscribe(end)
        application, metrics = composed(
            store,
            key=await key_of(settings, store),
            session_s=settings.session_hours * 3600,
            idle_s=settings.session_idle_minutes * 60,
            refused=lambda host, act: refused_at_sight(host, settings.poll_allow, act),
            watch=Watch(),
            public_url=settings.public_url,
        )
        application.transactor.broken.subscribe(end)
        leave_trace(settings.data)
        sockets = early.sockets or bound(settings.host, settings.port)
        where = address(sockets[0], settings.host)
        connections = places(settings.connections, settings.connections_per_address)
        metrics.watch_connections(connections)
        sources = replace(sources_of(settings), story=story)
        stop = await stack.enter_async_context(
            up(
                build(application, metrics, sources, polls),
                sockets,
                trust_proxy=settings.trust_proxy,
                client_certificate_header=settings.client_certificate_header,
                connections=connections,
            )
        )
        await early.end()
        end.stops(stop)
        await stack.enter_async_context(
            listening(Operations(application, settings.public_url or where, partial(reported, sources)), settings.data)
        )
        yield application, where


async def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    async with serving(settings) as (application, where):
        log.info('serving', address=where, data=str(settings.data))
        if (made := await application.setup.link()) is not None:
            typer.echo(f'{SET_UP} (within 24 hours): {link_address(settings.public_url or where, made.secret)}')
        await asyncio.Event().wait()


async def at_rest(settings: Settings, operation: str, arguments: dict[str, Any]) -> Answer:
    """Carry out an operator's command on the store while no server runs."""
    async with opened_store(settings.database_url, trace=trace_of(settings.data)) as store:
        application, _ = composed(store, key=await key_of(settings, store))
        leave_trace(settings.data)
        await application.transactor.start()
        try:
            return await Operations(application).run(operation, arguments)
        finally:
            await application.transactor.stop()
            await _keep_heads(application, KeptHeadsFile(settings.audit_heads_file))


def sources_of(settings: Settings) -> Sources:
    """What the doctor looks at where no server runs."""
    return Sources(settings=settings, database=partial(condition_of, settings.database_url))


def trail(settings: Settings) -> AbstractAsyncContextManager[JournalArchive]:
    """The journals of an installation, to be read only."""
    return opened_trail(settings.database_url)


def kept_heads(settings: Settings) -> HeadsFile:
    """The file in which the ends of its journals are kept."""
    return KeptHeadsFile(settings.audit_heads_file)


async def demo(settings: Settings, devices: int, seed: int, messy: bool) -> None:
    """Serve with a simulated fleet and this machine's own agent beside it."""
    local = settings.model_copy(update={'poll_allow': [*settings.poll_allow, IPv4Network('127.0.0.0/8')]})
    ready, story = asyncio.Event(), Story()
    play = partial(run_demo, devices=devices, seed=seed, messy=messy, ready=ready.set, story=story)
    async with serving(local, ready.is_set, story) as (
        application,
        where,
    ):  # an earlier demo had its towers on other ports
        await play(Operations(application), address=where, data=settings.data)


async def _keep_heads(application: Application, file: HeadsFile) -> None:
    """At the end of serving or of a command. What was done before is done, and told, also when this fails."""
    try:
        await keep_heads(application, file)
    except (OSError, Unavailable) as error:
        log.warning('heads_not_kept', reason=str(error))
