"""Commands carried out by the operator's own executables: one per action, never through a shell."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from jobs.agent.facts import one_line
from jobs.agent.spool import Order

_GRACE_S = 5.0  # between asking a hook to end and ending it
_TAIL_BYTES = 8192


async def carry_out(order: Order, hooks: Mapping[str, Path], timeout_s: float) -> tuple[str, str]:
    """Run the action's hook; returns outcome (``confirmed`` or ``rejected``) and the detail for the server.

    The hook sees CELLWARDEN_COMMAND_ID, CELLWARDEN_ACTION and CELLWARDEN_REASON. Exit code 0 confirms; anything else
    rejects with the last line of its standard error. After ``timeout_s`` seconds the hook and its children are ended.
    """
    hook = hooks.get(order.action)
    if hook is None:
        return 'rejected', f'no hook for {order.action}'
    environment = os.environ | {
        'CELLWARDEN_COMMAND_ID': order.id,
        'CELLWARDEN_ACTION': order.action,
        'CELLWARDEN_REASON': order.reason.replace('\0', ' '),
    }
    started = time.monotonic()
    # A file, not a pipe: a hook that leaves a daemon behind would hold a pipe open for ever.
    with tempfile.TemporaryFile() as errors:
        try:
            process = await asyncio.create_subprocess_exec(
                hook, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=errors,
                env=environment, start_new_session=True,
            )  # fmt: skip
        except OSError as err:
            return 'rejected', f'the hook {hook} cannot be started: {err.strerror}'
        try:
            code = await asyncio.wait_for(process.wait(), timeout_s)
        except TimeoutError:
            return 'rejected', f'the hook did not finish within {timeout_s:g} s'
        finally:
            if process.returncode is None:
                await _end(process)
        if code == 0:
            return 'confirmed', f'the hook finished in {time.monotonic() - started:.1f} s'
        said = _last_line(errors.fileno())
    if said:
        return 'rejected', said
    return 'rejected', f'the hook was ended by signal {-code}' if code < 0 else f'the hook ended with exit code {code}'


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the hook's whole session, first by request."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _GRACE_S)
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _last_line(descriptor: int) -> str | None:
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, _TAIL_BYTES, max(0, size - _TAIL_BYTES)).decode('utf-8', 'replace')
    lines = [line for line in tail.splitlines() if line.strip()]
    return one_line(lines[-1], 500) if lines else None
