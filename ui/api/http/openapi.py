"""The OpenAPI description: what FastAPI knows of paths and parameters, what msgspec knows of bodies, and the example of each."""

from collections.abc import Iterable
from typing import Any

import msgspec
from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from ui.api.http.problems import PROBLEM
from ui.api.http.route import PREFIX, Route

_SECURITY = {
    'program': {
        'type': 'http',
        'scheme': 'bearer',
        'description': 'API token of a program (cwt_…); each operation names the scope it needs.',
    },
    'device': {'type': 'http', 'scheme': 'bearer', 'description': 'Credential of a device (cwd_…), told at enrolment.'},
    'enrolment': {'type': 'http', 'scheme': 'bearer', 'description': 'Enrolment token (cwe_…) of a roll-out.'},
}
_IF_MATCH = {
    'name': 'If-Match',
    'in': 'header',
    'required': True,
    'description': 'The `ETag` that was read, or `*` for the newest version',
    'schema': {'type': 'string'},
    'example': '"3"',
}
_TEXT = """Devices check in, programs read and change, everything answers in JSON.

**Errors** are problem documents (RFC 9457): look at `type`, show `detail`, `field` names the input to change.
**Lists** come in pages: `limit`, then `cursor` with the `next` of the page before; `total` counts what fits the filters.
**Edits** (PATCH with a JSON merge patch, DELETE) need `If-Match` with the `ETag` that was read: 428 without it,
412 when it has changed since.
**Reads** (GET) carry an `ETag` too: sent back in `If-None-Match`, it is answered with 304 and no body while nothing of the answer has
changed. They are packed for clients that take gzip.
**Busy** answers (503) say in `Retry-After` how many seconds to wait.
**Events** arrive on the WebSocket `/api/v1/events?cursor=N` (scope `events:read`): every journal entry after number N, first what was
missed, then what happens, in order and without a gap; `cursor=latest` begins now. Each message is an `Event`; `heartbeat` is one without
a place in the journal, and so is `gap`, which says which entries (`first` to `last`) are not kept any more: read anew what they were about.
Go on from the last `sequence` you have handled. Close code 1008: the token has ended.
**Unknown** fields of a check-in or an enrolment are left out and named in the answer (`ignored`). Other names for parts of the radio of a
check-in, such as `lac`, `ci`, `eci`, `plmn` or on GSM `rssi`, are taken where the technology makes them clear, and `renamed` says what was
taken for what.
Anywhere else unknown fields are refused, like unknown query parameters, since they are misspelt."""


def described(row: Route) -> dict[str, Any]:
    """The arguments by which FastAPI describes a route; types of bodies and answers are msgspec's business, not pydantic's."""
    extra: dict[str, Any] = {'security': [{row.door: [row.permission] if row.permission else []}]}
    if row.body is not None and row.patch is not None:
        name = row.body.schema.kind.__name__
        content = {'schema': {'type': 'object', 'description': f'Any fields of {name}'}, 'example': row.patch}
        extra['requestBody'] = {'required': True, 'content': {'application/merge-patch+json': content}}
    elif row.body is not None:
        content = {'application/json': {'schema': row.body.reference()}}
        extra['requestBody'] = {'required': row.body.is_required, 'content': content}
    elif row.raw:
        extra['requestBody'] = {'required': True, 'content': {row.raw: {'schema': {'type': 'string'}}}}
    if row.needs_version:
        extra['parameters'] = [_IF_MATCH]
    done: dict[str, Any] = {'description': 'Done'}
    if row.answer is not None:
        done['content'] = {'application/json': {'schema': row.answer.reference()}}
    problem = {'description': 'Refused', 'content': {'application/problem+json': {'schema': PROBLEM.reference()}}}
    successes: dict[int | str, Any] = {row.status: done} if row.also is None else {row.status: done, row.also: done}
    return {
        'name': row.name,
        'tags': [row.tag],
        'summary': row.summary,
        'description': row.text,
        'status_code': row.status,
        'responses': {**successes, 'default': problem},
        'openapi_extra': extra,
    }


def openapi(routes: Iterable[BaseRoute], rows: Iterable[Route], version: str) -> bytes:
    """The whole description as JSON: ``routes`` are what FastAPI made of the ``rows``."""
    rows = tuple(rows)
    found = {PROBLEM.kind: PROBLEM} | {each.kind: each for row in rows for each in row.schemas}
    _, schemas = msgspec.json.schema_components(found, ref_template='#/components/schemas/{name}')
    for kind, schema in found.items():
        schemas[kind.__name__]['examples'] = [schema.example]
    document = get_openapi(title='Cellwarden', version=version, description=_TEXT, routes=list(routes))
    for row in rows:
        if row.patch is not None:  # FastAPI leaves out what is null, which in a merge patch takes a field away
            body = document['paths'][PREFIX + row.path][row.method.lower()]['requestBody']
            body['content']['application/merge-patch+json']['example'] = row.patch
    components = document.setdefault('components', {})
    components.setdefault('schemas', {}).update(schemas)
    components['securitySchemes'] = _SECURITY
    return msgspec.json.encode(document)
