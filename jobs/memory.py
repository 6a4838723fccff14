"""What was freed goes back to the system.

A group of check-ins, a page, an answer of a site: each leaves pages of malloc's heap that are free between others that are not. By itself
the C library gives back what is free at the end of its heap alone: a server grew by some 6 MB an hour so, while what it used did not.
"""

import contextlib
import ctypes


def hand_back() -> None:
    """Let free pages go, where the C library can (glibc). It takes some tenths of a millisecond."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


async def hand_back_again() -> None:
    """The same, as a job."""
    hand_back()
