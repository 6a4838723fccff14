"""What the journal tells of channels, in words."""

from domain.channels.events import (
    AlertNotDelivered,
    AlertPassedOn,
    BouncesForgotten,
    BrowserForgotten,
    BrowserNotified,
    ChannelRetired,
    ChannelSaved,
    ChannelSecretRotated,
    ChannelSwitchedOff,
    ChannelTested,
    MailBounced,
)
from ui.sentences.edits import changed
from ui.sentences.words import Said, Sentences, because, words


def _lost(entry: AlertNotDelivered) -> Said:
    return 'severity', 'major', f'was not told that an alert was {entry.news}', entry.because


def _bounced(entry: MailBounced) -> Said:
    return 'severity', 'major', f'had a mail to {entry.address} come back', entry.because


def _work_again(entry: BouncesForgotten) -> Said:
    return 'severity', 'cleared', 'is held to reach addresses that bounced', entry.addresses


def _passed_on(entry: AlertPassedOn) -> Said:
    to = f'; it is told on {entry.to} instead' if entry.to else '; no channel behind it sends'
    return 'severity', 'minor', f'did not deliver that an alert was {entry.news}{to}', entry.because


def _notified(entry: BrowserNotified) -> Said:
    return 'severity', 'cleared', 'is notified of alerts in a browser', entry.browser


def _forgotten(entry: BrowserForgotten) -> Said:
    return 'severity', 'cleared', f'is not notified in {entry.browser} any more', entry.because


SENTENCES: Sentences = {
    ChannelSaved: changed,
    ChannelSecretRotated: words('has a new signing secret'),
    ChannelTested: words('was sent a test message'),
    ChannelRetired: words('was removed'),
    ChannelSwitchedOff: because('was switched off by its receiver', 'major'),
    AlertNotDelivered: _lost,
    AlertPassedOn: _passed_on,
    MailBounced: _bounced,
    BouncesForgotten: _work_again,
    BrowserNotified: _notified,
    BrowserForgotten: _forgotten,
}
