"""What asks each kind of check, by the kind's key: one line a kind."""

from collections.abc import Mapping

from jobs.polling.probe import Probe
from jobs.polling.probes import dns, http, tcp

PROBES: Mapping[str, type[Probe]] = {
    probe.of: probe
    for probe in (
        tcp.TcpProbe,
        http.HttpProbe,
        dns.DnsProbe,
    )
}
