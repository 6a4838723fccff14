"""Our own trouble with checks: they cannot be made, or what they found is not kept. One line when it begins, one when it is over."""

import structlog

log = structlog.get_logger()


class Trouble:
    """``faults`` counts checks that this machine could not make, or whose result could not be kept."""

    def __init__(self) -> None:
        self.faults = 0
        self._what = ''
        self._since: float | None = None

    def note(self, error: Exception | None, running: int, now: float) -> None:
        """How the newest check fared: ``None`` for one that was made and kept."""
        if error is not None:
            self.faults += 1
            if self._since is None:
                self._what, self._since = f'{type(error).__name__}: {error}', now
                log.error('polling_impaired', error=self._what, running=running, exc_info=error)
        elif self._since is not None:
            log.info('polling_recovered', last_error=self._what)
            self._since = None

    def lasts(self, now: float) -> tuple[float, str]:
        """For how long (s), and what it is."""
        since = now if self._since is None else self._since
        return now - since, f'results of checks are not kept: {self._what}'[:300]
