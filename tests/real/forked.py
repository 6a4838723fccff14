"""Servers that begin as copies of one process that has loaded the program: what a start takes then is the server's own work.

Loading takes 3 to 4 s of CPU, most of a start. ``python -m tests.real.forked FD`` is that process; it ends when the socket ``FD`` does.
"""

import atexit
import contextlib
import ctypes
import importlib
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path

from argon2.profiles import CHEAPEST

from ui.crypto import argon2

ROOT = Path(__file__).parents[2]
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_MOST = 128 * 1024
"""Bytes of a request: arguments, environment and the rest."""

Files = tuple[int, int, int]
"""Descriptors of its input, its output, and its errors."""


class Forked:
    """A copy that runs; what :class:`subprocess.Popen` offers of it."""

    def __init__(self, pid: int, status: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._status = status
        self._turn = threading.Lock()
        weakref.finalize(self, os.close, status)

    def poll(self) -> int | None:
        """The exit code, negative for a signal; ``None`` while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit code, at most ``timeout`` seconds; raises :class:`subprocess.TimeoutExpired`."""
        if self.returncode is None and not select.select([self._status], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        with self._turn:  # another thread may wait as well
            if self.returncode is None:
                said = os.read(self._status, 16)
                self.returncode = int(said) if said else -signal.SIGKILL  # nothing is said when all of them ended
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """``kill -9``."""
        self.send_signal(signal.SIGKILL)


class Forks:
    """The process that is copied, started when it is first needed."""

    def __init__(self) -> None:
        self._channel: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def start(
        self,
        arguments: list[str],
        environment: Mapping[str, str],
        files: Files,
        *,
        most_files: int = 0,
        slow_passwords: bool = False,
    ) -> Forked:
        """``cellwarden`` with these arguments and standard ``files``; it may open ``most_files`` (0: as many as we).

        Unless ``slow_passwords``, a password is hashed at the least costs there are: most tests sign in to get at something else.
        """
        request = json.dumps([arguments, dict(environment), most_files, slow_passwords]).encode()
        status, told = os.pipe()
        with self._turn:
            self._channel = self._channel or self._begin(environment)
            socket.send_fds(self._channel, [request], [*files, told])
            os.close(told)
            pid = int(self._channel.recv(16))
        return Forked(pid, status)

    def _begin(self, environment: Mapping[str, str]) -> socket.socket:
        clean = {name: value for name, value in environment.items() if not name.startswith('CELLWARDEN_')}
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        arguments = [sys.executable, '-m', 'tests.real.forked', str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(
                arguments, cwd=ROOT, env=clean, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
            )
        atexit.register(self._end, ours, self._process)
        return ours

    def _end(self, channel: socket.socket, process: 'subprocess.Popen[bytes]') -> None:
        channel.close()
        process.wait()


FORKS = Forks()


def _copy_on_request(channel: socket.socket) -> None:
    """Serve ``channel`` to its end; returns in each copy, which then stands as its request wants it."""
    ended, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests, which then end this
    running: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([channel.fileno(), ended], [], [])
        if ended in ready:
            os.read(ended, 4096)
            while running and (found := os.waitpid(-1, os.WNOHANG))[0]:
                told = running.pop(found[0])
                os.write(told, str(os.waitstatus_to_exitcode(found[1])).encode())
                os.close(told)
        if channel.fileno() in ready:
            request, fds, _, _ = socket.recv_fds(channel, _MOST, 4)
            if not request:
                os._exit(0)
            *files, told = fds
            if pid := os.fork():
                for each in files:
                    os.close(each)
                running[pid] = told
                channel.send(str(pid).encode())
                continue
            for each in (told, ended, wake, *running.values()):
                os.close(each)
            channel.close()
            _stand(files, *json.loads(request))
            return


def _stand(
    files: Sequence[int], arguments: list[str], environment: dict[str, str], most_files: int, slow_passwords: bool
) -> None:
    if not slow_passwords:
        argon2.COSTS = CHEAPEST
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if most_files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    for number, each in enumerate(files):
        os.dup2(each, number)
        os.close(each)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ['cellwarden', *arguments]


if __name__ == '__main__':
    from ui.cli.main import main

    importlib.import_module('ui.main')
    _copy_on_request(socket.socket(fileno=int(sys.argv[1])))
    main()
