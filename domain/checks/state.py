"""How a check moves: soft at first, hard when it is sure."""

from dataclasses import replace

from domain.checks.flapping import with_turn
from domain.checks.model import CheckResult, CheckState, CheckStatus


def next_check_state(state: CheckState, result: CheckResult, max_attempts: int) -> CheckState:
    """Soft until ``max_attempts`` failures in a row, hard from then on; one success clears it (the model of Nagios and Icinga).

    A success with a flaw is degraded at once: what an answer says of itself is no lost packet that the next attempt brings.
    A check that may not be made is pending, with the reason as its error.
    """
    if not result.asked:
        since = state.since if state.status is CheckStatus.PENDING else result.at
        return replace(state, status=CheckStatus.PENDING, since=since, attempts=0, error=result.error)
    if result.ok:
        status, attempts = CheckStatus.DEGRADED if result.flaw else CheckStatus.OK, 0
    else:
        attempts = min(state.attempts + 1, max_attempts)
        status = CheckStatus.FAILING if attempts >= max_attempts else CheckStatus.SOFT
    was, fails = state.status is CheckStatus.FAILING, status is CheckStatus.FAILING
    changed = was is not fails and state.status is not CheckStatus.PENDING
    return CheckState(
        state.id,
        state.enterprise,
        state.tower,
        status,
        state.since if status is state.status else result.at,
        attempts,
        result.at,
        result.rtt_ms if result.ok else state.rtt_ms,
        (result.flaw or None) if result.ok else result.error,
        (result.remark or None) if result.ok else None,
        with_turn(state.turns, changed),
    )
