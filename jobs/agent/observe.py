"""Observing at an interval: facts and radio into the spool, whether the server is there or not."""

import asyncio
import json
import random
import sqlite3
from contextlib import suppress

import structlog

from jobs.agent.clock import Clock
from jobs.agent.delivery import Delivery
from jobs.agent.facts import collect_facts
from jobs.agent.modem import Modem
from jobs.agent.modem_presence import has_modem
from jobs.agent.spool import Spool
from jobs.console_answers import Json

_log = structlog.get_logger(__name__)
_JITTER = 0.1  # a fleet switched on at one moment must not check in at one moment for ever


class Observer:
    """Keeps one observation per interval; the interval is the one that the server last sent."""

    def __init__(self, spool: Spool, modem: Modem, delivery: Delivery, clock: Clock) -> None:
        self._spool, self._modem, self._delivery, self._clock = spool, modem, delivery, clock
        self._dropped = 0
        self._had_modem = False
        self._sim: Json | None = None  # as it was last kept for the server
        self._imei: str | None = None

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            taken = loop.time()
            await self.observe()
            factor = random.uniform(1 - _JITTER, 1 + _JITTER)  # nosec B311 - jitter, no secret
            while (left := taken + self._delivery.interval_s * factor - loop.time()) > 0:
                self._delivery.interval_changed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._delivery.interval_changed.wait(), left)

    def _say_modem(self, facts: Json) -> None:
        """Whether there is a modem, once that is known; one that was there in this run is not gone because it is not listed now."""
        found = has_modem(self._modem.listed, facts.get('uptime_s', 0))
        self._had_modem = self._had_modem or found is True
        if found is not None and not (self._had_modem and not found):
            facts.setdefault('hardware', {})['modem'] = found

    async def observe(self) -> None:
        """Take one observation and keep it durably under the next sequence number."""
        moment = self._clock.now()
        body: Json = {'facts': await asyncio.to_thread(collect_facts)}
        known, radio = await self._modem.observe()
        if known:
            body['radio'] = radio
        self._say_modem(body['facts'])
        if self._modem.others:
            body['facts'].setdefault('custom', {})['other_modems'] = self._modem.others
        if (sim := self._modem.sim) is not None and sim != self._sim:
            body['identifiers'] = sim
        if (imei := self._modem.imei) is not None and imei != self._imei:
            body['identifiers'] = {**body.get('identifiers', {}), 'imei': imei}
        try:
            dropped = self._spool.keep(moment, json.dumps(body, separators=(',', ':')))
        except sqlite3.OperationalError as err:  # a full disk: the agent lives on, this observation does not
            _log.error('observation_lost', why=str(err))
            return
        # what a dropped check-in said of the SIM and the modem is said again
        self._sim = None if dropped else sim or self._sim
        self._imei = None if dropped else imei or self._imei
        if dropped:
            if self._dropped == 0:
                _log.warning('oldest_checkins_dropped', waiting=self._spool.waiting(), why='server away too long')
            self._dropped += dropped
        elif self._dropped:
            _log.warning('room_for_checkins_again', dropped=self._dropped)
            self._dropped = 0
        self._delivery.wake()
