"""What stands beside the report of an incident: its map, its minutes, those that were like it, what the public is told, links to it."""

from collections.abc import Sequence

from nicegui import ui

from domain.alerts.live import AlertTree
from domain.alerts.model import Alert
from domain.fleet.fleet import Fleet
from domain.incidents.model import Incident
from domain.incidents.moments import known_at, moments, nearest
from domain.incidents.search import Similar
from domain.status_page.live import notices_of
from domain.status_page.model import Notice
from domain.towers.model import Tower
from ui.components.card import card, link, text
from ui.components.controls import button
from ui.components.looking import LOOK_S, look_every
from ui.components.scrubber import scrubber
from ui.components.tower_map import tower_map
from ui.durations import lasted
from ui.sentences.alerts import problem_of
from ui.sentences.incidents import clock, said
from ui.status_page.words import state_word

MOST_MAPPED = 25
"""Towers that the name of a topic has room for."""


def map_card(fleet: Fleet, incident: Incident) -> None:
    """Its towers, as they are now; those without a place are on no map."""
    named = dict.fromkeys(one.alert.object_id for one in incident.tree if one.alert.object_kind == 'tower')
    towers = [tower for id in named if (tower := fleet[Tower].get(id)) is not None]
    placed = [tower for tower in towers if tower.latitude is not None and tower.longitude is not None]
    if not placed:
        return
    shown = placed[:MOST_MAPPED]
    caption = 'its towers, as they are now'
    if len(placed) > len(shown):
        caption += f'; the first {len(shown)} of {len(placed)}'
    with card('Map', caption=caption):
        tower_map(f'map?id={",".join(tower.id for tower in shown)}')


def moved_bar(fleet: Fleet, incident: Incident) -> None:
    """The report is read at one moment; once the outage has moved, the way to how it stands now."""
    ids = [one.alert.id for one in incident.tree]

    def stand() -> object:
        rows = fleet[Alert]
        versions = [row.version if (row := rows.get(id)) is not None else None for id in ids]
        return versions, len(list(fleet.index(AlertTree).children(incident.root.id)))

    began = stand()
    bar = ui.element('p').classes('cw-row').props('role=status data-testid=moved')

    def look() -> None:
        if stand() != began and not bar.default_slot.children:
            with bar:
                text(f'Something has happened since {clock(incident.now)}.')
                button('Show it as it is now').on('click', js_handler='() => location.reload()')

    look_every(LOOK_S, look)


def minutes_card(incident: Incident, at: float | None) -> None:
    """Its minutes, beginning with the one that is asked for, else with the newest."""
    found = moments(incident)
    shown = nearest(found, at) if at is not None else found[-1]
    events = [
        {'at': one.entry.at, 'clock': clock(one.entry.at)[11:19], 'text': said(one)}
        for one in known_at(incident, found[-1].at)
    ]
    with ui.element('div').classes('cw-screen'), card('Minute by minute', caption='in UTC', body=True):
        scrubber(
            [
                {'at': round(one.at), 'clock': clock(one.at)[:16], 'alerts': one.alerts, 'devices': one.devices}
                for one in found
            ],
            [
                {
                    'id': one.alert.id,
                    'words': problem_of(one.alert),
                    'depth': one.depth,
                    'from': one.alert.raised_at,
                    'to': one.alert.cleared_at,
                }
                for one in incident.tree
            ],
            events,
            first=found.index(shown),
            href=f'/alerts/{incident.root.id}/incident?at=',
        )


def similar_card(similar: Sequence[Similar]) -> None:
    """What happened before that was like it, and what ended that."""
    if not similar:
        return
    with card('Similar incidents', caption='of the half year before'), ui.element('ul').classes('body cw-lines'):
        for one in similar:
            with ui.element('li'):
                door = text(problem_of(one.root), 'a').classes('cw-door')
                door.props['href'] = f'/alerts/{one.root.id}/incident'
                text(f' {clock(one.root.raised_at)}, lasted {lasted(one.root.lasted_s or 0)}').classes('cw-quiet')
                text(f'{", ".join(one.why)}.', 'div').classes('cw-quiet')
                text(f'Newest note: {one.ended or "nobody wrote one"}', 'div')


def public_card(fleet: Fleet, incident: Incident, *, may_write: bool) -> None:
    """What the public was told of it on the status page, and the way to tell them."""
    ids = {one.alert.id for one in incident.tree}
    told = [notice for notice in notices_of(fleet) if notice.alert in ids]
    begins = may_write and incident.root.is_open
    if not told and not begins:
        return
    with card('On the status page', body=True), ui.element('div').classes('cw-lines'):
        for notice in told:
            _notice(notice)
        if not told:
            text('The public was told nothing of it.', 'p').classes('cw-hint')
        if begins and not told:
            propose = link('Propose a notice', f'/status-page?alert={incident.root.id}')
            propose.classes('cw-screen').props('data-testid=propose')


def _notice(notice: Notice) -> None:
    with ui.element('div'):
        door = text(notice.title, 'a').classes('cw-door')
        door.props['href'] = '/status-page'
        text(f' {state_word(notice.state)}').classes('cw-quiet')
        text(notice.updates[-1].text, 'p')
