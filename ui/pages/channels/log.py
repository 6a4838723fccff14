"""What was sent and what the other side said, as lines: on the page of channels, and on that of an alert as who was told."""

from collections.abc import Callable, Sequence

from nicegui import ui

from domain.channels.model import Attempt, Delivery, News
from domain.channels.telling import TellingService
from ui.components.age import age
from ui.components.card import link, text
from ui.design import look

NEWS = {
    News.RAISED: 'raised',
    News.WORSENED: 'worse',
    News.REOPENED: 'back again',
    News.FLAPPING: 'comes and goes',
    News.REMINDED: 'not acknowledged',
    News.CLEARED: 'cleared',
    News.TEST: 'test',
}


def chip(family: str, value: str) -> None:
    """A state by shape, colour and word."""
    entry = look(family, value)
    with ui.element('div').classes('mark'), ui.element('span').classes(f'cw-state cw-{entry.tone} loud'):
        ui.element('i').classes(f'cw-shape {entry.shape} cw-{entry.tone}').props('aria-hidden=true')
        text(entry.word)


def named(telling: TellingService, enterprise: str) -> Callable[[str, str], str]:
    """How a line names where a message went: ``Ann, by Mail``."""

    def name(channel: str, recipient: str) -> str:
        on, person = telling.name_of(enterprise, channel), telling.person_name(enterprise, recipient)
        return f'{person}, by {on}' if person and on else person or on

    return name


def log(
    attempts: Sequence[Attempt],
    waiting: Sequence[Delivery],
    name_of: Callable[[str, str], str],
    *,
    none: str,
    linked: bool = True,
) -> None:
    """The newest first; ``waiting`` are messages before their first attempt. ``linked`` leads to the alert."""
    with ui.element('ul').classes('cw-entries cw-doctor').props('data-testid=told'):
        for delivery in waiting:
            with ui.element('li'):
                chip('outcome', 'queued')
                with ui.element('div').classes('what'):
                    text(name_of(delivery.channel, delivery.recipient) or 'A channel that was removed', 'b')
                    text(f'{NEWS[delivery.announcement.news]}: is about to be sent')
                    if delivery.not_before is not None:
                        with ui.element('p').classes('cw-quiet'):
                            age(delivery.not_before, 'left')
        told: set[str] = set()
        for attempt in attempts:
            _line(attempt, name_of, linked, is_newest=attempt.delivery not in told)
            told.add(attempt.delivery)
        if not attempts and not waiting:
            with ui.element('li').classes('none'):
                text(none, 'p')


def _line(attempt: Attempt, name_of: Callable[[str, str], str], linked: bool, *, is_newest: bool) -> None:
    with ui.element('li').mark('attempt'):
        chip('outcome', attempt.outcome.value)
        with ui.element('div').classes('what'):
            text(name_of(attempt.channel, attempt.recipient) or 'A channel that was removed', 'b')
            if linked and attempt.alert:
                link(f'alert {NEWS[attempt.news]}', f'/alerts/{attempt.alert}')
            else:
                text(NEWS[attempt.news])
            text(attempt.said, 'p').classes('cw-quiet')
            with ui.element('p').classes('cw-quiet'):
                age(attempt.at)
                text(f' · took {attempt.took_s * 1000:.0f} ms')
                if attempt.next_at is not None and is_newest:
                    text(' · again ')
                    age(attempt.next_at, 'left')
