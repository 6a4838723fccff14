"""The composition root: one line per store, job, page and route; the services come from :mod:`ui.house`. Nothing else opens a store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import structlog
import typer
from fastapi import FastAPI, Request
from nicegui import ui

from domain.audit import Trail
from jobs.schedule import Schedule
from jobs.table import table
from persistence.copies import check_copy
from persistence.database import opened_store, opened_trail
from ui.api import register_api
from ui.assets import mount_assets
from ui.audit_export import register_audit_export
from ui.auth import Guard, Providers, link_address, register_auth
from ui.cli import Commands, command_line
from ui.clients import Clients
from ui.control import Answer
from ui.control_socket import listening
from ui.demo import run_demo
from ui.export import register_export
from ui.frame import FAVICON
from ui.headers import SecurityHeaders
from ui.house import House, compose
from ui.live import Live
from ui.pages import register_pages
from ui.pages.services import Services
from ui.process import address, bound, hand_over_quickly, raise_file_limit, untouched_by_garbage_collection, up
from ui.sealing import kept_key
from ui.search import register_search
from ui.settings import Settings
from ui.topics import resolver

log = structlog.get_logger(__name__)

SET_UP = 'Set up this installation with the one-time link'


def build(house: House, settings: Settings) -> FastAPI:
    """The web application on a composed house: API, live socket, sign-in and pages; its lifespan opens the road and the schedule."""
    live = Live(
        road=house.road,
        access=house.access,
        resolve=resolver(road=house.road, store=house.store),
        clock=house.road.clock,
    )
    clients = Clients(road=house.road)
    schedule = Schedule(jobs=table(house=house, allow=settings.poll_allow, authorities=settings.poll_authorities))
    providers = Providers(settings.providers, identities=house.identities, public_url=settings.public_url)
    house.metrics.watch(jobs=schedule.health, pages=lambda: live.browsers)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with untouched_by_garbage_collection():
            await house.road.start()
            house.presence.watch_all()
        await live.start()
        await clients.start()
        schedule.start()
        log.info(
            'ready', enterprises=len(list(house.fleets)), devices=sum(len(fleet.devices) for fleet in house.fleets)
        )
        try:
            async with providers.outbound:
                yield
        finally:
            await schedule.stop()
            await clients.stop()
            await live.stop()
            await house.road.stop()

    app = FastAPI(title='Cellwarden', lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, access=house.access)
    app.add_middleware(SecurityHeaders)  # added last: outermost, around refusals too
    mount_assets(app)
    register_api(
        app,
        checkins=house.checkins,
        devices=house.devices,
        enrolments=house.enrolments,
        policies=house.policies,
        towers=house.towers,
        alerts=house.alerts,
        access=house.access,
        people=house.people,
        links=house.links,
        tokens=house.tokens,
        audit=house.audit,
        road=house.road,
        store=house.store,
        metrics=house.metrics,
        metrics_token=settings.metrics_token,
        ready=lambda: None if house.road.is_open else 'changes are not taken',
    )
    register_auth(
        app,
        access=house.access,
        accounts=house.accounts,
        my_account=house.my_account,
        second_factor=house.second_factor,
        known=house.known,
        links=house.links,
        setup=house.setup,
        seal=house.seal,
        providers=providers,
        live=live,
        secure_cookies=_over_tls,
    )
    register_search(app, fleets=house.fleets)
    register_export(app, fleets=house.fleets)
    register_audit_export(app, fleets=house.fleets, audit=house.audit)
    register_pages(
        Services(
            fleets=house.fleets,
            road=house.road,
            store=house.store,
            devices=house.devices,
            enrolments=house.enrolments,
            policies=house.policies,
            towers=house.towers,
            alerts=house.alerts,
            access=house.access,
            accounts=house.accounts,
            my_account=house.my_account,
            people=house.people,
            owners=house.owners,
            links=house.links,
            second_factor=house.second_factor,
            seal=house.seal,
            tokens=house.tokens,
            enterprises=house.enterprises,
            enforcement=house.enforcement,
            providers=providers.known,
            audit=house.audit,
        )
    )
    ui.run_with(
        app,
        title='Cellwarden',
        favicon=FAVICON,
        dark=None,
        tailwind=False,
        language='en-GB',
        binding_refresh_interval=None,
        reconnect_timeout=30,
        show_welcome_message=False,
    )
    return app


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[tuple[House, str]]:
    """A server on the settings' store and address, up for the length of the block; the house and its address.

    Stops early (by cancelling the block) when the process is told to stop.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    raise_file_limit()
    hand_over_quickly()
    async with opened_store(settings.database_url) as store:
        sockets = bound(settings.host, settings.port)
        where = address(sockets[0], settings.host)
        house = compose(
            store=store,
            key=_key(settings),
            session_s=settings.session_hours * 3600,
            idle_s=settings.session_idle_minutes * 60,
        )
        async with (
            up(
                build(house, settings),
                sockets,
                trust_proxy=settings.trust_proxy,
                client_certificate_header=settings.client_certificate_header,
            ),
            listening(replace(house.control, address=settings.public_url or where), settings.data),
        ):
            yield house, where


async def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    async with serving(settings) as (house, where):
        log.info('serving', address=where, data=str(settings.data))
        if (made := await house.setup.link()) is not None:
            typer.echo(f'{SET_UP} (within 24 hours): {link_address(settings.public_url or where, made.secret)}')
        await asyncio.Event().wait()


async def at_rest(settings: Settings, operation: str, arguments: dict[str, Any]) -> Answer:
    """Carry out an operator's command on the store while no server runs."""
    async with opened_store(settings.database_url) as store:
        house = compose(store=store, key=_key(settings))
        await house.road.start()
        try:
            return await house.control.run(operation, arguments)
        finally:
            await house.road.stop()


def trail(settings: Settings) -> AbstractAsyncContextManager[Trail]:
    """The journals of an installation, to be read only."""
    return opened_trail(settings.database_url)


async def demo(settings: Settings, devices: int, seed: int) -> None:
    """Serve with a simulated fleet and this machine's own agent beside it."""
    local = settings.model_copy(update={'poll_allow': [*settings.poll_allow, IPv4Network('127.0.0.0/8')]})
    async with serving(local) as (house, where):
        await run_demo(house.control, address=where, data=settings.data, devices=devices, seed=seed)


def _key(settings: Settings) -> str:
    return settings.secret_key or kept_key(settings.data)


def _over_tls(request: Request) -> bool:
    return request.url.scheme == 'https'


def main() -> None:
    """The command line."""
    command_line(Commands(serve=serve, demo=demo, at_rest=at_rest, trail=trail, check_copy=check_copy))()


if __name__ in {'__main__', '__mp_main__'}:
    main()
