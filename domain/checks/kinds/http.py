"""A web address that answers with a certain status."""

import re
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import urlsplit

from domain.checks.kinds.kind import CheckKind, Field
from domain.common.errors import Invalid
from domain.common.text import clean_line

_WHOLE = 'write a whole address such as https://10.0.0.1/status'


@dataclass(frozen=True, slots=True)
class HttpTarget:
    """A web address, the status that is right, and the one certificate that is, where no authority vouches for it."""

    kind: ClassVar[str] = 'http'
    url: str = ''
    expect_status: int = 200
    certificate_sha256: str | None = None

    @property
    def label(self) -> str:
        """``HTTP https://10.0.0.1/status``."""
        return f'{KIND.label} {self.url}'

    @property
    def address(self) -> str:
        """The whole address."""
        return self.url

    @property
    def host(self) -> str:
        """The host inside the address."""
        return urlsplit(self.url).hostname or ''

    def checked(self, field: str) -> 'HttpTarget':
        """Itself, when the address is whole and holds no credentials; the fingerprint as 64 small hexadecimal digits."""
        text = clean_line(self.url, f'{field}.url', most=2000)
        try:
            parts = urlsplit(text)
            parts.port  # noqa: B018 - it is read only now, and may be no port
        except ValueError:
            raise Invalid(_WHOLE, field=f'{field}.url') from None
        if parts.scheme not in ('http', 'https') or not parts.hostname:
            raise Invalid(_WHOLE, field=f'{field}.url')
        if parts.username is not None or parts.password is not None:
            raise Invalid('credentials do not belong into the address', field=f'{field}.url')
        _STATUS.check(self.expect_status, field, 'is an HTTP status from 100 to 599')
        if not (self.certificate_sha256 or '').strip():
            return replace(self, certificate_sha256=None)
        if parts.scheme != 'https':
            raise Invalid('only an https:// address has a certificate', field=f'{field}.certificate_sha256')
        fingerprint = re.sub(r'(?i)^sha-?256[:=]?|[\s:]', '', str(self.certificate_sha256).strip()).lower()
        if not re.fullmatch(r'[0-9a-f]{64}', fingerprint):
            raise Invalid(
                'a SHA-256 fingerprint has 64 hexadecimal digits, with or without colons',
                field=f'{field}.certificate_sha256',
            )
        return replace(self, certificate_sha256=fingerprint)


_STATUS = Field(
    name='expect_status',
    label='Status',
    hint='200',
    type=int,
    low=100,
    high=599,
    in_every_kind=True,
    meaning='the status that is right, 100 to 599',
)
KIND = CheckKind(
    label='HTTP',
    meaning='the address answers with the expected status; up to 4 redirects are followed, certificates are verified',
    target=HttpTarget,
    place='url',
    fields=(
        Field(
            name='url',
            label='Address',
            hint='https://10.20.0.11/status',
            is_wide=True,
            meaning='a whole `http://` or `https://` address without credentials',
        ),
        _STATUS,
        Field(
            name='certificate_sha256',
            label='This very certificate',
            hint='3f0c8e5d9a7b41c2e6f80a1d5b3c9e7f2a4d6b8c0e1f3a5d7c9b2e4f6a8d0c1b',
            is_optional=True,
            is_wide=True,
            meaning='SHA-256 fingerprint of the one certificate that is right, whatever it says of itself; '
            'without it an authority has to vouch for it',
        ),
    ),
)
