"""A mail server on this machine that takes, refuses and delays as it is told."""

import asyncio
import email
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PASSWORD = 'open sesame'


@dataclass(slots=True)
class Sink:
    """``refuses`` answers recipients, ``refuses_data`` what is taken; ``got`` are recipients and mails, in order."""

    port: int = 0
    got: list[tuple[list[str], Message]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    refuses_data: str = ''
    signed_in: list[str] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A recipient."""
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """A mail."""
        if self.refuses_data:
            return self.refuses_data
        assert isinstance(envelope.content, bytes)
        self.senders.append(envelope.mail_from or '')
        self.got.append((list(envelope.rcpt_tos), email.message_from_bytes(envelope.content)))
        return '250 taken'

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """A sign-in."""
        assert isinstance(data, LoginPassword)
        if data.password != PASSWORD.encode():
            return AuthResult(success=False, handled=False)
        self.signed_in.append(data.login.decode())
        return AuthResult(success=True)


def words_of(mail: Message, kind: str = 'text/plain') -> str:
    """What a mail says, as text or as HTML."""
    (part,) = [each for each in mail.walk() if each.get_content_type() == kind]
    return cast('bytes', part.get_payload(decode=True)).decode()


@asynccontextmanager
async def mail_sink(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Sink]:
    """A mail server for the length of the block; with a context it wants a sign-in too."""
    sink = Sink()

    def protocol() -> SMTP:
        secure = starttls is not None or tls is not None
        return SMTP(
            sink,
            hostname='sink.test',
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=sink.authenticate if secure else None,
            auth_required=starttls is not None,
            auth_require_tls=starttls is not None,
        )

    server = await asyncio.get_running_loop().create_server(protocol, '127.0.0.1', 0, ssl=tls)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
        await server.wait_closed()
