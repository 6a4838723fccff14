"""The window on a list, as ``live_table.js`` draws it.

Without a script its search, filters, order and pages are links and a form that ask by GET.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from math import ceil
from typing import Any
from urllib.parse import quote

from ui.shapes.cells import Spec, arranged, blank, cell, fitting, note, usual
from ui.shapes.html import scripted, span, tag
from ui.shapes.picture import Drawn, Picture, Props, Shape
from ui.shapes.tools import View, fixed, tools, view_of
from ui.shapes.values import Moment, State, address, get, holes

FILES = frozenset({'policies', 'towers', 'commands', 'people', 'enrolment_tokens', 'enterprises'})
"""Lists of which there is a file of what they show, as in ``desk.js``."""
_FALLING_FIRST = frozenset({'number', 'signal', 'bar', 'age', 'time', 'bytes'})


def topic_of(props: Props, asked: Mapping[str, str]) -> str:
    """The topic that a table follows at first."""
    topic: str = props['topic']
    return topic if props['bare'] else f'{topic.partition("?")[0]}?{view_of(props, asked).query(props, all=True)}'


def draw(props: Props, picture: Picture, inside: str) -> Drawn:
    """The table with its tools."""
    view = view_of(props, picture.asked)
    state = picture.states.get(topic_of(props, picture.asked))
    columns = fitting(_arranged(props, view, picture), {**fixed(props['topic']), **view.chosen})
    rows: Sequence[State] = state['rows'] if state else ()
    left = tools(props, view, picture) + tag('div', '', 'cw-row choice', hidden=True)
    form = tag('form', left, 'cw-row', style='display: contents;', method='get', action=picture.path, role='search')
    ends = tag(
        'div',
        span(_sum(props, state, picture.moment), 'sum') + _desk_tools(props, view, picture, columns) + inside,
        'ends',
    )
    some = bool(props['search'] or props['filters'] or props['bulk'] or props['file'] or inside)
    nothing = state is not None and not rows
    body = _bones(props, columns) if state is None else ''.join(_row(props, columns, row, picture) for row in rows)
    if nothing:
        body = _alone(props, columns, _nothing(props, view, picture))
    head = tag('tr', _heads(props, columns, view, picture), hidden=nothing and not view.narrowed(props))
    table = tag('table', (tag('thead', head) if props['heads'] else '') + tag('tbody', body))
    pages = _pages(props, view, state, picture)
    box = tag('div', tag('div', table, 'cw-table-wrap') + pages, 'cw-table framed' if props['framed'] else '')
    return Drawn(
        tag('div', form + ends, 'cw-tools', hidden=not some) + tag('div', box),
        'div',
        ' '.join(filter(None, ('cw-table', 'tall' if props['tall'] else '', 'filed' if props['file'] else ''))),
    )


def _class(column: Spec) -> str:
    room = {'wide': 'roomy', 'narrow': 'phone-only'}.get(column.get('room') or '', '')
    names = ('right' if column.get('align') == 'right' else '', room, 'grow' if column.get('grow') else '')
    return ' '.join(filter(None, names))


def _arranged(props: Props, view: View, picture: Picture) -> Sequence[Spec]:
    """The columns of the saved view that is open, else those of the desk, else as they come."""
    name, desk = _list(props), picture.desk
    if not props['linked'] or not desk:
        return usual(props['columns'])
    opened = (one['columns'] for one in desk['views'] if one['id'] == view.saved and one['list'] == name)
    return arranged(props['columns'], next(opened, desk['columns'].get(name, ())))


def _list(props: Props) -> str:
    topic: str = props['topic']
    return topic.partition('?')[0]


def _desk_tools(props: Props, view: View, picture: Picture, columns: Sequence[Spec]) -> str:
    """The buttons of ``desk.js``: they wait for their script, the file is a link."""
    name = _list(props)
    if not props['linked'] or name not in picture.desk.get('lists', ()):
        return tag('span', _file(props, view, columns), style='display: contents') if props['file'] else ''
    drawn = ''
    for word in ('Views', 'Columns'):
        button = tag('button', word, 'cw-chip plain', type='button', aria_expanded='false', aria_haspopup='true')
        drawn += tag('div', button, 'cw-anchor cw-desk-tool')
    if name in FILES:
        drawn += _file(props, view, columns)
    return tag('span', drawn, style='display: contents')


def _file(props: Props, view: View, columns: Sequence[Spec]) -> str:
    kinds = ','.join(f'{field}:{kind}' for field, kind in written(columns).items())
    asks = replace(view, saved='').query({**props, 'sort': ''}, all=False, page=0)
    query = '&'.join(part for part in (props['topic'].partition('?')[2], asks, f'columns={kinds}') if part)
    return tag('a', 'CSV', 'cw-chip plain', href=f'/ui/lists/{_list(props)}.csv?{query}')


def written(columns: Sequence[Spec]) -> dict[str, str]:
    """The fields that a file has for these columns, with their kinds, as ``desk.js`` names them.

    What stands beside or inside a value has a column of its own, and so has every field of a template: a spreadsheet sorts by columns.
    """
    found: dict[str, str] = {}
    for column in columns:
        if column.get('room') == 'narrow':  # says again on phones what others do
            continue
        kind = column.get('kind', 'text')
        parts = dict.fromkeys(holes(column['template']), 'text') if kind == 'template' else {column['field']: kind}
        if column.get('detail'):
            parts[column['detail']] = 'age' if column.get('detailMode') else 'text'
        parts |= {column[part]: kind for part, kind in (('suffix', 'text'), ('stale', 'age')) if column.get(part)}
        for field, kind in parts.items():
            found.setdefault(field, kind)
    return found


def _sum(props: Props, state: State | None, moment: Moment) -> str:
    if state is None:
        return ''
    matched, total = _counted(state)
    noun = props['noun'][0 if total == 1 else 1]
    told = moment.number(total)
    return f'{told} {noun}' if total == matched else f'{moment.number(matched)} of {told} {noun}'


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
        return scripted(tag('button', words, type='button'), label), up
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
    back = f'{picture.path}?view={quote(view.saved)}' if view.saved else picture.path
    told = tag('b', f'No {escape(props["noun"][1])} match') + tag(
        'p', 'Nothing fits this search and these filters together.'
    )
    clear = tag('a', 'Clear search and filters', 'cw-btn', href=back, data_later=True)
    return tag('div', told + clear, 'cw-note')


def _pages(props: Props, view: View, state: State | None, picture: Picture) -> str:
    matched = _counted(state)[0] if state else 0
    size = props['size']
    if state is None or props['bare'] or matched <= size:
        return tag('div', '', 'cw-pages', hidden=True)
    last, page = ceil(matched / size) - 1, view.page
    begin, end, all_ = map(picture.moment.number, (page * size + 1, min(matched, (page + 1) * size), matched))
    told = span(f'{begin}–{end} of {all_}')
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
