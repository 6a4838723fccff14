"""Who this device is to the server: taken from the state folder, or asked for once with an enrolment token."""

import asyncio
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from yarl import URL

from jobs.agent.client import AwayError, Client, RefusedError, UnauthorisedError, delay_s
from jobs.agent.facts import serial_number
from jobs.agent.modem import Modem
from jobs.agent.options import AgentError, AgentOptions
from jobs.agent.spool import Spool
from jobs.agent.state import Credential, kept_serial, read_credential, write_credential

_log = structlog.get_logger(__name__)
_ROTATE_AGAIN_S = 3600.0


class Enrolment:
    """Holds the credential; ``credential`` may be asked for after ``ensure()``."""

    def __init__(
        self, options: AgentOptions, server: URL, folder: Path, client: Client, spool: Spool, modem: Modem
    ) -> None:
        self._options, self._server, self._folder = options, server, folder
        self._client, self._spool, self._modem = client, spool, modem
        self._credential: Credential | None = None
        self._rotate_after = 0.0
        self._proven = True  # false from a new credential until the server has accepted it once

    @property
    def credential(self) -> Credential:
        if self._credential is None:
            raise AgentError('this device is not enrolled')
        return self._credential

    async def ensure(self) -> None:
        """Have a credential for this server. One for another server is not shown to this one."""
        kept = read_credential(self._folder)
        if kept is not None and kept.server == str(self._server):
            self._credential = kept
            _log.info('agent_starts', server=kept.server, device=kept.device_id, waiting=self._spool.waiting())
        elif self._options.enrol_token:
            await self._enrol()
        elif kept is not None:
            raise AgentError(f'this device is enrolled at {kept.server}: --enrol TOKEN moves it to {self._server}')
        else:
            raise AgentError('this device is not enrolled: give --enrol TOKEN once')

    async def renew(self, why: str) -> None:
        """The server refused the credential: enrol again if a token is at hand. Raises ``AgentError`` if not."""
        _log.error('credential_refused', server=str(self._server), device=self.credential.device_id, why=why)
        if not self._options.enrol_token:
            raise AgentError(f'the server refused this device’s credential ({why}): enrol it again with --enrol TOKEN')
        if not self._proven:
            raise AgentError(f'the server refused the credential it had just issued ({why})')
        await self._enrol()

    def accepted(self) -> None:
        """The server took something that was sent with the credential."""
        self._proven = True

    async def rotate_if_due(self) -> None:
        """Renew a credential that has grown old; a server that cannot do it now is asked again an hour later.

        A crash between the answer and the write loses nothing: the server takes the former secret until the new one was used.
        """
        now = time.time()
        if not self._options.rotate_s or now < self.credential.issued_at + self._options.rotate_s:
            return
        if time.monotonic() < self._rotate_after:
            return
        self._rotate_after = time.monotonic() + _ROTATE_AGAIN_S
        try:
            answer = await self._client.post('credential:rotate', self.credential.credential, {})
        except (AwayError, RefusedError, UnauthorisedError) as err:
            _log.warning('credential_not_renewed', why=str(err))
            return
        if not isinstance(secret := answer.get('credential'), str) or not secret:
            _log.warning('credential_not_renewed', why='the answer is not from a Cellwarden server')
            return
        renewed = replace(self.credential, credential=secret, issued_at=now)
        self._keep(renewed)
        self._credential = renewed
        _log.info('credential_renewed', device=renewed.device_id)

    def _keep(self, credential: Credential) -> None:
        try:
            write_credential(self._folder, credential)
        except OSError as err:
            raise AgentError(f'the credential cannot be kept in {self._folder}: {err.strerror}') from err

    async def _enrol(self) -> None:
        answer = await self._ask()
        try:
            self._credential = Credential(
                server=str(self._server),
                device_id=str(answer['device_id']),
                credential=str(answer['credential']),
                interval_s=int(answer.get('interval_s') or self._options.interval_s),
                enterprise=str((answer.get('enterprise') or {}).get('name', '')),
                issued_at=time.time(),
            )
            sequence = int(answer.get('sequence') or 0)
        except (KeyError, TypeError, ValueError, AttributeError) as err:
            raise AgentError('the server answered the enrolment with something else than a credential') from err
        self._keep(self._credential)
        self._spool.sequence_at_least(sequence)
        self._proven = False
        _log.info('device_enrolled', device=self._credential.device_id, enterprise=self._credential.enterprise)

    async def _ask(self) -> dict[str, Any]:
        request = await self._request()
        attempt, told = 0, ''
        while True:
            try:
                return await self._client.post('enrolments', self._options.enrol_token or '', request)
            except UnauthorisedError as err:
                raise AgentError(f'the server refused the enrolment token ({err})') from err
            except RefusedError as err:
                raise AgentError(f'the server refused the enrolment ({err})') from err
            except AwayError as err:
                if self._options.once:
                    raise AgentError(f'{self._server} cannot be reached ({err})') from err
                attempt += 1
                wait = delay_s(attempt, err.retry_after)
                if told != (told := str(err)):
                    _log.warning('enrolment_waits', server=str(self._server), why=told)
            await asyncio.sleep(wait)

    async def _request(self) -> dict[str, Any]:
        # A machine without any serial number gets a random one, kept like a found one.
        serial = kept_serial(self._folder, serial_number() or f'gen-{uuid4().hex[:24]}')
        return {
            'name': self._options.name or socket.gethostname(),
            'identifiers': {'serial': serial} | await self._modem.identifiers(),
            **self._options.said(),
        }
