"""Ends this process with the one that started it, so that nothing of a demo outlives it."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LOOK_S = 1.0


def die_with_parent(parent: int) -> None:
    """Ask Linux for SIGTERM the moment the parent ends; elsewhere :func:`parent_gone` alone notices. ``parent`` is its process id as it
    said itself: one that ended while this process was still loading is noticed here, and ends it (``SystemExit``).

    The kernel means the parent's thread: a parent that starts this process from a thread has to keep that thread.
    """
    if sys.platform == 'linux':
        with contextlib.suppress(OSError, AttributeError):  # another libc: the look-out below is enough
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(0)


async def parent_gone(parent: int) -> None:
    """Return once this process belongs to another than ``parent``, a process id; looks every second."""
    while os.getppid() == parent:  # noqa: ASYNC110 the kernel sends no event for this
        await asyncio.sleep(_LOOK_S)
