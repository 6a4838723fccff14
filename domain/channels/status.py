"""How a channel stands."""

from enum import StrEnum

from domain.channels.model import Channel, ChannelHealth


class ChannelStatus(StrEnum):
    """One word for a list."""

    OFF = 'off'
    GONE = 'gone'
    """Its receiver said that it is gone, and so it was switched off."""
    UNTRIED = 'untried'
    OK = 'ok'
    FAILING = 'failing'


def channel_status(channel: Channel, health: ChannelHealth | None) -> ChannelStatus:
    """By the newest attempt."""
    if not channel.enabled:
        return ChannelStatus.GONE if channel.disabled_because else ChannelStatus.OFF
    if health is None or health.tried_at is None:
        return ChannelStatus.UNTRIED
    return ChannelStatus.FAILING if health.failures else ChannelStatus.OK
