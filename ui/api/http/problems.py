"""Problem documents (RFC 9457): every refusal of the API has one form, and this is the one place that writes it."""

import re
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

import msgspec
import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from domain.common.errors import (
    AwaitsApproval,
    Conflict,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    NotStorable,
    Stale,
    Throttled,
    Unavailable,
)
from domain.common.ids import new_id
from domain.rules.language import RuleError
from ui.api.http.parameters import in_our_words
from ui.api.http.schema import Schema

log = structlog.get_logger(__name__)

TYPE = 'urn:cellwarden:problem:'
_TMF = '/api/v1/tmf642/'
_RENAMED: Mapping[int, str] = {413: 'Content Too Large'}
"""Titles of RFC 9110 where Pythons differ: a problem's type must not depend on which one runs."""
STATUSES: Mapping[type[DomainError], int] = {
    Invalid: 422,
    NotStorable: 422,
    RuleError: 422,
    NotFound: 404,
    Conflict: 409,
    Stale: 412,
    NotSignedIn: 401,
    NotAllowed: 403,
    Throttled: 429,
    Unavailable: 503,
}


class FieldProblem(msgspec.Struct, frozen=True):
    """One of several things that are wrong with a request."""

    field: str
    detail: str


class Problem(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Why a request was refused. ``field`` is the path of the input to change, ``line`` and ``column`` a place in a rule;
    ``type`` is fixed per kind of problem and is what a program should look at, ``instance`` is what to look for in the server's log.
    ``code`` and ``reason`` stand in refusals of TMF642: they are what an error of TMF630 must have."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    errors: tuple[FieldProblem, ...] = ()
    line: int | None = None
    column: int | None = None
    instance: str | None = None
    code: str | None = None
    reason: str | None = None


PROBLEM = Schema(
    Problem,
    {
        'type': 'urn:cellwarden:problem:invalid-value',
        'title': 'Invalid value',
        'status': 422,
        'detail': 'must be between -160 and -20, is 7',
        'field': 'radio.rsrp',
    },
)


class HttpRefusal(Exception):
    """A refusal that only HTTP knows of, such as a body over the limit."""

    def __init__(self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as an answer."""
    return Response(
        msgspec.json.encode(problem),
        problem.status,
        {'cache-control': 'no-store', **(headers or {})},
        media_type='application/problem+json',
    )


def render(error: Exception, scope: Mapping[str, Any]) -> Response:
    """The answer to an exception that a handler raised. What was not meant to be raised is logged and keeps its inside to itself."""
    path = scope.get('path', '')
    if isinstance(error, DomainError):
        return respond(_as_asked(problem_of(error), path), _headers(error))
    if isinstance(error, HttpRefusal):
        return respond(_as_asked(_of_status(error.status, error.detail), path), error.headers)
    failure = new_id()
    # The text of the traceback, not the error: a console renderer that shows local variables would write the caller's token into the log.
    trace = ''.join(traceback.format_exception(error)).rstrip()
    log.error('request_failed', failure=failure, method=scope['method'], path=scope['path'], exception=trace)
    problem = _of_status(HTTPStatus.INTERNAL_SERVER_ERROR, 'something went wrong on our side; the log names it')
    problem = msgspec.structs.replace(problem, instance=f'urn:cellwarden:failure:{failure}')
    return respond(_as_asked(problem, path))


async def render_parameters(request: Request, error: Exception) -> Response:
    """The answer to parameters that FastAPI refused, all of them at once."""
    found = cast(RequestValidationError, error).errors()
    errors = tuple(FieldProblem('.'.join(map(str, each['loc'][1:])), in_our_words(each)) for each in found)
    first = errors[0]
    problem = Problem(
        type=TYPE + _slug(Invalid.title),
        title=Invalid.title,
        status=422,
        detail=first.detail,
        field=first.field,
        errors=errors if len(errors) > 1 else (),
    )
    return respond(_as_asked(problem, request.url.path))


def _as_asked(problem: Problem, path: str) -> Problem:
    """The problem with what the standard behind the path wants in it as well."""
    if not path.startswith(_TMF):
        return problem
    return msgspec.structs.replace(problem, code=problem.type.removeprefix(TYPE), reason=problem.detail)


def problem_of(error: DomainError) -> Problem:
    """A refusal as it is answered: its type, status, words and place."""
    status = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 422)
    place = (error.line, error.column) if isinstance(error, RuleError) else (None, None)
    return Problem(
        type=TYPE + _slug(error.title),
        title=error.title,
        status=status,
        detail=error.detail,
        field=error.field,
        line=place[0],
        column=place[1],
    )


def _of_status(status: HTTPStatus, detail: str) -> Problem:
    title = _RENAMED.get(status, status.phrase)
    return Problem(type=TYPE + _slug(title), title=title, status=status, detail=detail)


def _headers(error: DomainError) -> dict[str, str]:
    if isinstance(error, NotSignedIn):
        return {'www-authenticate': 'Bearer realm="cellwarden"'}
    if isinstance(error, Unavailable | AwaitsApproval | Throttled):
        return {'retry-after': str(error.retry_after)}
    return {}


def _slug(title: str) -> str:
    return re.sub(r'[^a-z0-9]+', '-', title.lower())
