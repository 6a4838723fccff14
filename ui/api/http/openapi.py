"""The OpenAPI description: what FastAPI knows of paths and parameters, what msgspec knows of bodies, and one example of each."""

from collections.abc import Iterable
from typing import Any, Literal, get_args, get_origin

import msgspec
from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from ui.api.examples import EXAMPLES
from ui.api.http.bodies import needs_body
from ui.api.http.problems import Problem

Door = Literal['program', 'device', 'enrolment']
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
    'description': 'The `ETag` that was read, or `*` for whatever is newest',
    'schema': {'type': 'string'},
    'example': '"3"',
}
_TEXT = """Devices check in, programs read and change, everything answers in JSON.

**Errors** are problem documents (RFC 9457): look at `type`, show `detail`, `field` names the input to change.
**Lists** come in pages: `limit`, then `cursor` with the `next` of the page before; `total` counts what fits the filters.
**Edits** (PATCH with a JSON merge patch, DELETE) need `If-Match` with the `ETag` that was read: 428 without it,
412 when somebody was quicker.
**Busy** answers (503) say in `Retry-After` how many seconds to wait.
**Events** arrive on the WebSocket `/api/v1/events?cursor=N` (scope `events:read`): every journal entry after number N, first what was
missed, then what happens, in order and without a gap; `cursor=latest` begins now. Each message is an `Event`; `heartbeat` is one without
a place in the journal, and so is `gap`, which says which entries (`first` to `last`) are not kept any more: read anew what they were about.
Go on from the last `sequence` you have handled. Close code 1008: the token has ended.
**Unknown** fields of a check-in are ignored; anywhere else they are refused, like unknown query parameters, since they are misspelt."""


def operation(
    door: Door,
    summary: str,
    *,
    scope: str | None = None,
    body: type | None = None,
    patch: dict[str, Any] | None = None,
    answer: type | dict[str, Any] | None = None,
    status: int = 200,
    also: int | None = None,
) -> dict[str, Any]:
    """The arguments of a route decorator that describe the route; types are msgspec's business, not pydantic's.

    ``patch`` is an example of a merge patch of ``body``, of which then nothing is required; ``also`` is a second status of success.
    """
    extra: dict[str, Any] = {'security': [{door: [scope] if scope else []}]}
    if body is not None and patch is not None:
        content = {'schema': {'type': 'object', 'description': f'Any fields of {body.__name__}'}, 'example': patch}
        extra['requestBody'] = {'required': True, 'content': {'application/merge-patch+json': content}}
    elif body is not None:
        content = {'application/json': {'schema': reference(body)}}
        extra['requestBody'] = {'required': needs_body(body), 'content': content}
    done: dict[str, Any] = {'description': 'Done'}
    if answer is not None:
        done['content'] = {'application/json': {'schema': answer if isinstance(answer, dict) else reference(answer)}}
    problem = {'description': 'Refused', 'content': {'application/problem+json': {'schema': reference(Problem)}}}
    successes: dict[int | str, Any] = {status: done} if also is None else {status: done, also: done}
    return {
        'summary': summary,
        'status_code': status,
        'responses': {**successes, 'default': problem},
        'openapi_extra': extra,
    }


def reference(kind: type) -> dict[str, Any]:
    """Where the schema of ``kind``, or of the items of a ``list[kind]``, stands."""
    if get_origin(kind) is list:
        return {'type': 'array', 'items': reference(get_args(kind)[0])}
    return {'$ref': f'#/components/schemas/{kind.__name__}'}


def list_of(kind: type) -> dict[str, Any]:
    """The schema of a page of ``kind``."""
    return {
        'type': 'object',
        'required': ['items', 'next', 'total'],
        'properties': {
            'items': {'type': 'array', 'items': reference(kind)},
            'next': {'type': ['string', 'null'], 'description': 'Cursor of the next page; null at the end'},
            'total': {'type': ['integer', 'null'], 'description': 'How many fit the filters; null for closed ones'},
        },
    }


def openapi(routes: Iterable[BaseRoute], kinds: Iterable[type], version: str) -> bytes:
    """The whole description as JSON."""
    _, schemas = msgspec.json.schema_components(kinds, ref_template='#/components/schemas/{name}')
    document = get_openapi(title='Cellwarden', version=version, description=_TEXT, routes=list(routes))
    for found in document['paths'].values():
        for method in found.keys() & {
            'patch',
            'delete',
        }:  # an edit or a retirement; what a POST ends, it ends in any state
            found[method].setdefault('parameters', []).append(_IF_MATCH)
    components = document.setdefault('components', {})
    for name, example in EXAMPLES.items():
        schemas[name]['examples'] = [example]
    components.setdefault('schemas', {}).update(schemas)
    components['securitySchemes'] = _SECURITY
    return msgspec.json.encode(document)
