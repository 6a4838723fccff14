"""A web address that answers with a certain status."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from domain.checks.kinds.kind import CheckKind, Field
from domain.common.errors import Invalid
from domain.common.text import clean_line

_WHOLE = 'write a whole address such as https://10.0.0.1/status'


@dataclass(frozen=True, slots=True)
class HttpTarget:
    """A web address, and the status that is right."""

    kind: ClassVar[str] = 'http'
    url: str = ''
    expect_status: int = 200

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
        """Itself, when the address is whole and holds no credentials."""
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
        return self


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
    meaning='the address answers with the expected status; up to 3 redirects are followed, certificates are verified',
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
    ),
)
