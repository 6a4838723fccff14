"""Channels, deliveries on them and the log in JSON. What a program may edit is spelled as in the body that creates it."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from domain.alerts.announcements import News
from domain.channels import model
from domain.channels.input import NewChannel
from domain.channels.kinds import KINDS
from domain.channels.model import BouncingAddress, ChannelHealth, DeliveryState, Outcome
from domain.channels.status import ChannelStatus, channel_status
from domain.common.severity import Severity
from ui.api.http.fields import Time, maybe_time, time_text
from ui.api.http.refs import Ref
from ui.api.http.schema import Schema

NEW_CHANNEL = Schema(
    NewChannel,
    {
        'name': 'Night desk',
        'kind': 'webhook',
        'settings': {'url': 'https://example.com/hooks/cellwarden'},
        'least_severity': 'minor',
        'per_minute': 60,
        'enabled': True,
        'next_channel': '',
        'next_after_min': 5,
    },
)


class Bouncing(Struct, kw_only=True, frozen=True):
    """An address of mail that comes back lately, since it ``said`` so."""

    address: str
    said: str
    at: Time
    person: Ref | None


def bouncing(one: BouncingAddress, person: str = '') -> Bouncing:
    """An address that bounces; ``person`` is the name of whose it is."""
    return Bouncing(
        address=one.address,
        said=one.said,
        at=time_text(one.at),
        person=Ref(one.recipient, person or None) if one.recipient else None,
    )


class Channel(Struct, kw_only=True, frozen=True):
    """A receiver of alerts. ``settings`` are those that may be read again; ``secrets`` names those that are set. ``said`` is what the
    receiver said last, ``failing_since`` when the failures in a row began. What it cannot deliver, for good or within
    ``next_after_min`` minutes, is told on the channel with the id ``next_channel``. With ``former_secret_until`` two secrets sign."""

    id: str
    name: str
    kind: str
    settings: Mapping[str, str]
    secrets: tuple[str, ...]
    least_severity: Severity
    per_minute: int
    enabled: bool
    next_channel: str
    next_after_min: int
    disabled_because: str
    status: ChannelStatus
    said: str
    failures: int
    failing_since: Time | None
    delivered_at: Time | None
    tried_at: Time | None
    former_secret_until: Time | None
    bouncing: tuple[Bouncing, ...]
    created_at: Time
    changed_at: Time
    version: int


CHANNEL = Schema(
    Channel,
    {
        'id': '01KAPXK1S4W7Y0A3C6E9G2J5MN',
        **NEW_CHANNEL.example,
        'secrets': ['secret'],
        'disabled_because': '',
        'status': 'ok',
        'said': 'HTTP 204',
        'failures': 0,
        'failing_since': None,
        'delivered_at': '2026-11-22T08:00:01.125Z',
        'tried_at': '2026-11-22T08:00:01.125Z',
        'former_secret_until': None,
        'bouncing': [],
        'created_at': '2026-11-20T08:00:00.000Z',
        'changed_at': '2026-11-20T08:00:00.000Z',
        'version': 1,
    },
)


def channel(
    row: model.Channel,
    health: ChannelHealth | None,
    secrets: tuple[str, ...],
    marks: Iterable[tuple[BouncingAddress, str]] = (),
) -> Channel:
    """A channel with its health."""
    health = health or ChannelHealth(id=row.id, enterprise=row.enterprise)
    return Channel(
        id=row.id,
        name=row.name,
        kind=row.kind,
        settings=row.settings,
        secrets=secrets,
        least_severity=row.least_severity,
        per_minute=row.per_minute,
        enabled=row.enabled,
        next_channel=row.next_channel,
        next_after_min=row.next_after_min,
        disabled_because=row.disabled_because,
        status=channel_status(row, health),
        said=health.said,
        failures=health.failures,
        failing_since=maybe_time(health.failing_since),
        delivered_at=maybe_time(health.delivered_at),
        tried_at=maybe_time(health.tried_at),
        former_secret_until=maybe_time(row.former_until),
        bouncing=tuple(bouncing(one, person) for one, person in marks),
        created_at=time_text(row.created_at),
        changed_at=time_text(row.changed_at),
        version=row.version,
    )


class ChannelWithSecret(Struct, kw_only=True, frozen=True):
    """A channel and the signing secret that was made for it, shown this once; empty for kinds that do not sign."""

    channel: Channel
    secret: str


CHANNEL_WITH_SECRET = Schema(
    ChannelWithSecret,
    {'channel': CHANNEL.example, 'secret': 'whsec_6Yq4J1Xr9mCwq3nW2sV8tB5kD0fH7jL4pR1uE6yA9cM='},
)


class Delivery(Struct, kw_only=True, frozen=True):
    """One announcement on its way to one channel; ``key`` is that by which a receiver knows it again: its own id, or that of the
    delivery that ``fell_from`` another channel."""

    id: str
    channel: Ref
    alert_id: str | None
    news: News
    problem: str
    state: DeliveryState
    attempts: int
    said: str
    created_at: Time
    tried_at: Time | None
    next_at: Time | None
    done_at: Time | None
    person: Ref | None
    key: str
    fell_from: str | None


_CHANNEL_REF = {'id': CHANNEL.example['id'], 'name': 'Night desk'}
DELIVERY = Schema(
    Delivery,
    {
        'id': '01KAPXM2T5X8Z1B4D7F0H3K6NP',
        'channel': _CHANNEL_REF,
        'alert_id': '01KAPX8Q2V5R7T9W1Y3B5D7F9H',
        'news': 'raised',
        'problem': 'Europoort-West is down',
        'state': 'delivered',
        'attempts': 1,
        'said': 'HTTP 204',
        'created_at': '2026-11-22T08:00:00.125Z',
        'tried_at': '2026-11-22T08:00:00.231Z',
        'next_at': None,
        'done_at': '2026-11-22T08:00:00.231Z',
        'person': None,
        'key': '01KAPXM2T5X8Z1B4D7F0H3K6NP',
        'fell_from': None,
    },
)


def delivery(row: model.Delivery, name: str, person: str = '') -> Delivery:
    """A delivery, done or not."""
    is_waiting = row.state is DeliveryState.WAITING
    return Delivery(
        id=row.id,
        channel=Ref(row.channel, name or None),
        alert_id=row.alert or None,
        news=row.announcement.news,
        problem=row.announcement.problem,
        state=row.state,
        attempts=row.attempts,
        said=row.said,
        created_at=time_text(row.created_at),
        tried_at=maybe_time(row.tried_at),
        next_at=time_text(row.next_at) if is_waiting else None,
        done_at=maybe_time(row.done_at),
        person=Ref(row.recipient, person or None) if row.recipient else None,
        key=row.key or row.id,
        fell_from=row.fell_from or None,
    )


class Attempt(Struct, kw_only=True, frozen=True):
    """One attempt: when, where, what came of it, what the other side said, and when it is tried again. ``problem`` are the words of the
    alert that it told of, empty where they are not known any more. ``person`` is whom it was sent to; null where the channel itself was
    told."""

    id: str
    delivery_id: str
    channel: Ref
    alert_id: str | None
    problem: str
    news: News
    at: Time
    outcome: Outcome
    code: int | None
    said: str
    took_ms: float
    next_at: Time | None
    person: Ref | None


ATTEMPT = Schema(
    Attempt,
    {
        'id': '01KAPXN3V6Y9A2C5E8G1J4M7PQ',
        'delivery_id': DELIVERY.example['id'],
        'channel': _CHANNEL_REF,
        'alert_id': DELIVERY.example['alert_id'],
        'problem': DELIVERY.example['problem'],
        'news': 'raised',
        'at': '2026-11-22T08:00:00.231Z',
        'outcome': 'delivered',
        'code': 204,
        'said': 'HTTP 204',
        'took_ms': 38.2,
        'next_at': None,
        'person': None,
    },
)


def attempt(row: model.Attempt, name: str, person: str = '') -> Attempt:
    """A line of the log; ``person`` is the name of whom it was sent to, where that is a person."""
    return Attempt(
        id=row.id,
        delivery_id=row.delivery,
        channel=Ref(row.channel, name or None),
        alert_id=row.alert or None,
        problem=row.problem,
        news=row.news,
        at=time_text(row.at),
        outcome=row.outcome,
        code=row.code,
        said=row.said,
        took_ms=round(row.took_s * 1000, 1),
        next_at=maybe_time(row.next_at),
        person=Ref(row.recipient, person or None) if row.recipient else None,
    )


def secret_names(kind: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """The secrets of a channel that are set, by name."""
    return tuple(one.name for one in KINDS[kind].secrets if one.name in known)
