"""A check-in: what a device says, taken in one group of changes.

Contact is not observation: that a device was in contact is our clock's word about its request, whatever its number, moment or values say.
What it observed has a moment of its own, moved by what its clock is known to be wrong (:mod:`domain.checkins.clocks`).

Late is history: an observation that is older than what is known, or that sat in a buffer for longer than the device may be silent,
extends the signal history but never moves the state backwards, is not judged and raises no alert.
"""

import asyncio
from collections.abc import Sequence

from domain.cellular.radio import Radio, RadioSample, is_the_same
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.checkins.cell_changes import is_same_cell, note_tower, on_cell
from domain.checkins.clocks import ClockWatch, stands_still
from domain.checkins.clones import CloneDetector
from domain.checkins.model import AS_BEFORE, Accepted, CheckIn, Receipt
from domain.checkins.reporting import note_contact, note_radio, note_run, take_refused, with_told
from domain.checkins.runs import (
    RunWatch,
    Said,
    Seen,
    begin_run,
    does_not_rise,
    is_not_new,
    is_of_former_run,
    note_rising,
    take_unordered,
)
from domain.common.errors import AwaitsApproval, DomainError, Invalid, NotFound, NotStorable
from domain.common.reading import OddValue
from domain.compliance.compiled import CompiledPolicies
from domain.compliance.evaluation import judge
from domain.devices.certificates import certificate_shown
from domain.devices.compliance import Compliance
from domain.devices.facts import Facts
from domain.devices.interning import Interner
from domain.devices.model import Device, DeviceState, Reporting
from domain.devices.odd_values import note_odd
from domain.devices.presence import late_after, presence
from domain.devices.presence_watch import note_presence
from domain.devices.sims import read_sim
from domain.enforcement.lifecycle import deliver
from domain.enrolment.live import Waiting
from domain.fleet.fleet import Fleet
from domain.policies.model import Policy
from domain.towers.cells import Cells

Item = tuple[str, CheckIn] | tuple[str, CheckIn, Sequence[OddValue]]
"""A device's id, its check-in, and the values of it that could not be read."""
CHUNK = 200
"""Check-ins of a batch that are decided in one go, so that single ones get in between."""
NO_ODD: tuple[OddValue, ...] = ()
RISING = Seen()
"""Of a check-in with a new number there is nothing to be said."""
MOST_AGE_S = 10 * 365 * 86_400
"""What claims to be older comes from a clock that was set meanwhile, or never. By its own word it is kept at this age, else as of now."""


class CheckIns:
    """Takes check-ins in, one by one or in batches; both are gathered into the same groups."""

    def __init__(self, *, transactor: Transactor, book: CompiledPolicies) -> None:
        self._transactor = transactor
        self._book = book
        self._pool = Interner()
        self._copies = CloneDetector()
        self._clocks = ClockWatch()
        self._runs = RunWatch()

    def check_in(
        self, enterprise: str, device_id: str, checkin: CheckIn, odd: Sequence[OddValue] = ()
    ) -> 'asyncio.Future[Receipt]':
        """Take one in; the answer comes after the commit. It may be ``Invalid`` naming the field, ``NotFound`` for a retired device.

        ``odd`` are the values of it that could not be read. Raises ``Unavailable`` at once.
        """
        return self._transactor.submit(
            lambda tx: self._take(tx, tx.fleet(enterprise), device_id, checkin, odd, True), enterprise, None, True
        )

    async def refuse(self, enterprise: str, device_id: str, refusal: DomainError) -> None:
        """A device with a good credential sent what cannot be a check-in: it was in contact all the same, and why is kept."""
        await self._transactor.submit(
            lambda tx: take_refused(tx, enterprise, device_id, refusal), enterprise, None, True
        )

    def show_certificate(self, enterprise: str, device_id: str, until: float | None) -> None:
        """The device came with another client certificate than before, which ends then (epoch seconds)."""
        self._transactor.post(lambda tx: certificate_shown(tx, enterprise, device_id, until), enterprise)

    async def check_in_many(self, enterprise: str, items: Sequence[Item]) -> list[Receipt | DomainError]:
        """Take a collector's batch in; a refused one does not spoil the others. Answers in the order of ``items``."""
        answers: list[Receipt | DomainError] = []
        for start in range(0, len(items), CHUNK):
            answers += await self._take_chunk(enterprise, items[start : start + CHUNK])
        return answers

    async def _take_chunk(self, enterprise: str, items: Sequence[Item]) -> list[Receipt | DomainError]:
        """Take some in together; when the store refuses them, in halves, so that what is to blame is refused alone."""
        try:
            return await self._transactor.submit(
                lambda tx: self._take_many(tx, enterprise, items), enterprise, None, True
            )
        except NotStorable as refusal:
            if len(items) == 1:
                return [refusal]
            middle = len(items) // 2
            first = await self._take_chunk(enterprise, items[:middle])
            return first + await self._take_chunk(enterprise, items[middle:])

    def _take_many(self, tx: Transaction, enterprise: str, items: Sequence[Item]) -> list[Receipt | DomainError]:
        fleet = tx.fleet(enterprise)
        waiting = fleet.index(Waiting).credentials
        answers: list[Receipt | DomainError] = []
        for device_id, checkin, *odd in items:
            try:
                if (credential := waiting.get(device_id)) is not None and credential.previous is None:
                    raise AwaitsApproval('a person has to approve this device before it is let in')
                answers.append(self._take(tx, fleet, device_id, checkin, odd[0] if odd else (), False))
            except DomainError as refusal:  # raised by the checks that come before the first write
                answers.append(refusal)
        return answers

    def _take(
        self, tx: Transaction, fleet: Fleet, device_id: str, checkin: CheckIn, unread: Sequence[OddValue], own: bool
    ) -> Receipt:
        enterprise = fleet.enterprise.id
        device = tx.find(Device, enterprise, device_id)
        if device is None or device.retired_at is not None:
            raise NotFound(f'there is no device {device_id[:40]!r}', field='device')
        before = tx.find(DeviceState, enterprise, device_id) or DeviceState(device_id, enterprise)
        if not 1 <= checkin.sequence < 2**53:
            raise Invalid('is a whole number from 1 to 9007199254740991, rising with every check-in', field='sequence')
        reporting = tx.find(Reporting, enterprise, device_id)
        facts, radio, odd = self._checked(checkin, before)
        if unread:
            odd = (*unread, *odd)
        sim, wrong = read_sim(checkin.identifiers.told) if checkin.identifiers is not None else (None, ())
        if wrong:
            odd = (*odd, *wrong)
        said, moved = self._said(tx, device, before, reporting, checkin, own)
        seen, is_back = RISING, False
        if said.sequence <= before.sequence:
            is_back = self._copies.look(tx, device, before, reporting, said, facts, radio)
            seen = self._runs.look(tx, device, before, reporting, said)
            old = not (seen.restarted or seen.unordered)
            odd = (does_not_rise(said), *odd) if seen.unordered else odd
        else:
            old = reporting is not None and is_of_former_run(tx, device, before, reporting, said)
        if old and seen.heard:
            note_contact(tx, device, before, tx.now if own else said.observed_at)
        is_same = old and said.sequence == before.sequence
        if seen.repeated or is_same:
            odd = (is_not_new(said),) if seen.repeated else NO_ODD
        if (odd or reporting is not None) and (seen.repeated or not is_same):
            note_odd(tx, device, odd)
        if is_same:
            return Receipt(Accepted.DUPLICATE, tx.now, device.interval_s, deliver(tx, device), odd)
        tower = fleet.index(Cells).tower_of(radio)
        if radio is not None and checkin.radio is not AS_BEFORE and not seen.repeated:
            tx.sample(RadioSample(device_id, said.observed_at, radio, tower))
        if old:
            return Receipt(Accepted.LATE, tx.now, device.interval_s, deliver(tx, device), odd)
        if seen.restarted:
            said = begin_run(tx, device, before, reporting, said, again=is_back, stands=seen.stands)
        elif seen.unordered:
            said = take_unordered(tx, device, reporting, said)
        elif said.boot_id and (reporting is None or reporting.boot_id != said.boot_id):
            note_run(tx, device, said.boot_id)
        if said.boot_id and reporting is not None and reporting.boot_id not in ('', said.boot_id):
            self._copies.leave(tx, device, reporting.boot_id)
        if reporting is not None and reporting.unordered and said.sequence == before.sequence + 1:
            note_rising(tx, device)
        if sim:
            device, odd = with_told(tx, device, sim, said.observed_at, odd)
        seen_at = tx.now if own else said.observed_at
        state = self._advance(tx, fleet, device, before, said, seen_at, facts, radio, tower, seen.restarted or moved)
        if checkin.radio is AS_BEFORE or (reporting is not None and reporting.radio_at is not None):
            note_radio(tx, device, before, said.observed_at, checkin.radio is not AS_BEFORE)
        tx.put_parts(state, whole=state.facts is not before.facts or state.verdicts is not before.verdicts)
        commands = deliver(tx, device)
        accepted = Accepted.CURRENT if state.settled else Accepted.LATE
        return Receipt(accepted, tx.now, device.interval_s, commands, odd)

    def _said(
        self,
        tx: Transaction,
        device: Device,
        before: DeviceState,
        reporting: Reporting | None,
        checkin: CheckIn,
        own: bool,
    ) -> tuple[Said, bool]:
        """The number and the moments of a check-in by our clock; whether what is known of the device's clock has changed with it.

        With ``sent_at`` the age by the device's own clock counts, and else its moment, moved by what its clock is known to be wrong.
        """
        observed = checkin.observed_at.timestamp()
        exact = checkin.sent_at is not None
        sent = observed if checkin.sent_at is None else checkin.sent_at.timestamp()
        offset_s, age_s = sent - tx.now, max(0.0, sent - observed)
        offset_known = reporting.clock_offset_s if reporting is not None else None
        moved = False
        if checkin.sequence > before.sequence:
            moved = self._clocks.look(tx, device, reporting, offset_s, exact=exact, own=own)
            if moved:
                offset_known = offset_s
        if reporting is not None and stands_still(reporting, device, sent):
            offset_known = offset_s  # whose moments have no age
        if not exact:
            age_s = max(0.0, (offset_known or 0.0) - offset_s)
            if age_s > MOST_AGE_S:
                age_s = 0.0  # of a clock that was never set, which says nothing
        at = tx.now - min(age_s, MOST_AGE_S)
        boot_id = checkin.boot_id[:64] if checkin.boot_id else None
        return Said(checkin.sequence, at, offset_s, age_s if exact else 0.0, exact, own, boot_id), moved

    def _advance(
        self,
        tx: Transaction,
        fleet: Fleet,
        device: Device,
        before: DeviceState,
        said: Said,
        seen_at: float,
        facts: Facts,
        radio: Radio | None,
        tower: str | None,
        anew: bool,
    ) -> DeviceState:
        """The state after a check-in with the newest number; ``anew`` when it is to be asked everything, not only what it moved."""
        now, observed_at = tx.now, said.observed_at
        late = now - observed_at > late_after(device.interval_s)
        if before.observed_at is not None and (
            before.observed_at > observed_at or _stands_still(device, before, observed_at, now)
        ):
            # The number says that it is newer: the clock was set back or is stuck, and time stands still. How old the word is cannot be
            # said, unless the device does: it is judged as of now, for no clock must hide where the device is.
            late = late and said.exact
            observed_at = before.observed_at
        last_seen = seen_at if before.last_seen is None or seen_at > before.last_seen else before.last_seen
        here = presence(now - last_seen, device.interval_s)
        state = DeviceState(
            before.id,
            before.enterprise,
            said.sequence,
            observed_at,
            now,
            last_seen,
            here,
            before.presence_since if here is before.presence else now,
            radio,
            tower,
            facts,
            before.verdicts,
            before.compliance,
            before.compliance_since,
            before.quarantined,
            not late,
        )
        if here is not before.presence:
            note_presence(tx, device, before, state)
        if tower != before.tower:
            note_tower(tx, device, before, state)
        if late:
            return state
        anew = anew or not before.settled
        if radio is not None and (anew or (radio is not before.radio and not is_same_cell(before.radio, radio))):
            on_cell(tx, fleet, device, before, state, radio, anew=anew)
        is_another = device is not fleet[Device].get(device.id)  # another SIM: every rule may read it
        unsettled = is_another or anew or before.compliance is Compliance.UNEVALUATED
        policies = fleet[Policy].values() if unsettled else self._book.concerned(fleet, before, state)
        return judge(tx, fleet, self._book, device, state, policies) if policies else state

    def _checked(self, checkin: CheckIn, before: DeviceState) -> tuple[Facts, Radio | None, tuple[OddValue, ...]]:
        """The facts and radio after this check-in, and what was left out of them because it cannot be.

        Equal ones stay the very same objects, which is how a change is seen later.
        """
        facts, radio, odd = before.facts, checkin.radio, NO_ODD
        if checkin.facts is not None and (changed := facts.changes(checkin.facts)):
            shared, odd = self._pool.facts(changed, facts)
            facts = facts.having(shared)
        if radio is AS_BEFORE or (radio is not None and is_the_same(radio, before.radio)):
            radio = before.radio
        elif radio is not None:
            radio, wrong = self._pool.radio(radio)
            if wrong:
                odd += wrong
            if is_the_same(radio, before.radio):  # once what cannot be kept is left out
                radio = before.radio
        return facts, radio, odd


def _stands_still(device: Device, before: DeviceState, observed_at: float, now: float) -> bool:
    """True when the same moment is told again an interval later: the clock is stuck. Of a buffer, equal ones come at once."""
    return before.observed_at == observed_at and now - (before.received_at or now) > device.interval_s / 2
