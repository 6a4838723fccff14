"""What the journal tells of channels. A person or program sets them up; what their receivers say is told beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from domain.journal.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSaved(Entry):
    """A channel was set up or changed. Of a secret it says only that it was set."""

    created: bool
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSecretRotated(Entry):
    """Messages are signed with a new secret; the former one signs too until ``former_until``, epoch seconds."""

    former_until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTested(Entry):
    """A test message was sent."""

    alters: ClassVar[bool] = False
    delivery: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRetired(Entry):
    """Nothing is told there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSwitchedOff(Entry):
    """Its receiver said that it is gone."""

    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserNotified(Entry):
    """A person is notified of alerts in one more browser."""

    browser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserForgotten(Entry):
    """And in one no more."""

    browser: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBounced(Entry):
    """A mail server reports that it did not deliver a letter to the ``address``."""

    address: str
    delivery: str
    alert: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BouncesForgotten(Entry):
    """A person says that mail to these addresses arrives again."""

    addresses: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPassedOn(Entry):
    """A channel could not deliver an announcement; it is told on the channel with the name ``to`` (empty: there is none that sends)."""

    alert: str
    delivery: str
    news: str
    to: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNotDelivered(Entry):
    """An announcement did not reach the channel and is not tried any more."""

    alert: str
    delivery: str
    news: str
    because: str
