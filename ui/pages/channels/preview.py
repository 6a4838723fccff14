"""How an open alert would read on a channel, before anything is sent: as its reader sees it, and the request behind it."""

from collections.abc import Callable, Mapping

from nicegui import ui

from domain.alerts.model import Alert
from domain.channels.kinds import KINDS
from domain.channels.kinds.kind import Message, Reading
from domain.channels.kinds.reading import as_sent, reading
from domain.channels.model import Channel
from domain.channels.telling import TellingService
from domain.common.errors import DomainError
from domain.fleet.fleet import Fleet
from ui.components.card import text
from ui.components.controls import select
from ui.sign_in import SignedIn

MOST_ALERTS = 50


def preview_part(
    telling: TellingService,
    who: SignedIn,
    fleet: Fleet,
    channel: Channel,
    inputs: Mapping[str, ui.input | ui.textarea | ui.select],
    refused: Callable[[DomainError], None],
) -> None:
    """A choice of open alerts, and the message on the one that is chosen, in the words that are typed in ``inputs``."""
    kind = KINDS[channel.kind]
    alerts = sorted(fleet[Alert].values(), key=lambda alert: alert.raised_at, reverse=True)[:MOST_ALERTS]
    with ui.element('div').classes('cw-part'):
        if not alerts:
            text('While an alert is open, it can be read here as the receiver would get it.', 'p').classes('cw-hint')
            return
        picked = select('Preview on an open alert', {alert.id: alert.problem for alert in alerts})
        picked.mark('preview')
        place = ui.element('div').props('data-testid=preview')

        def show() -> None:
            place.clear()
            alert = fleet[Alert].get(str(picked.value))
            if alert is None:
                return
            words = {one.name: str(inputs[one.name].value or '') for one in kind.words}
            try:
                message = telling.preview(who.actor(), channel.id, alert, words)
            except DomainError as refusal:
                refused(refusal)
                return
            with place:
                _drawn(reading(kind, message), message)

        picked.on_value_change(show)
        for one in kind.words:
            inputs[one.name].on('blur', show)


def _drawn(read: Reading | None, message: Message) -> None:
    """Words alone: a link is named with its address, and leads nowhere from here."""
    if read is None:
        text('A program reads it, so this is the request itself.', 'p').classes('cw-hint')
        _sent(message)
        return
    with ui.element('div').classes('cw-message').props('data-testid=reading'):
        text(read.title, 'b')
        for line in read.lines:
            text(line, 'p')
        if read.facts:
            with ui.element('dl').classes('cw-facts'):
                for label, value in read.facts:
                    text(label, 'dt')
                    text(value, 'dd')
        for words, address in read.links:
            with ui.element('p'):
                text(words, 'b')
                text(f' {address}').classes('cw-quiet')
    with ui.element('details').props('data-testid=as-sent'):
        text('As it is sent', 'summary')
        _sent(message)


def _sent(message: Message) -> None:
    # it scrolls where it has no room: by keyboard as well (WCAG 2.1.1)
    with ui.element('div').classes('cw-code').props('tabindex=0 role=region aria-label="As it is sent"'):
        text(as_sent(message), 'p').classes('cw-mono')
