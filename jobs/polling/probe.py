"""The contract of a probe: how one kind of check is made. The probes stand in :mod:`jobs.polling.probes`."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol

from domain.common.answer_dates import AnswerDates
from jobs.polling.addresses import Targets
from jobs.polling.racing import Race


class Symptom(StrEnum):
    """How a check fails for a reason that may lie with this machine, its resolver or its network as well as with the site."""

    NO_NAME = 'names cannot be looked up'
    NO_WAY = 'nothing answers'
    ELSEWHERE = 'names lead to other addresses than before'


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """``rtt_ms`` milliseconds until the whole answer was there; ``error`` is empty when all is well.

    ``flaw`` is why an answer is the right one and yet nobody can rely on it, ``remark`` what is odd about it and harms nobody.
    ``symptom`` is set for an error that does not say whose fault it is. With ``refused`` the check was not made: the address may not be
    polled. ``certificate_until`` is when the certificate ends that the site showed (epoch seconds). ``addresses`` are those that the
    resolver has for its host, where that is a name. ``proven`` says that the site showed a certificate that is right for it, so that it
    was the site, wherever its name leads.
    """

    rtt_ms: float
    error: str = ''
    flaw: str = ''
    remark: str = ''
    symptom: Symptom | None = None
    refused: bool = False
    certificate_until: float | None = None
    addresses: frozenset[str] = frozenset()
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Network:
    """What a probe reaches a tower through; ``authorities`` is a PEM file of certificate authorities to believe beside the system's.

    ``dates`` hears what answers say of our clock.
    """

    targets: Targets
    authorities: Path | None = None
    dates: AnswerDates | None = None


@dataclass(slots=True)
class Attempt:
    """One check under way: ``deadline`` on the loop's clock, of ``timeout_s`` seconds in all.

    ``instead`` is what to say when the deadline passes, where that is more than that nothing came. ``race`` has the addresses that
    are asked for a connection right now, where a name has several. ``flaw`` and ``remark`` go into the :class:`CheckAnswer`.
    """

    timeout_s: float
    deadline: float
    instead: str = ''
    race: Race = field(default_factory=Race)
    flaw: str = ''
    remark: str = ''
    certificate_until: float | None = None


class Probe(Protocol):
    """Makes the checks of one kind, any number at once."""

    of: ClassVar[str]
    """The key of the kind, see :data:`domain.checks.kinds.KINDS`."""

    def __init__(self, network: Network) -> None: ...

    async def ask(self, target: Any, attempt: Attempt) -> None:
        """Ask once; returns when all is well. Raises ``Wrong``, ``OSError`` or ``ValueError``; the caller ends it at its deadline."""

    async def close(self) -> None:
        """Give everything back."""
