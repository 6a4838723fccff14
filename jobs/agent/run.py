"""The agent's life: enrol once, observe at an interval, deliver in order, carry out commands, stop cleanly."""

import asyncio
import signal
import sqlite3

import structlog

from jobs.agent.client import Client
from jobs.agent.clock import Clock
from jobs.agent.commands import Orders
from jobs.agent.delivery import Delivery
from jobs.agent.enrolment import Enrolment
from jobs.agent.modem import Modem
from jobs.agent.modem_choice import ModemChoice
from jobs.agent.observe import Observer
from jobs.agent.options import AgentError, AgentOptions, check_options
from jobs.agent.spool import Spool
from jobs.agent.state import open_state

_log = structlog.get_logger(__name__)
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


async def run_agent(options: AgentOptions) -> None:
    """Run until SIGTERM or SIGINT, or until one check-in is through with ``options.once``. For the main thread.

    Raises ``AgentError`` when going on makes no sense: options that cannot work, a credential or token that the server
    refuses, a damaged state folder; with ``once`` also when the server is away.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    work = asyncio.create_task(_work(options))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((work, stopping), return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            _log.info('agent_stopping')
    finally:
        for task in (work, stopping):
            task.cancel()
        results = await asyncio.gather(work, stopping, return_exceptions=True)
        for number in _STOP_SIGNALS:
            loop.remove_signal_handler(number)
    if isinstance(failure := results[0], BaseException) and not isinstance(failure, asyncio.CancelledError):
        raise failure


async def _work(options: AgentOptions) -> None:
    server = check_options(options)
    with open_state(options.state) as folder:
        spool = Spool(folder / 'agent.db', most=options.keep)
        try:
            async with Client(
                server,
                ca_file=options.ca_file,
                certificate=options.certificate,
                timeout_s=options.request_timeout_s,
            ) as client:
                modem = Modem(ModemChoice(folder / 'modem'))
                enrolment = Enrolment(options, server, folder, client, spool, modem)
                await enrolment.ensure()
                orders = Orders(spool, options.hooks, options.hook_timeout_s)
                delivery = Delivery(client, spool, enrolment, orders, Clock())
                observer = Observer(spool, modem, delivery, Clock())
                await (_once if options.once else _always)(observer, delivery, orders)
        except sqlite3.Error as err:
            raise AgentError(f'the state in {folder} cannot be kept: {err}') from err
        finally:
            spool.close()


async def _once(observer: Observer, delivery: Delivery, orders: Orders) -> None:
    await observer.observe()
    await delivery.drain()
    await orders.drain()
    await delivery.drain()


async def _always(observer: Observer, delivery: Delivery, orders: Orders) -> None:
    tasks = [asyncio.create_task(part.run()) for part in (observer, delivery, orders)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)  # none ends but by an error
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
