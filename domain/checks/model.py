"""One check of a tower: what is asked, how it stands, what was answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from domain.checks.kinds import KINDS
from domain.checks.kinds.kind import CheckKind, Field, Target


class CheckStatus(StrEnum):
    """One check: ``soft`` failures are being retried and raise no alert, ``failing`` is hard.

    ``degraded`` is the right answer that cannot be relied on, such as over TLS that proves nothing.
    """

    PENDING = 'pending'
    OK = 'ok'
    DEGRADED = 'degraded'
    SOFT = 'soft'
    FAILING = 'failing'


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How to ask a tower. Times in seconds; hard after ``max_attempts`` failures in a row. :meth:`flat` and :func:`check_of` are its
    form outside of this process."""

    id: str
    target: Target
    interval_s: float = 30
    retry_interval_s: float = 10
    timeout_s: float = 5
    max_attempts: int = 3

    @property
    def kind(self) -> CheckKind:
        """How it asks."""
        return KINDS[self.target.kind]

    @property
    def label(self) -> str:
        """What a person calls it: ``TCP 10.0.0.1:5060`` or ``HTTP http://…``."""
        return self.target.label

    def flat(self) -> dict[str, Any]:
        """As it is stored and sent: the fields of the target beside its own, and ``kind``. Nothing is said of what is empty."""
        mine = {field.name: getattr(self.target, field.name) for field in self.kind.fields}
        timing = {field.name: getattr(self, field.name) for field in TIMING}
        return {'id': self.id, 'kind': self.kind.key, **{k: v for k, v in mine.items() if v is not None}, **timing}


TIMING = (
    Field(
        name='interval_s', label='Every', type=float, unit='s', low=1, high=86_400, meaning='from one check to the next'
    ),
    Field(
        name='retry_interval_s',
        label='Retry',
        type=float,
        unit='s',
        low=1,
        high=86_400,
        meaning='the same after a failure, until the check is hard',
    ),
    Field(
        name='timeout_s',
        label='Timeout',
        type=float,
        unit='s',
        low=0.1,
        high=60,
        meaning='how long the whole check may take',
    ),
    Field(
        name='max_attempts',
        label='Attempts',
        type=int,
        low=1,
        high=20,
        meaning='failures in a row that make the check hard',
    ),
)
"""The fields that checks of all kinds have."""


def check_of(flat: Mapping[str, Any]) -> Check:
    """The check whose flat form that is; fields of other kinds are passed over, and where nothing is said the default holds."""
    kind = KINDS.get(flat['kind'])
    if kind is None:
        raise ValueError(f'this version knows no check of the kind {flat["kind"]!r}')
    return Check(id=flat.get('id', ''), target=kind.target(**_said(flat, kind.fields)), **_said(flat, TIMING))


def _said(flat: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, Any]:
    return {field.name: field.type(value) for field in fields if (value := flat.get(field.name)) is not None}


@dataclass(frozen=True, slots=True)
class CheckState:
    """Where one check stands; ``id`` is the check's. Times in epoch seconds, ``rtt_ms`` of the newest success.

    ``error`` is why it fails or is degraded; ``remark`` is what is odd about an answer and harms nobody. ``turns`` are the changes among
    its newest results (:mod:`domain.checks.flapping`).
    """

    id: str
    enterprise: str
    tower: str
    status: CheckStatus = CheckStatus.PENDING
    since: float | None = None
    attempts: int = 0
    checked_at: float | None = None
    rtt_ms: float | None = None
    error: str | None = None
    remark: str | None = None
    turns: int = 0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One answer of one check, kept as history. ``error`` is empty on success.

    ``flaw`` makes a success a degraded one, ``remark`` is odd about it and harms nobody; neither is kept in the history.
    What was not ``asked``, because this server may not, says nothing of the tower and is no history.
    """

    tower: str
    check: str
    at: float
    ok: bool
    rtt_ms: float | None = None
    error: str = ''
    flaw: str = ''
    remark: str = ''
    asked: bool = True
    certificate_until: float | None = None
    """When the certificate ends that was shown (epoch seconds); not kept in the history."""


class CheckStore(Protocol):
    """The history of checks."""

    async def check_results(self, enterprise: str, tower: str, since: float, limit: int) -> list[CheckResult]:
        """Check history, oldest first, the newest ``limit`` of it."""
