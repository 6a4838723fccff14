"""A page that could not be built: what a person reads then, and the number under which the log names the cause."""

import secrets
from collections.abc import Iterator, MutableMapping
from typing import Any

import structlog
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from ui.server.assets import BASE, LATER
from ui.server.nonces import nonce_of

log = structlog.get_logger(__name__)

_NUMBER = 'cellwarden.failure'
_WORDS = (
    '<style>#cw-badge {{ display: none; }}</style>'
    '<div id="cw-failed"><main><div class="cw-main" id="main" tabindex="-1"><section class="cw-card"><div class="cw-note" role="alert">'
    '<h2>This page could not be built</h2><p>The console has made an error. Nothing was changed. Load the page again; if it fails once '
    'more, tell the people who run the console this number, under which its log names the cause: <code>{number}</code></p>'
    '<a class="cw-btn primary" href="">Load the page again</a></div></section></div></main></div>'
)
_SCRIPTS = '<script nonce="{nonce}">{later}</script>'
_ALONE = (
    '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    f'<title>Error · Cellwarden</title><link rel="stylesheet" href="{BASE}/cellwarden.css"></head><body>'
)


class Failures(Collector):
    """How many pages could not be built since the start of the process, for ``/metrics``."""

    def __init__(self) -> None:
        self.count = 0

    def collect(self) -> Iterator[Metric]:
        """Called by the registry."""
        failed = CounterMetricFamily('cellwarden_pages_failed', 'Pages that could not be built; the log says why')
        failed.add_metric([], self.count)
        yield failed

    def note(self, scope: MutableMapping[str, Any], status: int) -> None:
        """One more; the log has it too."""
        self.count += 1
        log.error('page_failed', path=scope['path'], number=number_of(scope), status=status)


def number_of(scope: MutableMapping[str, Any]) -> str:
    """By which the page that is asked for is found in the log, should it fail."""
    found: str = scope.setdefault(_NUMBER, secrets.token_hex(4))
    return found


def log_cause(scope: MutableMapping[str, Any]) -> None:
    """The error that is being handled goes to the log, under the number of the page."""
    log.exception('page_not_built', path=scope['path'], number=number_of(scope))


def within(frame: str, scope: MutableMapping[str, Any]) -> str:
    """The document that says it behind this frame, or behind the part of it that has been sent; where there is no frame, by itself.

    The scripts of the frame follow: its menus and its finder work.
    """
    words = _WORDS.format(number=number_of(scope))
    return f'{frame}{words}{_SCRIPTS.format(nonce=nonce_of(scope), later=LATER)}</body></html>'


def alone(scope: MutableMapping[str, Any]) -> str:
    """The same without a frame: for people who have not signed in, and when the frame is what fails."""
    return f'{_ALONE}{_WORDS.format(number=number_of(scope))}</body></html>'
