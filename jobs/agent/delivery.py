"""Bringing to the server what was kept: results of commands first, then check-ins, oldest first."""

import asyncio
import json
import random
from urllib.parse import quote

import structlog

from jobs.agent.client import AwayError, Client, RefusedError, UnauthorisedError, WaitingError, delay_s, left_out_of
from jobs.agent.clock import Clock, rfc3339
from jobs.agent.commands import Orders
from jobs.agent.enrolment import Enrolment
from jobs.agent.options import AgentError
from jobs.agent.spool import KeptCheckin, Order, Spool
from jobs.console_answers import Json

_log = structlog.get_logger(__name__)
_LONGEST_INTERVAL_S = 7 * 86400
_ASK_AGAIN_S = 30.0  # while the device is not approved and the server does not say when to ask again
_MOST_REASONS = 8  # a portal may word each answer differently
_BARRED = frozenset({403, 410})  # not this message: this device


class Delivery:
    """Sends one thing at a time, so that order is kept; what the server has not taken stays in the spool."""

    def __init__(self, client: Client, spool: Spool, enrolment: Enrolment, orders: Orders, clock: Clock) -> None:
        self._client, self._spool, self._enrolment, self._orders, self._clock = client, spool, enrolment, orders, clock
        self._work = asyncio.Event()
        self._ignored = ''
        self._reasons: set[str] = set()  # that were logged since the server was last there
        self.interval_s = enrolment.credential.interval_s
        self.interval_changed = asyncio.Event()
        orders.on_result = self.wake

    def wake(self) -> None:
        """There is something to send."""
        self._work.set()

    async def run(self) -> None:
        self.wake()  # a former run may have left something
        attempt = 0
        while True:
            await self._work.wait()
            self._work.clear()
            try:
                # After a failed result the check-ins go first once, so that a sick result does not silence the device.
                while await self._send_next(results_first=attempt % 2 == 0):
                    attempt = 0
            except WaitingError as err:
                attempt = 0
                self._say_waiting(str(err))
                wait_s = _ASK_AGAIN_S if err.retry_after is None else err.retry_after
                await asyncio.sleep(wait_s * random.uniform(1, 1.2))  # nosec B311 - jitter, no secret
                self.wake()
            except AwayError as err:
                attempt += 1
                self._say_away(str(err))
                await asyncio.sleep(delay_s(attempt, err.retry_after))
                self.wake()

    async def drain(self) -> None:
        """Send all that waits, once. Raises ``AgentError`` when the server is away."""
        try:
            while await self._send_next():
                pass
        except WaitingError as err:
            kept = self._spool.waiting()
            raise AgentError(
                f'this device is not let in yet ({err}); {kept} check-ins are kept for the next run'
            ) from err
        except AwayError as err:
            waiting = self._spool.waiting()
            raise AgentError(f'the server is away ({err}); {waiting} check-ins are kept for the next run') from err

    async def _send_next(self, *, results_first: bool = True) -> bool:
        """Send the next thing; false when nothing waits. Raises ``AwayError``."""
        result, kept = self._spool.next_result(), self._spool.oldest()
        try:
            if result is not None and (results_first or kept is None):
                await self._report(result)
            elif kept is not None:
                await self._check_in(kept)
            else:
                return False
        except UnauthorisedError as err:
            await self._enrolment.renew(str(err))
            return True
        self._enrolment.accepted()
        self._say_back()
        await self._enrolment.rotate_if_due()
        return True

    async def _check_in(self, kept: KeptCheckin) -> None:
        now = self._clock.now()
        stamps = {'observed_at': rfc3339(kept.moment.seen_from(now)), 'sent_at': rfc3339(now.at)}
        run = {'boot_id': kept.moment.boot} if kept.moment.boot else {}
        body = {'sequence': kept.sequence} | stamps | run | json.loads(kept.body)
        try:
            answer = await self._client.post('checkins', self._enrolment.credential.credential, body, _is_receipt)
        except RefusedError as err:
            self._stop_if_barred(err)
            if err.status in (404, 405):  # a path not routed yet says nothing about the check-in
                raise AwayError(str(err)) from err
            _log.error('checkin_dropped', sequence=kept.sequence, status=err.status, why=str(err))
            self._spool.forget(kept.sequence)
            return
        self._orders.receive(answer.get('commands'))  # durably, before the check-in that brought them is forgotten
        self._spool.forget(kept.sequence)
        self._adopt(answer.get('interval_s'))
        self._say_ignored(answer)

    async def _report(self, result: Order) -> None:
        body = {'outcome': result.outcome, 'detail': result.detail}
        path = f'commands/{quote(result.id, safe="")}/result'
        try:
            await self._client.post(
                path, self._enrolment.credential.credential, body, lambda answer: answer.get('id') == result.id
            )
        except RefusedError as err:
            self._stop_if_barred(err)
            _log.error('command_result_dropped', command=result.id, status=err.status, why=str(err))
        self._spool.reported(result.id)

    def _stop_if_barred(self, err: RefusedError) -> None:
        if err.status in _BARRED:
            raise AgentError(f'the server does not accept this device any more ({err})') from err

    def _adopt(self, interval_s: object) -> None:
        if type(interval_s) is int and 1 <= interval_s <= _LONGEST_INTERVAL_S and interval_s != self.interval_s:
            self.interval_s = interval_s
            self.interval_changed.set()

    def _say_away(self, why: str) -> None:
        """One line on the way down, and one for each of the next few reasons until the server is back."""
        if why not in self._reasons and len(self._reasons) < _MOST_REASONS:
            _log.warning('server_away', why=why, waiting=self._spool.waiting())
            self._reasons.add(why)

    def _say_ignored(self, answer: Json) -> None:
        """One line while the server leaves out the same values of each check-in."""
        left_out = left_out_of(answer)
        names = left_out.get('fields', '')
        if left_out and names != self._ignored:
            _log.warning('values_left_out', **left_out)
        self._ignored = names

    def _say_waiting(self, why: str) -> None:
        """One line, however long it takes."""
        if why not in self._reasons:
            _log.warning('waiting_for_approval', device=self._enrolment.credential.device_id, why=why)
            self._reasons.add(why)

    def _say_back(self) -> None:
        if self._reasons:
            _log.info('server_back', waiting=self._spool.waiting())
            self._reasons.clear()


def _is_receipt(answer: Json) -> bool:
    return isinstance(answer.get('accepted'), str) and isinstance(answer.get('received_at'), str)
