"""The small live components: counters, facts, single values, ages, the feed, and what stands in for pictures."""

from collections.abc import Mapping
from html import escape
from typing import Any

from ui.design import STATES
from ui.shapes.cells import age, blank, cell, command, look, note, shape
from ui.shapes.cells import state as chip
from ui.shapes.chart import CHART
from ui.shapes.html import span, tag
from ui.shapes.picture import Drawn, Picture, Props, Shape, own_topic
from ui.shapes.scrubber import SCRUBBER
from ui.shapes.tower_map import TOWER_MAP
from ui.shapes.values import address, get, local, plain

_SKELETON = 'cw-skeleton'


def skeleton(width: int | str, more: str = '') -> str:
    """The shape of what is still to come."""
    wide = f'{width}px' if isinstance(width, int) else width
    return tag('span', '', _SKELETON, style=f'width: {wide};{more}')


def counters(props: Props, picture: Picture, _: str) -> Drawn:
    """As ``counters.js``."""
    state = picture.states.get(props['topic'])
    head = tag('h2', escape(props['heading']))
    if state is None:
        big = tag('p', tag('b', skeleton(64)) + tag('span'), 'big')
        return Drawn(head + big + tag('div', '', 'cw-bar') + tag('p', '', 'cw-legend'), 'div', 'cw-counter')
    counts = get(state, props['parts']) or {}
    some = any(count > 0 for count in counts.values())
    words = picture.moment.fill(props['caption'], state) if some or not props['quiet'] else props['quiet']
    parts = links = ''
    for value, seen in STATES[props['family']].items():
        if count := counts.get(value, 0):
            parts += tag('i', '', f'cw-{seen.tone}', title=seen.word, style=f'flex-grow: {count};')
            name = f'{shape(seen)}{span(seen.word)} {tag("b", picture.moment.number(count))}'
            links += tag('a', name, href=address(props['href'], {'state': value})) + ' '
    big = f'{tag("b", escape(picture.moment.fill(props["big"], state)))} {span(words)}'
    inside = head + tag('p', big, 'big') + tag('div', parts, f'cw-bar{" filled" if some else ""}')
    return Drawn(inside + tag('p', links, 'cw-legend'), 'div', 'cw-counter')


def facts(props: Props, picture: Picture, _: str) -> Drawn:
    """As ``facts.js``."""
    state = picture.states.get(props['topic'])
    lines = ''
    for column in props['columns']:
        if state is not None and blank(column, state) and not column.get('empty'):
            continue  # hidden on the live page; a browser for text would show it
        inside = skeleton(90) if state is None else cell(column, state, picture.moment)
        lines += tag('dt', escape(column.get('label', ''))) + tag('dd', inside, data_field=column['field'])
    return Drawn(lines or tag('dd', 'Not reported yet.', 'none'), 'dl', 'cw-facts')


def live_value(props: Props, picture: Picture, _: str) -> Drawn:
    """As ``live_value.js``."""
    state, column = picture.states.get(props['topic']), props['column']
    if state is None:
        return _seen(escape(props.get('initial') or ''), 'span', 'cw-live', is_shown=not props['keep'])
    known = get(state, column['field'])
    hidden = known not in props['keep'] if props['keep'] else blank(column, state) and column.get('empty') == ''
    return _seen(cell(column, state, picture.moment), 'span', 'cw-live', is_shown=not hidden)


def live_when(props: Props, picture: Picture, inside: str) -> Drawn:
    """As ``live_when.js``."""
    state = picture.states.get(props['topic'])
    if state is None:
        return _seen(inside, 'div', 'cw-when', is_shown=bool(props['shown']))
    seen = get(state, props['field'])
    among = any(one == seen and isinstance(one, bool) is isinstance(seen, bool) for one in props['values'])
    return _seen(inside, 'div', 'cw-when', is_shown=among is not bool(props['unless']))


def _seen(inside: str, name: str, cls: str, *, is_shown: bool) -> Drawn:
    # What is not shown is not written either: a browser for text shows what is hidden, and it is half of some pages.
    return Drawn(inside if is_shown else '', name, cls, hidden=not is_shown)


def _age(props: Props, picture: Picture, _: str) -> Drawn:
    return Drawn(age(props['at'], props['mode'], picture.moment))


def _zoned(props: Props, picture: Picture, _: str) -> Drawn:
    return Drawn(escape(picture.moment.zoned(props['text'])))


def feed(props: Props, picture: Picture, _: str) -> Drawn:
    """As ``feed.js``."""
    state = picture.states.get(props['topic'])
    hide = bool(props.get('hide-subject'))
    if state is None:
        bones = (skeleton(48, ' margin-top: 5px;') + tag('span') + skeleton(f'{55 + i * 29 % 40}%') for i in range(6))
        rows = ''.join(tag('li', bone, aria_hidden='true') for bone in bones)
    else:
        pinned = (_entry(entry, hide, picture, 'cw-pinned') for entry in state.get('pinned') or ())
        said = (_entry(entry, hide, picture) for entry in (state.get('entries') or [])[: props['most']])
        rows = ''.join((*pinned, *said)) or tag('li', note(props['empty']), style='display: block;')
    log = {'role': 'log', 'aria-live': 'off', 'aria-label': 'Events, newest first', 'tabindex': '0'}
    return Drawn(tag('ol', rows), 'div', 'cw-feed', more=log)


def _entry(entry: Mapping[str, Any], hide: bool, picture: Picture, cls: str = '') -> str:
    subject, moment = entry.get('subject') or {}, picture.moment
    href, name = local(subject.get('href')), '' if hide else plain(subject.get('name') or '')
    if entry.get('inside'):  # not a name, but how many things
        name = moment.zoned(name)
    text = plain(entry.get('text') or '')
    if not name:
        text = text.removeprefix('is ')
        text = text[:1].upper() + text[1:]
    who = (tag('a', escape(name), href=href, tabindex='-1') if href else tag('b', escape(name))) + ' ' if name else ''
    why = span(f' · {moment.zoned(entry["why"])}') if entry.get('why') else ''
    said = tag('p', who + escape(moment.zoned(text)) + why)
    if entry.get('inside'):
        said = tag('div', said + tag('details', tag('summary', 'Show which') + _inside(entry, picture), 'cw-inside'))
    if entry.get('state'):
        seen = look(entry.get('family'), entry['state'])
        mark, word = f'cw-shape {seen.shape} cw-{seen.tone}', seen.word
    else:
        mark, word = 'cw-shape ring cw-unk', 'Note'
    when = tag('time', escape(moment.clock(entry['at'])))
    sign = tag('i', '', mark, role='img', aria_label=word)
    return tag('li', when + sign + said, cls, data_row=entry['seq'], data_href=href, tabindex='-1')


def _inside(entry: Mapping[str, Any], picture: Picture) -> str:
    lines = ''
    for one in entry['inside']:
        href, name = local(one.get('href')), escape(plain(one['name']))
        when = tag('time', escape(picture.moment.clock(one['at'])))
        lines += tag('li', f'{when} {tag("a", name, href=href) if href else name}')
    return tag('ul', lines)


def _more_menu(props: Props, _: Picture, __: str) -> Drawn:
    button = tag('button', escape(props['label']), 'cw-btn', type='button', aria_label=f'{props["label"]} actions')
    return Drawn(button, 'div', 'cw-more')


def _command(props: Props, _: Picture, __: str) -> Drawn:
    return Drawn(command(props['text']), 'div')


def _api_reference(_: Props, __: Picture, ___: str) -> Drawn:
    seek = tag(
        'input',
        '',
        'cw-input seek',
        type='search',
        placeholder='Search paths, fields, scopes',
        aria_label='Search the API',
    )
    return Drawn(seek + tag('span', '', 'sum', role='status'), 'div', 'cw-tools cw-api-tools')


def _draft(_: Props, __: Picture, inside: str) -> Drawn:
    return Drawn(inside, 'div', 'cw-draft')


def _night(props: Props, picture: Picture, _: str) -> Drawn:
    """As ``night.js``, without its buttons."""
    state = picture.states.get(props['topic'])
    rows = [] if state is None else state['rows']
    waiting = sum(row['state'] == 'open' and not row['assigned_to'] for row in rows)
    count = max(len(rows), 0 if state is None else state['matched'])
    more = count - len(rows)
    if waiting:
        stand = f'{"at least " if more else ""}{waiting} with nobody on it'
    else:
        stand = f'the gravest {len(rows)} are seen to' if more else 'all are seen to'
    words = f'{picture.moment.number(count)} open, {stand}'
    rest = f'{picture.moment.number(more)} more, less grave, are in the inbox.' if more else ''
    quiet = '' if state is None else 'All quiet. Nothing is open.'
    head = tag('p', escape(words if rows else quiet), 'cw-night-sum', role='status')
    listed = tag('ol', ''.join(_night_row(row, picture) for row in rows))
    return Drawn(head + listed + tag('p', rest, 'cw-quiet'), 'div', 'cw-night cw-alerts')


def _night_row(row: Mapping[str, Any], picture: Picture) -> str:
    href = f'/alerts/{row["id"]}'
    count = row.get('devices') or 0
    hurt = f'{picture.moment.number(count)} {"device" if count == 1 else "devices"}' if count else 'no device'
    beneath = f', {row["beneath"]} beneath' if row.get('beneath') else ''
    why = f' · {row["why"]}' if row.get('why') else ''
    if row.get('assigned_to'):
        who = tag('b', escape(f'{row["assigned_to"]} has it'))
    elif row.get('acknowledged_by'):
        who = span(f'Acknowledged by {row["acknowledged_by"]}')
    else:
        who = (
            span(f'Snoozed by {row["snoozed_by"]}')
            if row.get('is_snoozed')
            else tag('b', 'Nobody has it', 'cw-bad-ink')
        )
    since = age(row['raised_at'], 'for', picture.moment) + tag('span', age(row['raised_at'], 'since', picture.moment))
    return tag(
        'li',
        tag('div', chip('severity', row['severity'], how='chip') + since, 'cw-row')
        + tag('a', escape(plain(row['name'])), 'cw-strong', dir='auto', href=href)
        + tag('div', escape(f'Hurts {hurt}{beneath}{why}'), 'cw-quiet')
        + tag('div', who, 'cw-row')
        + tag('a', 'Incident report', 'cw-link', href=f'{href}/incident'),
        data_row=row['id'],
        data_href=href,
        tabindex='-1',
    )


PARTS: Mapping[str, Shape] = {
    'counters': Shape(counters, own_topic),
    'facts': Shape(facts, own_topic),
    'live_value': Shape(live_value, own_topic),
    'live_when': Shape(live_when, own_topic),
    'feed': Shape(feed, own_topic),
    'age': Shape(_age),
    'zoned': Shape(_zoned),
    'api_reference': Shape(_api_reference),
    'chart': CHART,
    'tower_map': TOWER_MAP,
    'scrubber': SCRUBBER,
    'more_menu': Shape(_more_menu),
    'command': Shape(_command),
    'draft': Shape(_draft),
    'night': Shape(_night, own_topic),
}
