"""A port that takes connections."""

from dataclasses import dataclass
from typing import ClassVar

from domain.checks.kinds.kind import CheckKind, Field, checked_host
from domain.common.errors import Invalid


@dataclass(frozen=True, slots=True)
class TcpTarget:
    """A port of a host."""

    kind: ClassVar[str] = 'tcp'
    host: str = ''
    port: int = 0

    @property
    def label(self) -> str:
        """``TCP 10.0.0.1:5060``."""
        return f'{KIND.label} {self.address}'

    @property
    def address(self) -> str:
        """Host and port."""
        return f'{self.host}:{self.port}'

    def checked(self, field: str) -> 'TcpTarget':
        """Itself, when it has a host and a port."""
        if not self.host or not 1 <= self.port <= 65535:
            raise Invalid(
                'a TCP check needs a host and a port from 1 to 65535',
                field=f'{field}.port' if self.host else f'{field}.host',
            )
        checked_host(self.host, field)
        return self


KIND = CheckKind(
    label='TCP',
    meaning='the port takes a connection',
    target=TcpTarget,
    place='host',
    fields=(
        Field(name='host', label='Host', hint='10.20.0.11', is_wide=True, meaning='a name or an address'),
        Field(name='port', label='Port', hint='443', type=int, low=1, high=65535, meaning='1 to 65535'),
    ),
)
