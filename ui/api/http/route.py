"""A route as a row: what the router, the permission that is asked, the description and the tests are all made from."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from domain.access.permissions import Permission
from ui.api.http.schema import ArrayOf, PageOf, Schema

PREFIX = '/api/v1'
Door = Literal['program', 'device', 'enrolment']
"""What kind of bearer token opens a route."""
MergePatch = dict[str, object]
"""What a handler gets as ``body`` of a route with a ``patch``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method of one path below :data:`PREFIX`.

    ``handler`` is a method of the noun's class of handlers, without its instance. Its first argument is the caller that ``door`` lets in:
    an ``Actor`` with the ``permission`` (or one of the ``alternatives``, where the service asks for the right one), an ``EnrolledDevice``
    or a ``Newcomer``. An argument called ``body`` is the body, decoded and checked. Its name and its docstring go into the description.

    ``patch`` is an example of a merge patch of ``body``, of which then nothing is required; ``also`` is a second status of success.
    """

    method: Literal['GET', 'POST', 'PATCH', 'DELETE']
    path: str
    handler: Callable[..., Awaitable[Any]]
    summary: str
    tag: str
    permission: Permission | None = None
    alternatives: tuple[Permission, ...] = ()
    door: Door = 'program'
    body: Schema | ArrayOf | None = None
    patch: Mapping[str, Any] | None = None
    raw: str = ''
    """The media type of a body that the handler reads itself."""
    answer: Schema | PageOf | ArrayOf | None = None
    status: int = 200
    also: int | None = None
    is_blind: bool = False
    """A standard has it so that a program changes what it has read no version of."""

    def __post_init__(self) -> None:
        if (self.door == 'program') is (self.permission is None):
            raise ValueError(f'{self.method} {self.path}: programs need a permission, and no other caller has any')

    @property
    def name(self) -> str:
        """What the operation is called."""
        return self.handler.__name__

    @property
    def text(self) -> str:
        """What there is to say of it beside the summary."""
        return inspect.cleandoc(self.handler.__doc__ or '')

    @property
    def needs_version(self) -> bool:
        """True for an edit or a retirement, which names the version that was read; what a POST ends, it ends in any state."""
        return self.method in ('PATCH', 'DELETE') and not self.is_blind

    @property
    def schemas(self) -> tuple[Schema, ...]:
        """Of its body and its answer."""
        return tuple(each.schema for each in (self.body, self.answer) if each is not None)
