"""Every kind of check, by the key under which it is stored and sent: one line a kind."""

from collections.abc import Mapping

from domain.checks.kinds import dns, http, tcp
from domain.checks.kinds.kind import CheckKind

KINDS: Mapping[str, CheckKind] = {
    kind.key: kind
    for kind in (
        tcp.KIND,
        http.KIND,
        dns.KIND,
    )
}
