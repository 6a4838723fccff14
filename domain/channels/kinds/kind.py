"""What a kind of channel is made of: the fields that are set, and how an announcement is written for its receiver."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.channels.kinds.gsm import SmsPart
from domain.channels.model import AnnouncedAlert
from domain.common.errors import Invalid
from domain.common.text import clean_line
from domain.common.web_addresses import SENT_MESSAGES, checked_web_address

SECRET = 'secret'  # noqa: S105 - the name of a field
FORMER = 'former_secret'
IDEMPOTENCY_KEY = 'idempotency-key'
"""The header by which a receiver whose grammar has no place for a key can tell that it is sent the same message again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelField:
    """One field of a channel. A ``secret`` is never shown again; ``is_made`` by us, not typed. ``hint`` is an example. One that
    ``is_long`` has several lines; ``is_words`` is a template of messages."""

    name: str
    label: str
    meaning: str
    hint: str = ''
    secret: bool = False
    is_made: bool = False
    is_optional: bool = False
    choices: tuple[str, ...] = ()
    default: str = ''
    is_url: bool = False
    is_host: bool = False
    is_long: bool = False
    is_words: bool = False
    act: str = SENT_MESSAGES
    """What is done at the address or host that it names, in the words in which that is refused."""
    clean: Callable[[str, str], str] = lambda value, field: clean_line(value, field, most=1000)

    def checked(self, value: str, field: str) -> str:
        """The value as it is kept; raises ``Invalid`` naming ``field``."""
        value = value.strip()
        if not value and (self.is_optional or self.default):
            return self.default
        if self.choices and value not in self.choices:
            raise Invalid(f'is one of {", ".join(self.choices)}', field=field)
        return self.clean(value, field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """What a message is written from. ``settings`` has the secrets too; ``link`` leads to the alert, empty where our
    address is not known."""

    key: str
    announcement: AnnouncedAlert
    settings: Mapping[str, str]
    now: float
    enterprise: str = ''
    link: str = ''
    letter: str = ''
    """The id of the delivery, by which a mail that comes back is known."""
    answer: str = ''
    """An address that acknowledges the alert in the name of the one person to whom this goes; empty where there is none."""
    is_first: bool = True
    """The first that this receiver is told of the alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpMessage:
    """A request with a JSON body, unless ``media_type`` says another; one without a body says no type. ``act`` is what it does at its
    address, in the words in which that is refused where it may not: ``may not be sent messages``."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = 'POST'
    media_type: str = 'application/json'
    act: str = SENT_MESSAGES

    @property
    def shown(self) -> tuple[str, str]:
        """A line and a text, for a preview."""
        return f'{self.method} {self.url}', self.body.decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailMessage:
    """A mail, and the server that takes it. ``headers`` are those beside sender, recipients, subject and date."""

    sender: str
    recipients: Sequence[str]
    subject: str
    text: str
    headers: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)
    return_path: str = ''
    """Where it comes back to that is not delivered (RFC 5321, 4.4); empty: to the sender."""
    html: str = ''
    """The same as ``text``, for programs that show it (RFC 2046, 5.1.4)."""

    @property
    def shown(self) -> tuple[str, str]:
        """A line and a text, for a preview."""
        return self.subject, self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class PushMessage:
    """A notification for one browser, which alone can read it: ``p256dh`` and ``auth`` are its keys (RFC 8291), ``private_key`` is ours
    (RFC 8292), all in base64url. A push service that holds several messages with one ``topic`` delivers the newest."""

    url: str
    payload: bytes
    p256dh: str
    auth: str
    private_key: str
    contact: str
    topic: str
    is_urgent: bool
    shown: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsMessage:
    """A short message in its parts, and in ``settings`` the centre that takes it."""

    key: str
    number: str
    parts: tuple[SmsPart, ...]
    settings: Mapping[str, str]
    shown: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LongTailMessage:
    """A message that a library of many services hands over, in a process of its own. ``url`` is a secret that says which and where;
    ``level`` is ``info``, ``success``, ``warning`` or ``failure``."""

    url: str
    title: str
    text: str
    level: str

    @property
    def shown(self) -> tuple[str, str]:
        """A line and a text, for a preview."""
        return self.title, self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A message as the person reads it who gets it: its ``title``, the ``lines`` below, ``facts`` as label and value, and ``links`` as
    words and address."""

    title: str
    lines: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()


Message = HttpMessage | MailMessage | PushMessage | SmsMessage | LongTailMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelKind:
    """A kind of receiver. ``reads`` says how a request looks to the person who gets it, from the request itself; a kind without it is read
    by programs, or has messages that are plain text."""

    key: str
    label: str
    meaning: str
    fields: tuple[ChannelField, ...]
    write: Callable[[Dispatch], Message]
    reads: Callable[[Any], Reading] | None = None
    """Of the decoded body of its requests."""
    personal: str = ''
    """The field that is the address of a person, where one channel can tell many people."""
    tells: bool = True
    """Whether alerts are told on it."""
    reaches_one: Callable[[str], bool] = lambda _: False
    """Whether what goes to this address of a person is read by that person alone, so that it may act in their name."""
    keeps_copies: bool = False
    """It is told of every change of an alert that it knows, also of those that people are not told of."""
    differ: tuple[str, str] | None = None
    """Two fields that may not say the same."""
    people_only: bool = False
    """It reaches people in their browsers, as one of their ways, and has no receiver of its own."""

    @property
    def secrets(self) -> tuple[ChannelField, ...]:
        """The fields that are never shown again."""
        return tuple(one for one in self.fields if one.secret)

    @property
    def words(self) -> tuple[ChannelField, ...]:
        """The fields that are templates of messages."""
        return tuple(one for one in self.fields if one.is_words)


def server_field(default: str) -> ChannelField:
    """Which server of an on-call service is asked, without a slash at its end; ``default`` where none is said."""
    return ChannelField(
        name='server',
        label='Server',
        meaning='that of your region',
        default=default,
        is_url=True,
        clean=lambda value, field: checked_web_address(value, field).rstrip('/'),
    )
