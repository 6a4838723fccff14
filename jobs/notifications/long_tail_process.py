"""Hands one message to Apprise, in a process of its own: ``python -m jobs.notifications.long_tail_process``.

The message comes as JSON on standard input (``url``, ``title``, ``text``, ``level``, ``allow``), what came of it goes as JSON to standard
output (``delivered``, ``said``). A hundred plugins that nobody here has read run in it: it knows no secret but the address, has no
database, so much time and memory as the system lets it have, and connects to no address that is refused to channels.
"""

import contextlib
import importlib
import io
import ipaddress
import json
import logging
import resource
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

from domain.common.web_addresses import SENT_MESSAGES
from jobs.polling.addresses import Network, Refused, refused_at_sight

CPU_S = 10
MEMORY = 1 << 30
MOST_SAID = 300


def main() -> None:
    """Read a message, hand it over, say what came of it."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    asked = json.loads(sys.stdin.buffer.read())
    refusals = judge_connections([ipaddress.ip_network(one) for one in asked['allow']])
    out = sys.stdout
    with contextlib.redirect_stdout(io.StringIO()):
        answer = handed_over(asked, refusals)
    json.dump(answer, out)


def handed_over(asked: dict[str, Any], refusals: Sequence[str]) -> dict[str, Any]:
    """``delivered``, and in ``said`` what Apprise told of it."""
    try:
        apprise: Any = importlib.import_module('apprise')  # an extra: without it a person is told so
    except ImportError:
        return _said(
            'Apprise is not installed: the operator of this console installs it with pip install cellwarden[apprise]'
        )
    told = io.StringIO()
    apprise.logger.handlers = [logging.StreamHandler(told)]
    apprise.logger.setLevel(logging.WARNING)
    asset = apprise.AppriseAsset(
        app_id='Cellwarden', app_desc='Cellwarden', storage_mode=apprise.PersistentStoreMode.MEMORY
    )
    service = apprise.Apprise.instantiate(asked['url'], asset=asset, suppress_exceptions=True)
    if service is None:
        return _said('Apprise does not understand this address: something that the service needs is missing')
    try:
        delivered = service.notify(title=asked['title'], body=asked['text'], notify_type=asked['level'])
    except Exception as error:  # noqa: BLE001 - a plugin of a stranger met what it does not know
        return _said(f'{service.service_name}: {type(error).__name__}')
    if delivered:
        return {'delivered': True, 'said': f'{service.service_name} took it'}
    last = next(iter(told.getvalue().strip().splitlines()[:1]), '')
    return _said(next(iter(refusals), '') or f'{service.service_name}: {last or "it was not taken"}', asked['url'])


def judge_connections(allow: Sequence[Network]) -> list[str]:
    """From here on a socket connects to permitted addresses alone; what was refused is added to the list that is given."""
    refusals: list[str] = []

    def judged(act: Callable[..., Any], place: int) -> Callable[..., Any]:
        def judge(opened: socket.socket, *more: Any) -> Any:
            target = more[place]
            is_network = isinstance(target, tuple)
            if because := _refused(str(target[0]), allow) if is_network else 'only the network may be used':
                refusals.append(because)
                raise Refused(because)
            return act(opened, *more)

        return judge

    for name, place in (('connect', 0), ('connect_ex', 0), ('sendto', -1)):
        setattr(socket.socket, name, judged(getattr(socket.socket, name), place))
    return refusals


def _refused(host: str, allow: Sequence[Network]) -> str:
    """A name that reaches a socket would be resolved behind our back: it is none that may be connected to."""
    try:
        ipaddress.ip_address(host.strip('[]').partition('%')[0])
    except ValueError:
        return f'{host} was not looked up before it was connected to'
    return refused_at_sight(host.partition('%')[0], allow, SENT_MESSAGES)


def _said(words: str, secret: str = '') -> dict[str, Any]:
    shown = words.replace(secret, '…') if secret else words
    return {'delivered': False, 'said': ' '.join(shown.split())[:MOST_SAID]}


if __name__ == '__main__':
    main()
