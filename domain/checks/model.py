"""One check of a tower: what is asked, how it stands, what was answered."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class CheckKind(StrEnum):
    """How a tower is asked."""

    TCP = 'tcp'
    HTTP = 'http'


class CheckStatus(StrEnum):
    """One check: ``soft`` failures are being retried and page nobody, ``failing`` is hard."""

    PENDING = 'pending'
    OK = 'ok'
    SOFT = 'soft'
    FAILING = 'failing'


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How to ask a tower: TCP needs host and port, HTTP a url. Times in seconds; hard after ``max_attempts`` failures in a row."""

    id: str
    kind: CheckKind
    host: str | None = None
    port: int | None = None
    url: str | None = None
    expect_status: int = 200
    interval_s: float = 30
    retry_interval_s: float = 10
    timeout_s: float = 5
    max_attempts: int = 3

    @property
    def label(self) -> str:
        """What a person calls it: ``TCP 10.0.0.1:5060`` or ``HTTP http://…``."""
        return f'TCP {self.host}:{self.port}' if self.kind is CheckKind.TCP else f'HTTP {self.url}'


@dataclass(frozen=True, slots=True)
class CheckState:
    """Where one check stands; ``id`` is the check's. Times in epoch seconds, ``rtt_ms`` of the newest success."""

    id: str
    enterprise: str
    tower: str
    status: CheckStatus = CheckStatus.PENDING
    since: float | None = None
    attempts: int = 0
    checked_at: float | None = None
    rtt_ms: float | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One answer of one check, kept as history. ``error`` is empty on success."""

    tower: str
    check: str
    at: float
    ok: bool
    rtt_ms: float | None = None
    error: str = ''


class CheckStore(Protocol):
    """The history of checks."""

    async def check_results(self, enterprise: str, tower: str, since: float, limit: int) -> list[CheckResult]:
        """Check history, oldest first, the newest ``limit`` of it."""
