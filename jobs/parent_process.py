"""Ends this process with the one that started it, so that nothing of a demo outlives it."""

import asyncio
import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LOOK_S = 1.0


def die_with_parent() -> None:
    """Ask Linux for SIGTERM the moment the parent ends; elsewhere :func:`parent_gone` alone notices.

    The kernel means the parent's thread: a parent that starts this process from a thread has to keep that thread.
    """
    if sys.platform == 'linux':
        try:
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        except (OSError, AttributeError):  # another libc: the look-out below is enough
            return


async def parent_gone(parent: int) -> None:
    """Return once this process belongs to another than ``parent``, a process id; looks every second."""
    while os.getppid() == parent:  # noqa: ASYNC110 the kernel sends no event for this
        await asyncio.sleep(_LOOK_S)
