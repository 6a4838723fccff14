"""Probes of the way between browsers and this server: TLS, proxy, origins, sockets. They go by the newest requests of signed-in people."""

from urllib.parse import urlsplit

from ui.doctor.model import NO_SERVER, Said, fault, ok, unknown, warning
from ui.doctor.sources import Sources
from ui.durations import counted

_NOT_SEEN = 'No signed-in browser has asked for anything since the start of this server.'
_LOCAL = frozenset({'localhost', '127.0.0.1', '::1'})
LEAST_POLLS = 3


async def origin(of: Sources) -> Said:
    """Whether the address that browsers show is one that this server takes for its own."""
    if (running := of.running) is None:
        return unknown(NO_SERVER)
    settings, arrivals = of.settings, running.arrivals
    origins = arrivals.origins
    figures = {'public_url': settings.public_url, 'host': arrivals.host, 'refused': origins.refused}
    if origins.refused and (pair := origins.newest_refused) is not None:
        times = counted(origins.refused, 'request was', 'requests were')
        return warning(
            f'{times} refused as coming from another site, such as {pair[0]!r} while Host says {pair[1]!r}.',
            'If that is this console: set CELLWARDEN_PUBLIC_URL, or let the proxy pass Host with its port ($http_host).',
            newest=list(pair), figures=figures,
        )  # fmt: skip
    if not arrivals.requests:
        return unknown(_NOT_SEEN, figures=figures)
    told = (
        f', which the proxy calls {arrivals.host}' if arrivals.host and arrivals.host not in settings.public_url else ''
    )
    where = f'{settings.public_url}{told}' if settings.public_url else arrivals.host
    return ok(f'Browsers come to {where}; no request was refused for its origin.', figures=figures)


async def proxy(of: Sources) -> Said:
    """Whether a proxy that forwards is the one that is trusted."""
    if (running := of.running) is None:
        return unknown(NO_SERVER)
    trusted, arrivals = of.settings.trust_proxy, running.arrivals
    figures = {'trust_proxy': trusted, 'forwarded': arrivals.forwarded}
    if not arrivals.requests:
        return unknown(_NOT_SEEN, figures=figures)
    if arrivals.forwarded and not trusted:
        return warning(
            'A proxy forwards browsers and is not trusted: everybody seems to come from its address, and without TLS.',
            'Set CELLWARDEN_TRUST_PROXY to the address of the proxy.', figures=figures,
        )  # fmt: skip
    if trusted and not arrivals.forwarded:
        return warning(
            'A proxy is trusted, but the newest browser came without its headers.',
            'Let the proxy set X-Forwarded-For and X-Forwarded-Proto, and let nobody past it.', figures=figures,
        )  # fmt: skip
    return ok(
        'The trusted proxy tells of its clients.' if trusted else 'Browsers come without a proxy.', figures=figures
    )


async def tls(of: Sources) -> Said:
    """Whether browsers come over TLS, as far as this server can tell."""
    if (running := of.running) is None:
        return unknown(NO_SERVER)
    arrivals, public = running.arrivals, of.settings.public_url
    figures = {'encrypted': arrivals.encrypted, 'public_url': public}
    if not arrivals.requests:
        return unknown(_NOT_SEEN, figures=figures)
    if arrivals.encrypted:
        return ok('Browsers come over TLS, and session cookies are Secure.', figures=figures)
    if public.startswith('https://'):
        return fault(
            'Browsers should come over TLS, but as this server sees it they do not: session cookies are not Secure.',
            'Set CELLWARDEN_TRUST_PROXY, and let the proxy pass X-Forwarded-Proto.', figures=figures,
        )  # fmt: skip
    if urlsplit(f'//{arrivals.host}').hostname in _LOCAL:
        return ok('Browsers of this machine come without TLS, which no other machine can read.', figures=figures)
    return warning(
        'Browsers come without TLS: passwords and sessions travel in clear.',
        'Put a proxy with TLS in front: docs/operating.md, "Behind a proxy".', figures=figures,
    )  # fmt: skip


async def sockets(of: Sources) -> Said:
    """Whether pages get their WebSocket."""
    if (running := of.running) is None:
        return unknown(NO_SERVER)
    arrivals = running.arrivals
    figures = {'sockets': arrivals.sockets, 'polls': arrivals.polls}
    if arrivals.sockets:
        return ok(
            f'Pages have opened {counted(arrivals.sockets, "WebSocket")} since the start of this server.',
            figures=figures,
        )
    if arrivals.polls >= LEAST_POLLS:
        return warning(
            'No page has opened a WebSocket; all of them ask again and again instead, which is slower.',
            'Let the proxy, firewall or virus scanner pass WebSocket upgrades: docs/operating.md, "Behind a proxy".', figures=figures,
        )  # fmt: skip
    return unknown(_NOT_SEEN, figures=figures)
