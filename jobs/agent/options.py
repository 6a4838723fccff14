"""What an operator asks of the agent, and which of it is refused before anything is sent."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from yarl import URL

from domain.devices.actions import Action
from domain.devices.model import Criticality, DeviceKind


class AgentError(Exception):
    """The agent cannot go on; the message is one line for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOptions:
    """``server`` is the console's address, with a path when it is served below one.

    ``interval_s`` is a wish: the server's answer wins. ``hooks`` names an executable per action. ``ca_file`` replaces
    the system's certificate authorities, ``certificate`` is shown to the server as the device's own (with its key, PEM). A
    credential is renewed when it is ``rotate_s`` seconds old; 0 is never. ``keep`` bounds the check-ins kept while the server is
    away. ``once`` sends one check-in after all that was kept, carries out what comes back, and stops.
    """

    server: str
    state: Path
    enrol_token: str | None = None
    name: str | None = None
    kind: str = DeviceKind.OTHER
    labels: Mapping[str, str] = field(default_factory=dict)
    interval_s: int = 60
    criticality: str | None = None
    hooks: Mapping[str, Path] = field(default_factory=dict)
    hook_timeout_s: float = 60.0
    ca_file: Path | None = None
    certificate: Path | None = None
    rotate_s: float = 30 * 86_400.0
    allow_http: bool = False
    once: bool = False
    keep: int = 10_000
    request_timeout_s: float = 30.0

    def said(self) -> dict[str, Any]:
        """What the operator says of the device, as an enrolment sends it."""
        said = {'kind': str(self.kind), 'labels': dict(self.labels), 'interval_s': self.interval_s}
        # left out unless it was given: a server that is older than the agent does not know the name
        return said if self.criticality is None else {**said, 'criticality': str(self.criticality)}


def check_options(options: AgentOptions) -> URL:
    """The server's address, ready for paths to be added. Raises ``AgentError`` for what cannot work or is not safe."""
    if options.interval_s < 1:
        raise AgentError(f'the interval is a number of seconds, 1 or more, not {options.interval_s}')
    if options.keep < 1:
        raise AgentError(f'at least one check-in has to be kept, not {options.keep}')
    if options.kind not in list(DeviceKind):
        raise AgentError(f'the kind {options.kind!r} is not one of {", ".join(DeviceKind)}')
    if options.criticality not in (None, *Criticality):
        raise AgentError(f'the criticality {options.criticality!r} is not one of {", ".join(Criticality)}')
    if options.ca_file is not None and not options.ca_file.is_file():
        raise AgentError(f'the CA file {options.ca_file} does not exist')
    if options.certificate is not None and not options.certificate.is_file():
        raise AgentError(f'the certificate {options.certificate} does not exist')
    if odd := sorted(set(options.hooks) - set(Action)):
        raise AgentError(f'there is no action {odd[0]!r}: hooks are for {", ".join(Action)}')
    for action, hook in options.hooks.items():
        _check_hook(action, hook)
    return server_url(options.server, allow_http=options.allow_http)


def server_url(text: str, *, allow_http: bool = False) -> URL:
    """``text`` as an address without a trailing slash; plain HTTP only on this machine, unless ``allow_http``."""
    try:
        url = URL(text.strip())
    except ValueError as err:
        raise AgentError(f'{text!r} is not a URL: {err}') from err
    if url.scheme not in ('http', 'https') or not url.host:
        raise AgentError(f'the server is a URL such as https://console.example.org, not {text!r}')
    if url.user or url.password or url.query_string or url.fragment:
        raise AgentError('the server URL has no user, password, query or fragment')
    if url.scheme == 'http' and not allow_http and not is_loopback(url.host):
        raise AgentError(
            f'{url} would carry the credential in clear text: use https://, or --insecure-http if the way there is safe'
        )
    return url.with_path(url.path.rstrip('/'))


def is_loopback(host: str) -> bool:
    """True when what is sent to ``host`` never leaves this machine."""
    if host == 'localhost':
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check_hook(action: str, hook: Path) -> None:
    if not hook.is_absolute():
        raise AgentError(f'the hook for {action} is an absolute path, not {hook}')
    if not hook.is_file() or not os.access(hook, os.X_OK):
        raise AgentError(f'the hook for {action}, {hook}, is not an executable file')
    if hook.stat().st_mode & stat.S_IWOTH:  # it runs with the agent's rights, so no other user may write into it
        raise AgentError(f'the hook for {action}, {hook}, can be written by every user: chmod o-w it')
