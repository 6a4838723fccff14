"""The alert of a channel: it does not deliver. It is told on every other channel."""

from domain.alerts.catalogue import CHANNEL_FAILING
from domain.alerts.model import AlarmType, ProbableCause
from domain.alerts.rule import AlertRule
from domain.changes.transaction import Transaction
from domain.channels.model import Channel
from domain.common.severity import Severity

NOT_DELIVERING = AlertRule(
    key='channel/{}',
    object='channel',
    type=AlarmType.COMMUNICATIONS,
    cause=ProbableCause.COMMUNICATIONS_SUBSYSTEM_FAILURE,
    problem='Channel {name} does not deliver',
    tuned=CHANNEL_FAILING,
)


def not_delivering(tx: Transaction, channel: Channel, detail: str) -> None:
    """Raise it, or say what is wrong now."""
    known = NOT_DELIVERING.open_for(tx, channel)
    if known is None or known.detail != detail:
        NOT_DELIVERING.raise_for(tx, channel, severity=Severity.MAJOR, detail=detail[:1000])


def delivering(tx: Transaction, channel: Channel) -> None:
    """It delivers again, or is not meant to."""
    NOT_DELIVERING.clear_for(tx, channel)
