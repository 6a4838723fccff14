"""The other forms of the public page: JSON as of the Statuspage API, a feed (Atom, RFC 4287), a badge (SVG)."""

import json
import uuid
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from domain.status_page.model import NoticeKind
from domain.status_page.shown import ShownComponent, ShownNotice, ShownPage
from ui.colours import COLOURS
from ui.status_page.words import COMPONENT, KIND, OVERALL, date, iso, state_word

ATOM = 'http://www.w3.org/2005/Atom'
_LETTER = 6.6
"""Pixels of a letter of the badge, in the middle."""


def page_json(page: ShownPage) -> str:
    """The page for programs. Names are those of ``summary.json`` of the Statuspage API, where it has the same."""
    words, indicator = OVERALL[page.status]
    body = {
        'page': {'name': page.title, 'description': page.about, 'slug': page.slug, 'updated_at': iso(page.at)},
        'status': {'indicator': indicator, 'status': page.status.value, 'description': words},
        'components': [_component(one) for one in page.components],
        'incidents': [_notice(one) for one in page.incidents],
        'scheduled_maintenances': [_notice(one) for one in page.maintenance],
        'past': [_notice(one) for one in page.past],
    }
    return json.dumps(body, ensure_ascii=False, separators=(',', ':'))


def page_atom(page: ShownPage, public_url: str = '') -> str:
    """One entry for each notice, which is updated with it. Ids never change; links are relative where no public address is set."""
    register_namespace('', ATOM)
    feed = Element(_atom('feed'))
    base = f'{public_url.rstrip("/")}/status/' if public_url else ''
    _add(feed, 'title', page.title)
    _add(feed, 'id', _urn(page.slug))
    _add(feed, 'updated', iso(max((one.updates[0].at for one in page.notices), default=page.at)))
    SubElement(feed, _atom('link'), rel='self', type='application/atom+xml', href=f'{base}{page.slug}.atom')
    SubElement(feed, _atom('link'), rel='alternate', type='text/html', href=f'{base}{page.slug}')
    _add(SubElement(feed, _atom('author')), 'name', page.title)
    for one in sorted(page.notices, key=lambda one: one.updates[0].at, reverse=True):
        entry = SubElement(feed, _atom('entry'))
        _add(entry, 'title', f'{KIND[one.kind]}: {one.title} ({state_word(one.state).lower()})')
        _add(entry, 'id', _urn(f'{page.slug}/{one.id}'))
        _add(entry, 'published', iso(one.updates[-1].at))
        _add(entry, 'updated', iso(one.updates[0].at))
        SubElement(entry, _atom('link'), rel='alternate', type='text/html', href=f'{base}{page.slug}')
        said = '\n\n'.join(f'{state_word(each.state)}, {iso(each.at)}\n{each.text}' for each in one.updates)
        content = SubElement(entry, _atom('content'), type='text')
        content.text = said
    return tostring(feed, encoding='unicode', xml_declaration=False)


def page_badge(page: ShownPage) -> str:
    """Title and state in a line, for other pages to show; its text is in ``title`` and ``aria-label`` too."""
    words, tone, _ = COMPONENT[page.status]
    name = page.title if len(page.title) <= 40 else page.title[:39] + '…'
    left, right = round(len(name) * _LETTER + 14), round(len(words) * _LETTER + 14)
    root = Element(
        'svg',
        {'xmlns': 'http://www.w3.org/2000/svg', 'width': str(left + right), 'height': '22', 'role': 'img'},
    )
    root.set('aria-label', f'{name}: {words}')
    SubElement(root, 'title').text = f'{name}: {words}'
    SubElement(root, 'rect', width=str(left + right), height='22', rx='4', fill=COLOURS['ink'][0])
    SubElement(root, 'rect', x=str(left), width=str(right), height='22', rx='4', fill=COLOURS[f'{tone}-ink'][0])
    line = SubElement(root, 'g', {'fill': '#fff', 'font-family': 'Verdana,sans-serif', 'font-size': '11'})
    for at, width, text in ((7, left - 14, name), (left + 7, right - 14, words)):
        SubElement(line, 'text', x=str(at), y='15', textLength=str(width)).text = text
    return tostring(root, encoding='unicode')


def _atom(name: str) -> str:
    return f'{{{ATOM}}}{name}'


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, _atom(name)).text = text


def _urn(of: str) -> str:
    """A name that stays, and says nothing of the ids inside (RFC 9562, 5.5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f'cellwarden:status:{of}').urn


def _component(one: ShownComponent) -> Mapping[str, Any]:
    body: dict[str, Any] = {
        'id': _urn(one.id).rpartition(':')[2],
        'name': one.name,
        'description': one.description,
        'status': one.status.value,
        'availability': one.shares.available,
        'availability_with_maintenance': one.shares.with_maintenance,
        'days': [
            None
            if day is None
            else {
                'date': date(day.at),
                'observed_s': round(day.watched_s),
                'down': round(day.down_s / day.observed_s, 4),
                'degraded': round(day.degraded_s / day.observed_s, 6),
                'maintenance': round(day.maintenance_s / day.observed_s, 6),
            }
            for day in one.days
        ],
    }
    if one.members is not None:
        body |= {'members': one.members, 'up': one.up}
    if one.not_up:
        body['not_up'] = list(one.not_up)
    if one.maintained_until is not None:
        body['maintenance_until'] = iso(one.maintained_until)
    return body


def _notice(one: ShownNotice) -> Mapping[str, Any]:
    body: dict[str, Any] = {
        'id': _urn(one.id).rpartition(':')[2],
        'name': one.title,
        'impact': 'maintenance' if one.kind is NoticeKind.MAINTENANCE else one.impact.value,
        'status': one.state.value,
        'components': list(one.components),
        'started_at': iso(one.begins_at),
        'incident_updates': [
            {'status': each.state.value, 'body': each.text, 'created_at': iso(each.at)} for each in one.updates
        ],
    }
    if one.kind is NoticeKind.MAINTENANCE:
        body['scheduled_for'] = iso(one.begins_at)
        body['scheduled_until'] = iso(one.ends_at) if one.ends_at is not None else None
    return body
