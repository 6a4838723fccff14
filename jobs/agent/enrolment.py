"""Who this device is to the server: taken from the state folder, or asked for once with an enrolment token."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import structlog
from yarl import URL

from jobs.agent.client import AwayError, Client, RefusedError, UnauthorisedError, delay_s, left_out_of
from jobs.agent.facts import host_name, serial_number
from jobs.agent.modem import Modem
from jobs.agent.options import AgentError, AgentOptions
from jobs.agent.spool import Spool
from jobs.agent.state import Credential, kept_serial, read_credential, write_credential
from jobs.console_answers import Json

_log = structlog.get_logger(__name__)
_ROTATE_AGAIN_S = 3600.0
_MOST_REASONS = 8


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
            answer = await self._client.post('credential:rotate', self.credential.credential, {}, _holds_credential)
        except (AwayError, RefusedError, UnauthorisedError) as err:
            _log.warning('credential_not_renewed', why=str(err))
            return
        renewed = replace(self.credential, credential=answer['credential'], issued_at=now)
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
        enterprise = answer.get('enterprise')
        self._credential = Credential(
            server=str(self._server),
            device_id=answer['device_id'],
            credential=answer['credential'],
            interval_s=answer.get('interval_s') or self._options.interval_s,
            enterprise=str(enterprise.get('name', '')) if isinstance(enterprise, dict) else '',
            issued_at=time.time(),
        )
        self._keep(self._credential)
        self._spool.sequence_at_least(answer.get('sequence') or 0)
        self._proven = False
        _log.info('device_enrolled', device=self._credential.device_id, enterprise=self._credential.enterprise)
        if left_out := left_out_of(answer):
            _log.warning('values_left_out', **left_out)

    async def _ask(self) -> Json:
        request = await self._request()
        attempt, told = 0, set[str]()
        while True:
            try:
                await self._client.prove()  # a token opens the door for more than this device: no portal gets to see it
                return await self._client.post('enrolments', self._options.enrol_token or '', request, _lets_in)
            except UnauthorisedError as err:
                raise AgentError(f'the server refused the enrolment token ({err})') from err
            except RefusedError as err:
                raise AgentError(f'the server refused the enrolment ({err})') from err
            except AwayError as err:
                if self._options.once:
                    raise AgentError(f'{self._server} cannot be reached ({err})') from err
                attempt += 1
                wait = delay_s(attempt, err.retry_after)
                if str(err) not in told and len(told) < _MOST_REASONS:
                    told.add(str(err))
                    _log.warning('enrolment_waits', server=str(self._server), why=str(err))
            await asyncio.sleep(wait)

    async def _request(self) -> Json:
        # A machine without any serial number gets a random one, kept like a found one.
        serial = kept_serial(self._folder, serial_number() or f'gen-{uuid4().hex[:24]}')
        return {
            'name': self._options.name or host_name() or serial,
            'identifiers': {'serial': serial} | await self._modem.identifiers(),
            **self._options.said(),
        }


def _holds_credential(answer: Json) -> bool:
    return isinstance(secret := answer.get('credential'), str) and secret.startswith('cwd_')


def _lets_in(answer: Json) -> bool:
    numbers = (answer.get('interval_s', 0), answer.get('sequence', 0))
    has_id = isinstance(device := answer.get('device_id'), str) and bool(device)
    return has_id and _holds_credential(answer) and all(type(number) is int for number in numbers)
