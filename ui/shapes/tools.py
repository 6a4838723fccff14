"""What stands above a list: its search and its filters; and the view that they ask for, which stands in the address of the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from ui.design import STATES
from ui.shapes.cells import look, shape
from ui.shapes.html import tag
from ui.shapes.picture import Picture, Props
from ui.shapes.values import Moment

_UNESCAPED = "!~*'(),"
"""What the script leaves as it is in a query."""
MENU = 'menu'
"""The key of the page's query that names the filter whose choices are listed."""
MOST_OPTIONS = 400


@dataclass(frozen=True, slots=True)
class View:
    """What a reader has asked a list for: the order, the page (from 0), the search, the filters by their fields, and the
    saved view that is open, by its id."""

    sort: str
    page: int
    text: str
    chosen: Mapping[str, str]
    saved: str = ''

    def query(self, props: Props, *, all: bool, **change: Any) -> str:
        """The query of the topic with ``all``, else that of the page's address; ``change`` is what is to be different in it."""
        sort, page, text = (change.get(name, getattr(self, name)) for name in ('sort', 'page', 'text'))
        chosen = {**self.chosen, **change.get('chosen', {})}
        parts: list[tuple[str, Any]] = []
        if sort and (all or sort != props['sort']):
            parts.append(('sort', sort))
        if all or page:
            parts.append(('page', page if all else page + 1))
        if all:
            parts.append(('size', props['size']))
            chosen = {**fixed(props['topic']), **chosen}
        if text:
            parts.append(('q', text))
        if not all and self.saved:
            parts.append(('view', self.saved))
        parts += [(key, chosen[key]) for key in sorted(chosen) if chosen[key]]
        return '&'.join(f'{key}={quote(str(value), safe=_UNESCAPED)}' for key, value in parts)

    def narrowed(self, props: Props) -> bool:
        """True when the search or a filter leaves rows out."""
        return bool(self.text) or any(
            self.chosen[one['field']] != one.get('value', '') or self.chosen.get(one.get('until') or '')
            for one in props['filters']
        )


def view_of(props: Props, asked: Mapping[str, str]) -> View:
    """The view that the address of a page asks for; a table that is not linked to it begins with its own."""
    said = asked if props['linked'] else {}
    try:
        page = max(0, int(said.get('page') or 1) - 1)
    except ValueError:
        page = 0
    chosen = {}
    for one in props['filters']:
        chosen[one['field']] = _meant(one, said.get(one['field'], one.get('value', '')))
        if one.get('until'):
            chosen[one['until']] = said.get(one['until'], '')
    return View(said.get('sort') or props['sort'], page, said.get('q', ''), chosen, said.get('view', ''))


def _meant(one: Mapping[str, Any], value: str) -> str:
    words: Mapping[str, str] = one.get('meant') or {}
    if not words or not value:
        return value
    return ','.join(
        dict.fromkeys(each for word in value.split(',') for each in words.get(word.strip(), word).split(','))
    )


def fixed(topic: str) -> dict[str, str]:
    """The part of a query that the name of a topic brings along."""
    return dict(part.split('=', 1) for part in topic.partition('?')[2].split('&') if '=' in part)


def tools(props: Props, view: View, picture: Picture) -> str:
    """The search and the filters."""
    return _search(props, view) + _filters(props, view, picture)


def _search(props: Props, view: View) -> str:
    if not props['search']:
        return ''
    field = tag(
        'input', '', 'cw-input', type='search', name='q', placeholder=props['search'], aria_label=props['search'],
        value=view.text or None, autocomplete='off', spellcheck='false',
    )  # fmt: skip
    return tag('div', field, 'seek')


def _filters(props: Props, view: View, picture: Picture) -> str:
    """A chip each, which leads to the same page with its choices listed; what is chosen travels with the search as hidden fields."""
    chips = kept = ''
    waiting = False
    for one in props['filters']:
        value, menu = view.chosen[one['field']], picture.asked.get(MENU) == one['field']
        hidden = bool(one.get('extra')) and not value
        waiting = waiting or hidden
        words = _span_words(one, view, picture.moment) if one.get('until') else _words(one, value)
        here = view.query(props, all=False, page=0)
        to = f'{picture.path}?{here}{"&" if here else ""}{MENU}={quote(one["field"])}'
        on = bool(value or view.chosen.get(one.get('until') or ''))
        name = f'{escape(one["label"])} {tag("b", escape(words))}'
        chip = tag('a', name, 'cw-chip on' if on else 'cw-chip', href=to, data_later=True)
        inside = chip + (_choices(one, value) if menu else '')
        if hidden and not menu:  # its menu is a script's
            chips += tag('noscript', tag('a', f'+ {escape(one["label"])}', 'cw-chip plain', href=to))
        else:
            chips += tag('div', inside, 'cw-anchor')
        names = [] if menu else [one['field']]
        kept += _kept((name, view.chosen.get(name, '')) for name in (*names, one.get('until') or '') if name)
    if view.sort != props['sort']:
        kept += _kept([('sort', view.sort)])
    kept += _kept([('view', view.saved)])
    more = tag('span', '+ Filter', 'cw-chip plain', data_later=True)
    if any(one.get('extra') for one in props['filters']):
        chips += tag('div', more, 'cw-anchor', hidden=not waiting)
    return chips + kept


def _kept(pairs: Iterable[tuple[str, str]]) -> str:
    return ''.join(tag('input', type='hidden', name=name, value=value) for name, value in pairs if value)


def _options(one: Mapping[str, Any]) -> list[tuple[str, str]]:
    if one.get('options') is not None:
        return [(key, word) for key, word in one['options']]
    return [(key, seen.word) for key, seen in STATES[one['family']].items()] if one.get('family') else []


def _words(one: Mapping[str, Any], value: str) -> str:
    picked = value.split(',') if value else []
    options = _options(one)
    words = [word.lower() for key, word in options if key in picked] if options else picked
    return ', '.join(words) or 'any'


def _span_words(one: Mapping[str, Any], view: View, moment: Moment) -> str:
    texts = [view.chosen.get(one[name]) or '' for name in ('field', 'until')]
    year = any(moment.year(text) != moment.year(moment.now) for text in texts if text)
    begins, ends = (moment.spoken(text, year=year) if text else '' for text in texts)
    if begins and ends:
        return f'{begins} – {ends}'
    return f'since {begins}' if begins else f'until {ends}' if ends else one.get('none') or 'any'


def _choices(one: Mapping[str, Any], value: str) -> str:
    """The menu of a filter; it is sent with the search."""
    picked = value.split(',')
    family = one.get('family')
    items = ''.join(
        tag(
            'label',
            tag('input', type='checkbox', name=one['field'], value=key, checked=key in picked)
            + (shape(look(family, key)) if family else '')
            + escape(word),
            'cw-item',
        )
        for key, word in _options(one)[:MOST_OPTIONS]
    )
    typed = tag(
        'input', '', 'cw-input', name=one['field'], value=value or None, aria_label=one['label'],
        placeholder=one.get('placeholder') or one['label'],
    )  # fmt: skip
    show = tag('button', 'Show', 'cw-item cw-link', type='submit')
    return tag('div', (items or typed) + show, 'cw-pop', role='group', aria_label=one['label'])
