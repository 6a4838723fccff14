"""How available a tower was: of the time outside of planned works, and of all time."""

from nicegui import ui

from domain.status_page.days import percent
from domain.status_page.tower_days import SpanAvailability, TowerAvailability
from ui.components.card import card, text
from ui.durations import duration


def availability_card(found: TowerAvailability | None) -> None:
    """Both numbers by span; ``None`` while the store does not answer."""
    with card('Availability', caption='days in UTC, the one that is under way included'):
        if found is None:
            _note('Not known now', 'The database does not answer; open the page again.')
            return
        if not any(span.observed_s for span in found.spans):
            _note('Nothing was observed yet', 'It counts from the first check that is answered or fails.')
            return
        with ui.element('dl').classes('cw-facts').props('data-testid=availability').mark('availability'):
            for span in found.spans:
                text(f'Last {span.days} days', 'dt')
                with ui.element('dd'):
                    text(f'{percent(span.shares.available)} outside of works', 'div')
                    text(f'{percent(span.shares.with_maintenance)} with works counted as down', 'div')
                    text(_lengths(span), 'div').classes('cw-quiet')


def _lengths(span: SpanAvailability) -> str:
    down = f'down {duration(span.down_s)}' if span.down_s else 'never down'
    works = f'works {duration(span.maintenance_s)}' if span.maintenance_s else 'no works'
    return f'{down} · {works} · observed {duration(span.observed_s)}'


def _note(title: str, words: str) -> None:
    with ui.element('div').classes('cw-note'):
        text(title, 'h3')
        text(words, 'p')
