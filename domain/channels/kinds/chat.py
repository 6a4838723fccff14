"""What kinds of chat have in common: an address that is a secret, for who knows it may write there."""

from domain.channels.kinds.kind import ChannelField
from domain.common.web_addresses import checked_web_address


def url_field(hint: str) -> ChannelField:
    """The address that the service gave."""
    return ChannelField(
        name='url',
        label='Webhook address',
        meaning='as the service shows it; it is kept sealed, because with it anyone may write there',
        hint=hint,
        secret=True,
        is_url=True,
        clean=checked_web_address,
    )
