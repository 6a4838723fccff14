"""Any list as a file, as its page shows it: the same search and filters, the same order, the columns that are shown."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.routing import Route

from domain.access.shares import Shares
from domain.accounts.model import Person
from domain.common.errors import DomainError, Invalid, NotFound
from domain.common.spreadsheets import csv_lines, guarded
from ui.downloads.names import file_name
from ui.downloads.pieces import Download, moment
from ui.downloads.refusals import refused
from ui.live.channel import Resolve
from ui.sign_in import signed_in

WHOLE = frozenset({'channels', 'tellings', 'waiting', 'enrolled', 'cells'})
"""Short lists, which have no pages."""
LISTS = {
    'policies', 'towers', 'commands', 'people', 'enrolment_tokens', 'enterprises', 'handovers', 'services', 'invitations', 'owners',
    'devices', 'violations', 'channels', 'tellings', 'waiting', 'enrolled',
    'unknown_cells', 'alert-rules', 'own-rules',
}  # fmt: skip
"""Lists whose rows are written as a page shows them. Those of devices and violations have a file of their own as well, with all there is of
each; these are the parts of them that the page of a tower, a policy or a device shows."""
ABOUT = {
    'acknowledgements': 'alert', 'beneath': 'alert', 'evidence': 'alert', 'witnesses': 'alert',
    'cells': 'tower', 'checks': 'tower', 'verdicts': 'device',
}  # fmt: skip
"""Lists on the page of one thing, and what it is: the name of the list goes on with its id."""
PAGE = 500
MOST_PAGES = 100
_COLUMN = re.compile(r'([A-Za-z0-9_.]{1,64}):([a-z]{1,16})')
_MOMENTS = frozenset({'age', 'time'})


def register_list_export(app: FastAPI, *, resolve: Resolve, shares: Shares) -> None:
    """Register ``/ui/lists/{list}.csv`` and ``/ui/lists/{about}/{id}.csv`` on the parent app: the query is that of the list, and
    ``columns=name:strong,since:age``."""

    async def list_csv(request: Request) -> Response:
        query = dict(request.query_params)
        try:
            who = signed_in(request)
            actor = who.actor()
            name = _name(request.path_params)
            columns = _columns(query.pop('columns', ''))
            person = who.access.standing(who.session)
            found = person[1] if person is not None else who.person
            await _check_fields(resolve, found, name, query, columns)  # refused here, before the file begins
        except DomainError as refusal:
            return refused(refusal, request.scope)
        pieces = _pieces(resolve, found, name, query, columns)
        title = file_name(name.partition('/')[0].replace('_', '-'), [query.get('q', '')])
        return Download(pieces, name=title, media_type='text/csv; charset=utf-8', shares=shares, actor=actor)

    for path in ('/ui/lists/{list}.csv', '/ui/lists/{about}/{id}.csv'):
        app.router.routes.append(Route(path, list_csv, methods=['GET']))


def _name(params: Mapping[str, str]) -> str:
    """The topic of the list."""
    if params.get('list') in LISTS:
        return params['list']
    if params.get('about') in ABOUT:
        return f'{params["about"]}/{params["id"]}'
    raise NotFound('this list has a file of its own, or none')


async def _check_fields(
    resolve: Resolve, person: Person, name: str, query: Mapping[str, str], columns: Sequence[tuple[str, str]]
) -> None:
    """Refuse a column that no row of the list has. Rows of one list have the same fields; of an empty list none is known."""
    topic = resolve(person, name, _window(name, query, 0, 1))()
    await topic.open()
    for row in topic.full()['rows']:
        for field, _ in columns:
            if field not in row and field.partition('.')[0] not in row:
                there = ', '.join(sorted(row))
                raise Invalid(f'{field} is no field of this list; there are {there}', field='columns')


async def _pieces(
    resolve: Resolve, person: Person, name: str, query: Mapping[str, str], columns: Sequence[tuple[str, str]]
) -> AsyncIterator[bytes]:
    """The mark in front tells spreadsheets that this is UTF-8. A row that comes or goes meanwhile may be missed or told twice."""
    yield b'\xef\xbb\xbf' + csv_lines([[field for field, _ in columns]])
    for page in range(MOST_PAGES):
        topic = resolve(person, name, _window(name, query, page, PAGE))()
        await topic.open()
        rows = topic.full()['rows']
        if rows:
            yield csv_lines([[_cell(row, field, kind) for field, kind in columns] for row in rows])
        if len(rows) < PAGE or name.partition('/')[0] in WHOLE:
            return


def _window(name: str, query: Mapping[str, str], page: int, size: int) -> Mapping[str, str]:
    return query if name.partition('/')[0] in WHOLE else {**query, 'page': str(page), 'size': str(size)}


def _columns(text: str) -> list[tuple[str, str]]:
    parts = [part for part in text.split(',') if part]
    found = [match for part in parts if (match := _COLUMN.fullmatch(part))]
    if not found or len(found) != len(parts) or len(found) > 60:
        raise Invalid('must be fields with their kinds: name:strong,since:age', field='columns')
    return [(match[1], match[2]) for match in found]


def _cell(row: Mapping[str, Any], field: str, kind: str) -> str:
    value: Any = row.get(field)
    if value is None and '.' in field:
        value = row
        for part in field.split('.'):
            value = value.get(part) if isinstance(value, Mapping) else None
    if value is None:
        return ''
    if kind in _MOMENTS and isinstance(value, int | float):
        return moment(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return msgspec.json.encode(value).decode()
    return guarded(_words(value))


def _words(value: Any) -> str:
    """Labels as ``key=value site=north``, a list as its parts; what is nested deeper as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ' '.join(f'{key}={_words(part)}' for key, part in value.items())
    if isinstance(value, list) and not any(isinstance(part, list | Mapping) for part in value):
        return ' '.join(map(_words, value))
    return msgspec.json.encode(value).decode()
