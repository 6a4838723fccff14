"""Mail, by a submission server. The address is judged when it is connected to; TLS proves whose server it is."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from pathlib import Path

import aiosmtplib

from domain.channels.kinds.kind import MailMessage
from domain.channels.model import Answered, Outcome
from jobs.notifications.unreached import LOGIN_REFUSED, unreached
from jobs.polling.addresses import Targets
from jobs.polling.tls import ends_at, strict

MOST_REMEMBERED = 1000
STEP_S = 10.0
"""One answer of the server."""
SHOWN = 300


class MailTransport:
    """A connection for each mail: alerts are few, and a kept one would be closed by most servers in between.

    A mail that some recipients were refused for the time being is tried again for those alone; after a restart all of them get it
    again, with the same Message-ID.
    """

    def __init__(
        self, *, targets: Targets, authorities: Path | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._targets = targets
        self._authorities = authorities
        self._clock = clock
        self._taken: OrderedDict[str, frozenset[str]] = OrderedDict()

    async def send(self, message: MailMessage) -> Answered:
        """Hand it over once."""
        key = message.headers['Message-ID']
        taken = self._taken.get(key, frozenset())
        recipients = [each for each in message.recipients if each not in taken]
        try:
            refused, said, until = await self._handed_over(message, recipients)
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = {each.recipient: (each.code, each.message) for each in error.recipients}
            return _refused(codes)
        except aiosmtplib.SMTPDataError as error:
            outcome = Outcome.REFUSED if error.code >= 500 else Outcome.LATER
            return Answered(outcome=outcome, said=_words(error.code, error.message), code=error.code)
        except (
            aiosmtplib.SMTPResponseException
        ) as error:  # of the greeting, the sign-in or the sender: it is mended in the channel
            said = _words(error.code, error.message)
            if isinstance(error, aiosmtplib.SMTPAuthenticationError):
                said = f'{LOGIN_REFUSED} {said}'
            return Answered(outcome=Outcome.LATER, said=said[:SHOWN], code=error.code)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            words = unreached(error, message.settings['host'], message.settings['port'])
            return Answered(outcome=Outcome.LATER, said=words[:SHOWN])
        if not refused:
            self._taken.pop(key, None)
            return Answered(outcome=Outcome.DELIVERED, said=said[:SHOWN], code=250, certificate_until=until)
        if all(code >= 500 for code, _ in refused.values()):
            self._taken.pop(key, None)
            return Answered(outcome=Outcome.DELIVERED, said=f'{said}; not to {_list(refused)}'[:SHOWN], code=250)
        self._remember(key, taken | (frozenset(recipients) - refused.keys()))
        return Answered(
            outcome=Outcome.LATER, said=f'not yet to {_list(refused)}'[:SHOWN], code=next(iter(refused.values()))[0]
        )

    async def close(self) -> None:
        """Nothing is held here."""

    async def _handed_over(
        self, message: MailMessage, recipients: list[str]
    ) -> tuple[Mapping[str, tuple[int, str]], str, float | None]:
        settings = message.settings
        host, port, security = settings['host'], int(settings['port']), settings['security']
        opened = await self._targets.connect(host, port)
        client = aiosmtplib.SMTP(
            hostname=host,
            sock=opened,
            timeout=STEP_S,
            use_tls=security == 'tls',
            start_tls=security == 'starttls',
            tls_context=None if security == 'none' else strict(self._authorities),
            username=settings.get('username') or None,
            password=settings.get('password') or None,
        )
        try:
            await (
                client.connect()
            )  # the socket is the client's from here on: closed twice, its number would be another's
            tls = client.transport.get_extra_info('ssl_object') if client.transport is not None else None
            until = ends_at(tls.getpeercert(binary_form=True) or b'') if tls is not None else None
            refused, said = await client.send_message(
                self._written(message), sender=message.return_path or message.sender, recipients=recipients
            )
            await client.quit()
        finally:
            client.close()
        return {name: (answer.code, answer.message) for name, answer in refused.items()}, said, until

    def _written(self, message: MailMessage) -> EmailMessage:
        mail = EmailMessage(policy=SMTP_POLICY)
        mail['From'] = message.sender
        mail['To'] = ', '.join(message.recipients)
        mail['Subject'] = message.subject
        mail['Date'] = format_datetime(datetime.fromtimestamp(self._clock(), UTC))
        for name, value in message.headers.items():
            mail[name] = value
        mail.set_content(message.text)
        if message.html:
            mail.add_alternative(message.html, subtype='html')
        return mail

    def _remember(self, key: str, taken: frozenset[str]) -> None:
        self._taken[key] = taken
        while len(self._taken) > MOST_REMEMBERED:
            self._taken.popitem(last=False)


def _refused(codes: Mapping[str, tuple[int, str]]) -> Answered:
    outcome = Outcome.REFUSED if all(code >= 500 for code, _ in codes.values()) else Outcome.LATER
    return Answered(outcome=outcome, said=f'not to {_list(codes)}'[:SHOWN], code=next(iter(codes.values()))[0])


def _list(codes: Mapping[str, tuple[int, str]]) -> str:
    return '; '.join(f'{name}: {_words(*said)}' for name, said in codes.items())


def _words(code: int, message: str) -> str:
    return ' '.join(f'{code} {message}'.split())[:SHOWN]
