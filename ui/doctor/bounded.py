"""Looking without hanging: every probe has a time, and what the system may hold up is asked in a thread that is not waited for."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import structlog

from ui.doctor.model import Finding, Probe, Said, fault, unknown

log = structlog.get_logger(__name__)
WITHIN_S = 5.0
T = TypeVar('T')


async def examine(probes: Sequence[Probe[T]], of: T, *, within_s: float = WITHIN_S) -> list[Finding]:
    """The findings of all probes, in their order; they look at once, each for ``within_s`` seconds at most."""
    return list(await asyncio.gather(*(_look(probe, of, within_s) for probe in probes)))


async def _look(probe: Probe[T], of: T, within_s: float) -> Finding:
    looking = asyncio.ensure_future(probe.look(of))
    try:
        # NOTE: not asyncio.timeout, which waits until what is cancelled has ended: a driver may hang in that, too
        done, _ = await asyncio.wait({looking}, timeout=within_s)
    finally:
        looking.cancel()
    if not done:
        looking.add_done_callback(_forget)
        return Finding(probe.name, probe.title, fault(f'It did not answer within {within_s:g} s.', probe.late))
    try:
        said = looking.result()
    except Exception as error:
        log.warning('probe_failed', probe=probe.name, exc_info=error)
        said = _stumbled(error)
    return Finding(probe.name, probe.title, said)


def _stumbled(error: Exception) -> Said:
    return unknown(f'It could not be looked at: {type(error).__name__}.', 'Send the log line probe_failed to support.')


def _forget(looking: 'asyncio.Future[Said]') -> None:
    with suppress(asyncio.CancelledError):
        looking.exception()


async def in_thread(work: Callable[[], T]) -> T:
    """The result of ``work``, done in a thread of its own. A hanging one keeps neither the loop nor the end of the process up."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 it is raised where it is waited for
            failure = error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, name='doctor', daemon=True).start()
    return await done
