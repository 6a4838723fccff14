"""One value as HTML, by the description of its column (:class:`ui.components.columns.Column`), as ``ui/static/cells.js`` draws it."""

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from ui.design import STATES, Look
from ui.shapes.html import attributes, scripted, span, tag
from ui.shapes.values import Moment, State, address, epoch, get, holes, is_number, known, missing, plain

Spec = Mapping[str, Any]
"""A column as the browser gets it."""

_DASH = span('–', 'cw-quiet')


def look(family: str | None, value: Any) -> Look:
    """How a state shows; without a family it is looked up in all of them, and one that is in none is told by its own word."""
    key = plain('unknown' if value is None else value)
    among = [STATES.get(family, {})] if family else STATES.values()
    found = next((states[key] for states in among if key in states), None)
    return found or Look((key[:1].upper() + key[1:]).replace('_', ' '), 'unk', 'ring')


def shape(seen: Look) -> str:
    """The mark that stands before the word of a state."""
    return f'<i class="cw-shape {seen.shape} cw-{seen.tone}" aria-hidden="true"></i>'


def state(family: str | None, value: Any, *, how: str = '', suffix: str = '') -> str:
    """A state with shape, colour and word; loud ones stand in a chip."""
    seen = look(family, value)
    loud = how == 'chip' or (seen.loud and how != 'plain')
    word = f'{seen.word} {suffix}' if suffix else seen.word
    if not loud and how == 'quiet':
        return tag('span', escape(word), 'cw-state muted', data_state=value)
    cls = f'cw-state cw-{seen.tone}{" loud" if loud else ""}'
    return tag('span', shape(seen) + escape(word), cls, data_state=value)


def age(at: Any, mode: str, moment: Moment, cls: str = '') -> str:
    """A moment as an age; the page's script keeps it current."""
    seconds = epoch(at)
    names = f'cw-age {cls}'.strip()
    if seconds is None:
        return tag('time', '–', names)
    return tag('time', escape(moment.age(seconds, mode)), names, data_at=plain(seconds), data_age=mode)


def note(spec: Mapping[str, Any]) -> str:
    """Empty and error states (:class:`ui.components.page_state.Empty`)."""
    bad = spec.get('tone') == 'bad'
    href = spec.get('href')
    return tag(
        'div',
        tag('b', escape(spec['title']))
        + (tag('p', escape(spec['text'])) if spec.get('text') else '')
        + (command(spec['command']) if spec.get('command') else '')
        + (tag('a', escape(spec.get('label', '')), 'cw-btn primary', href=href) if href else ''),
        'cw-note',
        role='alert' if bad else None,
    )


def command(text: str) -> str:
    """A command line that is there to be copied."""
    copy = tag('button', '', 'cw-copy', type='button', title=f'Copy {text}')
    return tag('div', tag('code', escape(text)) + copy, 'cw-command')


def _cell(value: Any, _: Spec, row: State, __: Moment) -> str:
    text = plain(value)
    if re.match(r'\d{3}-', text):
        shown = text
    else:
        found = re.search(r'0x[0-9A-F]+$', text, re.IGNORECASE)
        shown = f'0x{int(found[0], 16):X}' if found else f'0x{int(text):X}' if text.isdigit() else text
    button = tag('button', escape(shown), 'cw-copy', type='button', aria_haspopup='true', aria_expanded='false')
    return scripted(button, shown, 'cw-mono')


def _mono(value: Any, column: Spec, *_: Any) -> str:
    text = _grouped(value, column.get('group'))
    return scripted(
        tag('button', escape(text), 'cw-copy', type='button', title=f'Copy {plain(value)}'), text, 'cw-mono'
    )


def _bar(value: float, column: Spec, more: str = '') -> str:
    low, high = column.get('low', 0), column.get('high', 1)
    share = min(1.0, max(0.0, (value - low) / ((high - low) or 1)))
    bad, warn = column.get('bad'), column.get('warn')
    falling = bad is not None and warn is not None and bad < warn  # a low signal is bad; a high share of violations is

    def worse(limit: float | None) -> bool:
        return limit is not None and (value < limit if falling else value >= limit)

    tone = column.get('tone') or ('bad' if worse(bad) else 'warn' if worse(warn) else 'ok')
    wide = f'{100 * share:.1f}'.removesuffix('.0')
    fill = tag('i', '', f'cw-{tone}', style=f'width: {wide}%;')
    return tag('span', fill, f'cw-meter{more}', aria_hidden='true')


def _figure(value: float, column: Spec, moment: Moment) -> str:
    unit = column.get('unit')
    return escape(moment.number(value, column.get('digits', 0)) + (f' {unit}' if unit else ''))


def _bytes(value: float, moment: Moment) -> str:
    if value >= 1e12:
        return f'{moment.number(value / 1e12, 1)} TB'
    return f'{moment.number(value / 1e9, 1)} GB' if value >= 1e9 else f'{moment.number(value / 1e6, 0)} MB'


def _spark(values: list[float | None]) -> str:
    """A small line; a value that is ``None`` (a check that failed) is a gap with a mark at its foot."""
    known = [value for value in values if value is not None]
    low = min(known, default=0.0)
    height = (max(known, default=0.0) - low) or 1
    step = 80 / max(1, len(values) - 1)
    runs: list[list[str]] = [[]]
    marks = ''
    for at, value in enumerate(values):
        if value is not None:
            runs[-1].append(f'{at * step:.1f},{15 - 12 * (value - low) / height:.1f}')
            continue
        marks += f'<rect x="{at * step - 1:.1f}" y="2" width="2" height="14" rx="1" fill="var(--bad)"></rect>'
        if runs[-1]:
            runs.append([])
    line = {'fill': 'none', 'stroke': 'var(--accent)', 'stroke-width': 1.25, 'stroke-linejoin': 'round'}
    for run in runs:
        if len(run) == 1:
            x, y = run[0].split(',')
            marks += f'<circle cx="{x}" cy="{y}" r="1.2" fill="var(--accent)"></circle>'
        elif run:
            marks += f'<polyline{attributes({"points": " ".join(run), **line})}></polyline>'
    return f'<svg width="80" height="18" viewBox="-1 0 82 18" aria-hidden="true">{marks}</svg>'


def _grouped(value: Any, group: str | None) -> str:
    """As people read them aloud: IMEI 35 404811 234567 8, ICCID in fours."""
    text = plain(value)
    if group == 'imei' and re.fullmatch(r'\d{15}', text):
        return f'{text[:2]} {text[2:8]} {text[8:14]} {text[14:]}'
    return re.sub(r'(\d{4})(?=\d)', r'\1 ', text) if group == 'iccid' else text


def _labels(value: Any) -> str:
    named = value if isinstance(value, list) else [f'{key}={plain(text)}' for key, text in value.items()]
    return tag('span', ''.join(span(plain(label), 'cw-tag') for label in named)) if named else _DASH


def _evidence(value: Mapping[str, Any]) -> str:
    return span(', '.join(f'{key} = {plain(seen)}' for key, seen in value.items()) or '–', 'cw-mono')


def _state(value: Any, column: Spec, row: State, _: Moment) -> str:
    suffix = get(row, column['suffix']) if column.get('suffix') else None
    said = '' if missing(suffix) or suffix == 0 else plain(suffix)
    return state(column.get('family'), value, how=column.get('how', ''), suffix=said)


def _signal(value: float, column: Spec, moment: Moment) -> str:
    return tag('span', tag('span', _figure(value, column, moment)) + _bar(value, column), 'signal')


def _text(value: Any, _: Spec, __: State, moment: Moment) -> str:
    return escape(moment.number(value) if is_number(value) else plain(value))


def _unsure(value: str) -> str:
    mark = tag('i', '', 'cw-shape dashed', aria_hidden='true')
    return tag('span', mark + escape(value), 'cw-unsure', data_unsure=value)


def _comments(value: Sequence[Mapping[str, Any]], moment: Moment) -> str:
    lines = (
        tag('p', escape(one['text']), dir='auto')
        + tag('span', escape(f'{one["by"]}, ') + age(one['at'], 'ago', moment), 'cw-quiet')
        for one in value
    )
    return tag('ul', ''.join(tag('li', line) for line in lines), 'cw-comments')


Kind = Callable[[Any, Spec, State, Moment], str]
_KINDS: Mapping[str, Kind] = {
    'unsure': lambda value, *_: _unsure(value),
    'comments': lambda value, _, __, moment: _comments(value, moment),
    'text': _text,
    'said': lambda value, _, __, moment: escape(moment.zoned(value)),
    'word': lambda value, *_: escape(look('', value).word),
    'quiet': lambda value, _, __, moment: span(moment.zoned(value), 'cw-quiet'),
    'strong': lambda value, *_: tag('span', escape(plain(value)), 'cw-strong', dir='auto'),
    'template': lambda _, column, row, moment: escape(moment.fill(known(column['template'], row), row)),
    'state': _state,
    'age': lambda value, column, _, moment: age(
        value, column.get('mode', 'ago'), moment, '' if column.get('plain') else 'cw-quiet'
    ),
    'time': lambda value, _, __, moment: tag('time', escape(moment.clock(value)), 'cw-quiet'),
    'mono': _mono,
    'cell': _cell,
    'code': lambda value, *_: span(plain(value), 'cw-mono'),
    'number': lambda value, column, _, moment: _figure(value, column, moment),
    'bytes': lambda value, _, __, moment: escape(_bytes(value, moment)),
    'signal': lambda value, column, _, moment: _signal(value, column, moment),
    'bar': lambda value, column, *_: _bar(value, column, ' long'),
    'spark': lambda value, *_: _spark(value),
    'flag': lambda value, column, *_: escape(column.get('yes', 'Yes') if value else column.get('no', 'No')),
    'labels': lambda value, *_: _labels(value),
    'evidence': lambda value, *_: _evidence(value),
}
_BARE = frozenset({'text', 'said', 'word', 'template', 'number', 'bytes', 'flag'})
"""Kinds that are text without an element around it."""


def blank(column: Spec, row: State) -> bool:
    """True when nothing is known: of a template, when none of its fields is."""
    paths = holes(column['template']) if column.get('kind') == 'template' else [column['field']]
    return all(missing(get(row, path)) for path in paths)


def _stale(value: Any, column: Spec, row: State, old: Any, moment: Moment) -> str:
    when = moment.age(epoch(old) or 0.0, 'asof')
    if column.get('kind') == 'state':
        seen = look(column.get('family'), value)
        mark = shape(Look(seen.word, 'unk', 'ring'))
        node = tag('span', mark + escape(seen.word), 'cw-state muted', data_state=value)
    else:
        node = tag('span', cell({**column, 'how': 'plain', 'tone': 'unk', 'stale': None, 'asOf': None}, row, moment))
    said = span(when, 'cw-detail' if column.get('asOf') else 'cw-sr')
    return tag('span', node + said, 'cw-stale', title=when)


def cell(column: Spec, row: State, moment: Moment) -> str:
    """What stands in a cell, in a line of facts or as a single value."""
    value, unknown = get(row, column['field']), blank(column, row)
    old = get(row, column['stale']) if column.get('stale') and not unknown else None
    if not missing(old):
        return _stale(value, column, row, old, moment)
    kind = column.get('kind', 'text')
    bare = kind in _BARE
    if unknown:
        empty = column.get('empty')
        bare = empty == ''
        node = '' if bare else span(empty, 'cw-quiet') if empty else _DASH
    else:
        draw: Kind = _KINDS.get(kind, _text)
        node = draw(value, column, row, moment)
    href = address(column['href'], row) if column.get('href') and not unknown else None
    if href:
        bare = False
        strong = kind == 'strong'
        words = escape(plain(value)) if strong else node
        node = tag('a', words, 'cw-strong' if strong else 'cw-door', dir='auto' if strong else None, href=href)
    detail = get(row, column['detail']) if column.get('detail') else None
    if missing(detail):
        return node
    if bare:  # so that a long one can be cut off before its detail
        node = tag('span', node, dir='auto')
    faded = 'cw-quiet' if unknown else 'cw-detail'
    mode = column.get('detailMode')
    return node + (age(detail, mode, moment, faded) if mode else span(moment.zoned(detail), faded))


def arranged(columns: Sequence[Spec], wanted: Sequence[str]) -> Sequence[Spec]:
    """The columns that a person wants, in order, as ``desk.js`` arranges them; without any of them, the usual ones as they come."""
    known = {column['field']: column for column in columns}
    found = [known[field] for field in wanted if field in known]
    first = columns[0]  # the name of a row stays: a row without one says nothing
    if not found:
        return usual(columns)
    narrow = [
        column for column in usual(columns) if column.get('room') == 'narrow' and column is not first
    ]  # for phones
    return [first, *(column for column in found if column is not first and column.get('room') != 'narrow'), *narrow]


def usual(columns: Sequence[Spec]) -> list[Spec]:
    """Those that are shown while a person has chosen none."""
    return [column for column in columns if not column.get('aside')]


def fitting(columns: Sequence[Spec], chosen: Mapping[str, str]) -> list[Spec]:
    """The columns that the filters of a table call for, by their ``when`` and ``unless``."""

    def has(term: str) -> bool:
        field, _, value = term.partition('=')
        return value in (chosen.get(field) or '').split(',')

    return [
        column
        for column in columns
        if (not column.get('when') or has(column['when'])) and (not column.get('unless') or not has(column['unless']))
    ]
