"""Mail, over a submission server of one's own (RFC 6409)."""

import re
from email.utils import parseaddr

from domain.alerts.announcements import News
from domain.channels.kinds.kind import ChannelField, ChannelKind, Dispatch, MailMessage
from domain.channels.kinds.letters import html
from domain.channels.kinds.templates import WORDS, heading, paragraphs
from domain.channels.kinds.wording import ANSWER
from domain.common.errors import Invalid

MOST_RECIPIENTS = 20
MOST_LOCAL = 30
_ADDRESS = re.compile(r'[^\s@<>(),;:"\[\]\\]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?')
LETTER = 'X-Cellwarden-Letter'
"""A header with the id of the delivery: a report that it was not delivered gives the headers back (RFC 3464, 2)."""
_HOST = re.compile(r'[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?')


def write(dispatch: Dispatch) -> MailMessage:
    """All mails of one alert stand in one thread: the first has an id of its own, those that follow refer to it (RFC 5322, 3.6.4)."""
    settings, said = dispatch.settings, dispatch.announcement
    recipients = settings['recipients'].split(', ')
    domain = settings['sender'].rpartition('@')[2]
    first = f'<alert.{said.alert or dispatch.key}@{domain}>'
    headers = {
        'Message-ID': f'<{dispatch.key}@{domain}>',
        'Auto-Submitted': 'auto-generated',  # RFC 3834: no holiday notice answers it
        'X-Auto-Response-Suppress': 'All',
        'X-Cellwarden-Alert': said.alert,
        LETTER: dispatch.letter,
    }
    if said.alert:
        headers |= {'References': first, 'In-Reply-To': first}
        if dispatch.is_first and said.news is not News.CLEARED:
            headers['Message-ID'] = first
            del headers['References'], headers['In-Reply-To']
    text = [heading(dispatch), '', *paragraphs(dispatch)]
    if dispatch.link:
        text += ['', dispatch.link]
    if dispatch.answer:
        text += ['', f'{ANSWER}: {dispatch.answer}', 'This link acts as you, once. Do not pass it on.']
    text += ['', f'-- \nCellwarden, {dispatch.enterprise}']
    subject = heading(dispatch).replace('\r', ' ').replace('\n', ' ')
    return MailMessage(
        sender=settings['sender'],
        recipients=recipients,
        subject=f'[{dispatch.enterprise}] {subject}'[:200],
        text='\n'.join(text),
        headers={name: value for name, value in headers.items() if value},
        settings=settings,
        return_path=_return_path(settings.get('return_path', ''), dispatch.letter),
        html=html(dispatch),
    )


def _return_path(address: str, letter: str) -> str:
    """Each letter has its own, so that what comes there says which one it is about, whatever it gives back."""
    local, _, domain = address.rpartition('@')
    return f'{local}+{letter}@{domain}' if local and letter else address


def checked_return_path(value: str, field: str) -> str:
    """An address to which something can be added."""
    local = checked_address(value, field).rpartition('@')[0]
    if '+' in local or len(local) > MOST_LOCAL:
        raise Invalid(
            f'has at most {MOST_LOCAL} characters before the @, and no +: the id of each letter is added there',
            field=field,
        )
    return value


def checked_address(value: str, field: str) -> str:
    """One address without a name beside it; raises ``Invalid``."""
    if not _ADDRESS.fullmatch(value) or parseaddr(value)[1] != value or not value.isascii() or '..' in value:
        raise Invalid(f'{value[:80]!r} is no address of mail', field=field)
    return value


def checked_recipients(value: str, field: str) -> str:
    """Addresses with commas or blanks between them."""
    addresses = list(dict.fromkeys(each for each in re.split(r'[\s,;]+', value) if each))
    if not 1 <= len(addresses) <= MOST_RECIPIENTS:
        raise Invalid(f'must be 1 to {MOST_RECIPIENTS} addresses', field=field)
    return ', '.join(checked_address(each, field) for each in addresses)


def checked_server(value: str, field: str) -> str:
    """The name or address of a host."""
    if not _HOST.fullmatch(value):
        raise Invalid('must be the name or the address of a host', field=field)
    return value


def checked_port(value: str, field: str) -> str:
    """A number of a port."""
    if not value.isascii() or not value.isdigit() or len(value) > 5 or not 1 <= int(value) <= 65535:
        raise Invalid('must be a number from 1 to 65535', field=field)
    return str(int(value))


KIND = ChannelKind(
    key='mail',
    label='Mail',
    meaning='mail to one or several addresses, by way of a mail server of yours',
    fields=(
        ChannelField(
            name='recipients',
            label='To',
            meaning='one or several addresses, with commas between them',
            hint='desk@example.com, night@example.com',
            clean=checked_recipients,
        ),
        ChannelField(
            name='sender',
            label='From',
            meaning='the address that it is from',
            hint='cellwarden@example.com',
            clean=checked_address,
        ),
        ChannelField(
            name='host',
            label='Mail server',
            meaning='its name or address',
            hint='mail.example.com',
            is_host=True,
            clean=checked_server,
        ),
        ChannelField(
            name='port',
            label='Port',
            meaning='587 with STARTTLS, 465 with TLS, 25 without',
            default='587',
            clean=checked_port,
        ),
        ChannelField(
            name='security',
            label='Security',
            meaning='how the connection is protected; without, everybody on the way can read it',
            choices=('starttls', 'tls', 'none'),
            default='starttls',
        ),
        ChannelField(name='username', label='User name', meaning='where the server asks for one', is_optional=True),
        ChannelField(name='password', label='Password', meaning='of that user', secret=True, is_optional=True),
        ChannelField(
            name='return_path',
            label='Bounces to',
            meaning='the address that a mail comes back to which is not delivered; bounces+… of it is handed over at /api/v1/bounces',
            hint='bounces@example.com',
            is_optional=True,
            clean=checked_return_path,
        ),
        *WORDS,
    ),
    write=write,
    personal='recipients',
    reaches_one=lambda address: address.count('@') == 1,
)
