"""A resolver that knows a name."""

import re
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address
from typing import ClassVar

from domain.checks.kinds.kind import CheckKind, Field, checked_host
from domain.common.errors import Invalid
from domain.common.text import clean_line

_LABEL = re.compile(r'(?!-)[A-Za-z0-9_-]{1,63}(?<!-)')
_ADDRESSES: dict[str, type[IPv4Address | IPv6Address]] = {'A': IPv4Address, 'AAAA': IPv6Address}


@dataclass(frozen=True, slots=True)
class DnsTarget:
    """A resolver, the name that it is asked for, and the address that is right; without one, any address is."""

    kind: ClassVar[str] = 'dns'
    host: str = ''
    port: int = 53
    record_type: str = 'A'
    query_name: str = ''
    expect_address: str | None = None

    @property
    def label(self) -> str:
        """``DNS mme.example AAAA @10.0.0.53``; the port where it is not the usual one."""
        port = '' if self.port == KIND.default('port') else f':{self.port}'
        return f'{KIND.label} {self.query_name} {self.record_type} @{self.host}{port}'

    @property
    def address(self) -> str:
        """The resolver and its port."""
        return f'{self.host}:{self.port}'

    def checked(self, field: str) -> 'DnsTarget':
        """Itself, with the name in ASCII and the expected address in its usual spelling."""
        checked_host(self.host, field)
        for one in KIND.fields:
            one.check(getattr(self, one.name), field)
        expected = self.expect_address and self._expected(self.expect_address, f'{field}.expect_address')
        return replace(self, query_name=_name(self.query_name, f'{field}.query_name'), expect_address=expected or None)

    def _expected(self, address: str, field: str) -> str:
        try:
            return str(_ADDRESSES[self.record_type](address.strip()))
        except ValueError:
            example = '10.20.0.7' if self.record_type == 'A' else '2001:db8::7'
            raise Invalid(f'an {self.record_type} record holds an address such as {example}', field=field) from None


def _name(name: str, field: str) -> str:
    """The name as it is asked for: letters beyond ASCII by their punycode."""
    text = clean_line(name, field, most=253).removesuffix('.')
    try:
        ascii_name = text if text.isascii() else text.encode('idna').decode()
    except UnicodeError:
        ascii_name = ''
    if len(ascii_name) > 253 or not all(map(_LABEL.fullmatch, ascii_name.split('.'))):
        raise Invalid('write a whole name such as mme.example.com', field=field)
    return ascii_name


KIND = CheckKind(
    label='DNS',
    meaning='the resolver knows the name; asked over UDP, and over TCP when the answer is too long for that',
    target=DnsTarget,
    place='host',
    fields=(
        Field(
            name='host', label='Resolver', hint='10.20.0.53', is_wide=True, meaning='name or address of the resolver'
        ),
        Field(name='port', label='Port', hint='53', type=int, low=1, high=65535, meaning='1 to 65535'),
        Field(
            name='record_type',
            label='Record',
            choices=tuple(_ADDRESSES),
            hint='A',
            meaning='`A` for IPv4, `AAAA` for IPv6; for both, two checks',
        ),
        Field(
            name='query_name', label='Name', hint='mme.example.com', is_wide=True, meaning='the whole name to ask for'
        ),
        Field(
            name='expect_address',
            label='Expected address',
            hint='10.20.0.7',
            is_optional=True,
            is_wide=True,
            meaning='one of the addresses in the answer; any will do when it is left out',
        ),
    ),
)
