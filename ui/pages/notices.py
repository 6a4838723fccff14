"""Notes that detail pages share."""

from nicegui import ui

from domain.access.scopes import Scope, words
from ui.components.card import link, text
from ui.components.columns import Column
from ui.components.live_value import live_state, live_value
from ui.components.live_when import live_when
from ui.components.page_state import Empty


def gone_note(topic: str, words: str, way_out: tuple[str, str]) -> None:
    """A line at the top of an open page, once the thing it shows is gone; ``way_out`` is (words, address)."""
    with (
        live_when(topic, 'gone', (True,), shown=False).classes('cw-gone'),
        ui.element('div').classes('cw-clash').props('role=status data-testid=gone'),
    ):
        text(words, 'p')
        link(*way_out)


def alert_note(topic: str) -> None:
    """A line at the top of the page of a thing that an open alert is about; it leads to the alert."""
    with (
        live_when(topic, 'alert', [None], shown=False, unless=True).classes('cw-gone'),
        ui.element('div').classes('cw-clash cw-clash-bad').props('role=status data-testid=alerted'),
    ):
        live_state('severity', 'alert_severity', topic)
        with ui.element('p'):
            live_value(Column(field='alert', kind='strong', href='/alerts/{alert_id}', detail='alert_detail'), topic)
        live_value(Column(field='alert_more', kind='quiet', href='/alerts', empty=''), topic)


def device_notes(topic: str) -> None:
    """Lines at the top of the page of a device: an open alert about it, planned works that it is in."""
    alert_note(topic)
    works_note(topic, 'It is excused from its policies, and its silence calls nobody.')


def works_note(topic: str, words: str) -> None:
    """A line at the top of the page of what planned works excuse."""
    with (
        live_when(topic, 'works', [None], shown=False, unless=True).classes('cw-gone'),
        ui.element('div').classes('cw-clash').props('role=status data-testid=works'),
        ui.element('p'),
    ):
        live_value(Column(field='works', kind='strong'), topic)
        text(f' {words}')


def own_parts_note() -> None:
    """A line at the top of every page while the notifier, poller or database of this server is behind: figures may be old."""
    topic = 'own-parts'
    with (
        live_when(topic, 'behind', [None], shown=False, unless=True).classes('cw-gone'),
        ui.element('div').classes('cw-clash cw-clash-bad').props('role=status data-testid=own-parts'),
    ):
        with ui.element('p'):
            live_value(Column(field='behind', kind='strong', detail='because'), topic)
        live_value(Column(field='since', kind='age', mode='since', empty=''), topic)
        live_value(Column(field='more', kind='quiet', empty=''), topic)


def nothing_seen(noun: str, part: Scope) -> Empty:
    """An empty list of a person who sees a part of the enterprise; ``noun`` is ``devices`` or ``towers``."""
    fits = (
        'whose labels fit, or that a tower of your region serves,'
        if noun == 'devices'
        else 'that serves a device of yours'
    )
    return Empty(
        title=f'No {noun} for you yet',
        text=f'Your role is narrowed to {words(part)}. A {noun.removesuffix("s")} {fits} appears here by itself.',
    )
