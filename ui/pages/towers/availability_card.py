"""How available a tower was: of the time outside of planned works, and of all time."""

from nicegui import ui

from domain.status_page.days import percent
from domain.status_page.tower_days import TowerAvailability
from ui.components.card import card, text
from ui.durations import duration

_HEADS = ('Last', 'Outside of works', 'Works counted as down', 'Down', 'Works', 'Observed')


def availability_card(found: TowerAvailability | None) -> None:
    """Both numbers by span; ``None`` while the store does not answer."""
    with card('Availability', caption='days in UTC, the one that is under way included'):
        if found is None:
            _note('Not known now', 'The database does not answer; open the page again.')
            return
        if not any(span.observed_s for span in found.spans):
            _note('Nothing was observed yet', 'It counts from the first check that is answered or fails.')
            return
        with ui.element('div').classes('cw-table-wrap').props('tabindex=0 role=region aria-label="Availability"'):
            _spans(found)


def _spans(found: TowerAvailability) -> None:
    with ui.element('table').classes('cw-diff').props('data-testid=availability').mark('availability'):
        with ui.element('thead'), ui.element('tr'):
            for head in _HEADS:
                text(head, 'th').props('scope=col')
        with ui.element('tbody'):
            for span in found.spans:
                of = span.shares
                with ui.element('tr'):
                    text(f'{span.days} days', 'th').props('scope=row')
                    for words in (
                        percent(of.available),
                        percent(of.with_maintenance),
                        duration(span.down_s) if span.down_s else 'never',
                        duration(span.maintenance_s) if span.maintenance_s else 'none',
                        duration(span.observed_s),
                    ):
                        text(words, 'td')


def _note(title: str, words: str) -> None:
    with ui.element('div').classes('cw-note'):
        text(title, 'h3')
        text(words, 'p')
