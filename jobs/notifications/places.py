"""Places for messages that are being sent: those whose receivers hang never hold up the first attempt of another channel, or of another
enterprise."""

from collections import Counter

from domain.channels.model import Channel

MOST = 100
"""Messages under way that all share, beyond what each enterprise and channel has for itself."""
OWN = 8
"""Places that each enterprise has for itself, as many as one channel uses. And each channel has one."""


class Places:
    """Who has how many of them."""

    def __init__(self) -> None:
        self._of_enterprise: Counter[str] = Counter()
        self._busy: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return self._of_enterprise.total()

    def busy(self) -> dict[str, set[str]]:
        """Ids of the deliveries under way, by channel."""
        return self._busy

    def has(self, channel: Channel) -> bool:
        """True where a message more may be sent on that channel now."""
        is_own = channel.id not in self._busy or self._of_enterprise[channel.enterprise] < OWN
        return is_own or len(self) < MOST

    def take(self, channel: Channel, delivery: str) -> None:
        """A message is under way."""
        self._busy.setdefault(channel.id, set()).add(delivery)
        self._of_enterprise[channel.enterprise] += 1

    def give_back(self, channel: Channel, delivery: str) -> None:
        """It is not any more."""
        busy = self._busy[channel.id]
        busy.discard(delivery)
        if not busy:
            del self._busy[channel.id]
        self._of_enterprise[channel.enterprise] -= 1
        if not self._of_enterprise[channel.enterprise]:
            del self._of_enterprise[channel.enterprise]
