"""The window on a list, as ``live_table.js`` draws it.

Without a script its search, filters, order and pages are links and a form that ask by GET.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil
from typing import Any
from urllib.parse import quote

from ui.design import STATES
from ui.shapes.cells import Spec, blank, cell, fitting, look, note, shape
from ui.shapes.html import span, tag
from ui.shapes.picture import Drawn, Picture, Props, Shape
from ui.shapes.values import Moment, State, address, get, number

_FALLING_FIRST = frozenset({'number', 'signal', 'bar', 'age', 'time', 'bytes'})
_UNESCAPED = "!~*'(),"
"""What the script leaves as it is in a query."""
MENU = 'menu'
"""The key of the page's query that names the filter whose choices are listed."""
MOST_OPTIONS = 400


@dataclass(frozen=True, slots=True)
class View:
    """What a reader has asked a list for: the order, the page (from 0), the search, and the filters by their fields."""

    sort: str
    page: int
    text: str
    chosen: Mapping[str, str]

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
            chosen = {**_fixed(props['topic']), **chosen}
        if text:
            parts.append(('q', text))
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
        chosen[one['field']] = said.get(one['field'], one.get('value', ''))
        if one.get('until'):
            chosen[one['until']] = said.get(one['until'], '')
    return View(said.get('sort') or props['sort'], page, said.get('q', ''), chosen)


def topic_of(props: Props, asked: Mapping[str, str]) -> str:
    """The topic that a table follows at first."""
    topic: str = props['topic']
    return topic if props['bare'] else f'{topic.partition("?")[0]}?{view_of(props, asked).query(props, all=True)}'


def draw(props: Props, picture: Picture, inside: str) -> Drawn:
    """The table with its tools."""
    view = view_of(props, picture.asked)
    state = picture.states.get(topic_of(props, picture.asked))
    columns = fitting(props['columns'], {**_fixed(props['topic']), **view.chosen})
    rows: Sequence[State] = state['rows'] if state else ()
    left = _search(props, view) + _filters(props, view, picture) + tag('div', '', 'cw-row choice', hidden=True)
    form = tag('form', left, 'cw-row', style='display: contents;', method='get', action=picture.path, role='search')
    ends = tag('div', span(_sum(props, state), 'sum') + inside, 'ends')
    tools = bool(props['search'] or props['filters'] or props['bulk'] or inside)
    nothing = state is not None and not rows
    body = _bones(props, columns) if state is None else ''.join(_row(props, columns, row, picture) for row in rows)
    if nothing:
        body = _alone(props, columns, _nothing(props, view, picture))
    head = tag('tr', _heads(props, columns, view, picture), hidden=nothing and not view.narrowed(props))
    table = tag('table', (tag('thead', head) if props['heads'] else '') + tag('tbody', body))
    pages = _pages(props, view, state, picture)
    box = tag('div', tag('div', table, 'cw-table-wrap') + pages, 'cw-table framed' if props['framed'] else '')
    return Drawn(
        tag('div', form + ends, 'cw-tools', hidden=not tools) + tag('div', box),
        'div',
        'cw-table tall' if props['tall'] else 'cw-table',
    )


def _fixed(topic: str) -> dict[str, str]:
    return dict(part.split('=', 1) for part in topic.partition('?')[2].split('&') if '=' in part)


def _class(column: Spec) -> str:
    room = {'wide': 'roomy', 'narrow': 'phone-only'}.get(column.get('room') or '', '')
    names = ('right' if column.get('align') == 'right' else '', room, 'grow' if column.get('grow') else '')
    return ' '.join(filter(None, names))


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
        chips += tag('div', inside, 'cw-anchor', hidden=hidden and not menu)
        names = [] if menu else [one['field']]
        kept += _kept((name, view.chosen.get(name, '')) for name in (*names, one.get('until') or '') if name)
    if view.sort != props['sort']:
        kept += _kept([('sort', view.sort)])
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
    return f'since {begins}' if begins else f'until {ends}' if ends else 'any'


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


def _sum(props: Props, state: State | None) -> str:
    if state is None:
        return ''
    matched, total = _counted(state)
    noun = props['noun'][0 if total == 1 else 1]
    return f'{number(total)} {noun}' if total == matched else f'{number(matched)} of {number(total)} {noun}'


def _counted(state: State) -> tuple[int, int]:
    if state.get('total') is None:
        return len(state['rows']), len(state['rows'])
    return state.get('matched') or 0, state['total'] or 0


def _heads(props: Props, columns: Sequence[Spec], view: View, picture: Picture) -> str:
    picks = tag('input', type='checkbox', aria_label='Select all on this page', data_later=True)
    heads = tag('th', picks, 'pick', scope='col') if props['bulk'] else ''
    for column in columns:
        wide = f'width: {column["width"]}' if column.get('width') else None
        inside, up = _head(props, column, view, picture)
        more = {'scope': 'col', 'data_head': column['field'], 'style': wide, 'aria_sort': up}
        heads += tag('th', inside, _class(column), **more)
    return heads + (tag('th', span('Actions', 'cw-sr'), scope='col') if props['actions'] else '')


def _head(props: Props, column: Spec, view: View, picture: Picture) -> tuple[str, str | None]:
    label, sort = column.get('label', ''), column.get('sort')
    if not sort:
        zoned = f'{label} ({picture.moment.zone_name})' if column.get('kind') == 'time' else label
        return span(zoned, 'cw-sr' if column.get('head') == 'unseen' else ''), None
    falling = column.get('kind') in _FALLING_FIRST
    first, other = (f'-{sort}', sort) if falling else (sort, f'-{sort}')
    up = {sort: 'ascending', f'-{sort}': 'descending'}.get(view.sort)
    arrow = tag('span', {'ascending': '↑', 'descending': '↓'}.get(up or '', ''), 'arrow', aria_hidden='true')
    words = arrow + escape(label) if column.get('align') == 'right' else escape(label) + arrow
    asks = view.query(props, all=False, page=0, sort=other if view.sort == first else first)
    if not props['linked']:
        return tag('button', words, type='button'), up
    return tag('a', words, href=f'{picture.path}?{asks}', data_later=True), up


def _row(props: Props, columns: Sequence[Spec], row: State, picture: Picture) -> str:
    cells = ''
    if props['bulk']:
        named = row.get('name') if row.get('name') is not None else row['id']
        cells = tag(
            'td', tag('input', type='checkbox', aria_label=f'Select {named}', data_later=True), 'pick'
        )  # fmt: skip
    for column in columns:
        more = {
            'data_phone': column.get('phone'),
            'data_field': column['field'],
            'style': f'--wide: {column["width"]}' if column.get('width') else None,
            'data_blank': blank(column, row),
        }
        cells += tag('td', cell(column, row, picture.moment), _class(column), **more)
    if props['actions']:
        cells += tag('td', ''.join(_act(act) for act in props['actions'] if _fits(act, row)), 'acts')
    href = address(props['row-href'], row) if props['row-href'] else None
    return tag('tr', cells, data_row=row['id'], tabindex='-1', data_href=href)


def _fits(act: Mapping[str, Any], row: State) -> bool:
    value = get(row, act['field']) if act.get('field') else None
    wanted, barred = act.get('when'), act.get('unless')
    return not (wanted and value not in wanted) and not (barred and value in barred)


def _act(act: Mapping[str, Any]) -> str:
    tone = act.get('tone') or ''
    return tag('button', escape(act['label']), f'cw-btn {tone}', type='button', data_act=act['name'])


def _bones(props: Props, columns: Sequence[Spec]) -> str:
    rows = ''
    for i in range(min(props['size'], 8)):
        cells = tag('td', '', 'pick') if props['bulk'] else ''
        for j, column in enumerate(columns):
            bone = tag('span', '', 'cw-skeleton', style=f'width: {36 + (i * 37 + j * 53) % 48}px;')
            cells += tag('td', bone, _class(column), data_phone=column.get('phone'))
        rows += tag('tr', cells + (tag('td') if props['actions'] else ''), aria_hidden='true')
    return rows


def _alone(props: Props, columns: Sequence[Spec], inside: str) -> str:
    wide = len(columns) + bool(props['bulk']) + bool(props['actions'])
    return tag('tr', tag('td', inside, colspan=wide), 'lone')


def _nothing(props: Props, view: View, picture: Picture) -> str:
    if not view.narrowed(props):
        return note(props['empty'])
    told = tag('b', f'No {escape(props["noun"][1])} match') + tag(
        'p', 'Nothing fits this search and these filters together.'
    )
    clear = tag('a', 'Clear search and filters', 'cw-btn', href=picture.path, data_later=True)
    return tag('div', told + clear, 'cw-note')


def _pages(props: Props, view: View, state: State | None, picture: Picture) -> str:
    matched = _counted(state)[0] if state else 0
    size = props['size']
    if state is None or props['bare'] or matched <= size:
        return tag('div', '', 'cw-pages', hidden=True)
    last, page = ceil(matched / size) - 1, view.page
    told = span(f'{number(page * size + 1)}–{number(min(matched, (page + 1) * size))} of {number(matched)}')
    links = ''
    for label, to in (('First', 0), ('Previous', page - 1), ('Next', page + 1), ('Last', last)):
        if to < 0 or to > last or to == page:
            links += tag('button', label, 'cw-btn', type='button', disabled=True)
            continue
        query = view.query(props, all=False, page=to)
        href = f'{picture.path}?{query}' if query else picture.path
        links += tag('a', label, 'cw-btn', href=href, data_later=True)
    return tag('div', told + span('', 'cw-spring') + links, 'cw-pages')


TABLE = Shape(draw, lambda props, asked: (topic_of(props, asked),))
