"""Finds the Chromium that browser tests drive, or installs one; ``python -m tests.browser.chromium`` prints where."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome')
HELP = (
    'no Chromium or Chrome to test with: put one on PATH (Debian: apt-get install chromium), '
    'or run `python -m playwright install --with-deps chromium`'
)
_PROBE_S = 60
_INSTALL_S = 900


class NoChromiumError(Exception):
    """There is no browser and none could be installed; the message is one line that says what to do."""


def find_chromium() -> Path:
    """The browser on PATH, else Playwright's own, else (as root) Debian's package; raises ``NoChromiumError``."""
    lock = Path(tempfile.gettempdir()) / f'cellwarden-chromium-{os.getuid()}.lock'
    with lock.open('w') as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # one of the test processes installs, the others wait and find it
        found = _on_path() or _playwrights() or _debians()
    if found is None:
        raise NoChromiumError(HELP)
    return found


def _on_path() -> Path | None:
    found = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in found if path and _runs(Path(path))), None)


def _playwrights() -> Path | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    if not path.exists():
        _install([sys.executable, '-m', 'playwright', 'install', 'chromium'])
    return path if _runs(path) else None


def _debians() -> Path | None:
    if os.geteuid() != 0 or not shutil.which('apt-get'):
        return None
    _install(['apt-get', 'update'])
    _install(['apt-get', 'install', '--yes', '--no-install-recommends', 'chromium'])
    return _on_path()


def _install(command: list[str]) -> None:
    """Run an installer; whether it worked is seen by looking for what it should have brought."""
    print('no Chromium found, trying:', *command, file=sys.stderr, flush=True)
    # RUNLEVEL=1 keeps Debian's packages from starting services
    environment = os.environ | {'RUNLEVEL': '1', 'DEBIAN_FRONTEND': 'noninteractive'}
    try:
        done = subprocess.run(command, env=environment, timeout=_INSTALL_S, capture_output=True, text=True)
    except subprocess.TimeoutExpired:
        print(f'gave up after {_INSTALL_S} s', file=sys.stderr)
    else:
        if done.returncode:
            lines = (done.stdout + done.stderr).splitlines() or ['']
            print(
                next((line for line in lines if 'Error' in line or line.startswith('E:')), lines[-1]), file=sys.stderr
            )


def _runs(path: Path) -> bool:
    """A name on PATH may be a stub that only tells how to install the browser, and a browser may lack its libraries."""
    try:
        return subprocess.run([path, '--version'], capture_output=True, timeout=_PROBE_S).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


if __name__ == '__main__':
    try:
        print(find_chromium())
    except NoChromiumError as error:
        sys.exit(str(error))
