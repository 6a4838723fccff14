"""What can be refused, each with a title a person can act on; the edges render them (a toast, a problem document)."""


class DomainError(Exception):
    """A refusal, not a crash. ``field`` names the input that has to change, as the sender spelled it."""

    title = 'Refused'

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field


class Invalid(DomainError):
    """The input breaks a rule of form or range."""

    title = 'Invalid value'


class NotStorable(DomainError):
    """The store refuses it for what is in it, not because it is away: the same again will be refused again."""

    title = 'Cannot be stored'


class NotFound(DomainError):
    """Nothing of that name in this enterprise."""

    title = 'Not found'

    @classmethod
    def of(cls, kind: type, id: str) -> 'NotFound':
        """The one answer for an id that does not exist, that is another enterprise's, or that the actor's role does not show."""
        return cls(f'there is no {kind.__name__.lower()} {id[:40]!r}')


class Conflict(DomainError):
    """The request contradicts what is already true."""

    title = 'Conflict'


class Stale(DomainError):
    """The thing was changed by another since it was read."""

    title = 'Changed meanwhile'


class NotSignedIn(DomainError):
    """No valid session, token or credential was shown."""

    title = 'Not signed in'


class NotAllowed(DomainError):
    """The role or scope does not include this action."""

    title = 'Not allowed'


class AwaitsApproval(NotAllowed):
    """A device that has enrolled but is not approved yet; asking again after ``retry_after`` seconds is right."""

    title = 'Waiting for approval'

    def __init__(self, detail: str, *, retry_after: int = 30) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class StepUpNeeded(NotAllowed):
    """The role includes it, but the person has to prove anew who they are before it is done."""

    title = 'Confirm that it is you'


class Throttled(DomainError):
    """Too many wrong guesses; the next is looked at after ``retry_after`` seconds, whether it is right or not."""

    title = 'Too many attempts'

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """Cannot be done right now; trying again after ``retry_after`` seconds is reasonable."""

    title = 'Busy'

    def __init__(self, detail: str, *, retry_after: int = 5) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Uncertain(Unavailable):
    """The connection was lost while a commit was under way: it may have been kept, or not. Only reading again can show."""

    title = 'Not known'


class Superseded(Unavailable):
    """This process may not write any more, now or later: another has taken its place, or the store is another than it was."""
