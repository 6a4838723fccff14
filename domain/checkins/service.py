"""A check-in: what a device says, taken in one group of changes.

Late is history: an observation that is older than what is known, or that sat in a buffer for longer than the device may be silent,
extends the signal history but never moves the state backwards, is not judged and raises no alert.
"""

from collections.abc import Sequence

from domain.cellular.radio import Radio, RadioSample, check_radio
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.checkins.clones import CloneDetector
from domain.checkins.model import AS_BEFORE, Accepted, CheckIn, Receipt
from domain.common.errors import AwaitsApproval, DomainError, Invalid, NotFound, NotStorable
from domain.compliance.compiled import CompiledPolicies
from domain.compliance.evaluation import judge
from domain.devices.alerts import on_unknown_cell
from domain.devices.compliance import Compliance
from domain.devices.events import ServingTowerChanged
from domain.devices.facts import Facts
from domain.devices.interning import Interner
from domain.devices.model import Device, DeviceState
from domain.devices.presence import late_after, presence
from domain.devices.presence_watch import note_presence
from domain.enforcement.lifecycle import deliver
from domain.enrolment.live import Waiting
from domain.fleet.fleet import Fleet
from domain.policies.model import Policy
from domain.towers.live import Cells
from domain.towers.model import Tower

CHUNK = 200
"""Check-ins of a batch that are decided in one go, so that single ones get in between."""


MOST_FUTURE_S = 86_400
"""A device clock this far ahead is refused rather than corrected."""


MOST_AGE_S = 10 * 365 * 86_400
"""What claims to be older comes from a clock that was set meanwhile (from 1970, say) and is kept at this age."""


class CheckIns:
    """Takes check-ins in, one by one or in batches; both are gathered into the same groups."""

    def __init__(self, *, transactor: Transactor, book: CompiledPolicies) -> None:
        self._transactor = transactor
        self._book = book
        self._pool = Interner()
        self._copies = CloneDetector()

    async def check_in(self, enterprise: str, device_id: str, checkin: CheckIn) -> Receipt:
        """Take one in; the answer comes after the commit. Raises ``Invalid`` naming the field, ``NotFound`` for a retired device."""
        return await self._transactor.submit(
            lambda tx: self._take(tx, tx.fleet(enterprise), device_id, checkin), enterprise, None, True
        )

    async def check_in_many(self, enterprise: str, items: Sequence[tuple[str, CheckIn]]) -> list[Receipt | DomainError]:
        """Take a collector's batch in; a refused one does not spoil the others. Answers in the order of ``items``."""
        answers: list[Receipt | DomainError] = []
        for start in range(0, len(items), CHUNK):
            answers += await self._take_chunk(enterprise, items[start : start + CHUNK])
        return answers

    async def _take_chunk(self, enterprise: str, items: Sequence[tuple[str, CheckIn]]) -> list[Receipt | DomainError]:
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

    def _take_many(
        self, tx: Transaction, enterprise: str, items: Sequence[tuple[str, CheckIn]]
    ) -> list[Receipt | DomainError]:
        fleet = tx.fleet(enterprise)
        waiting = fleet.index(Waiting).credentials
        answers: list[Receipt | DomainError] = []
        for device_id, checkin in items:
            try:
                if (credential := waiting.get(device_id)) is not None and credential.previous is None:
                    raise AwaitsApproval('a person has to approve this device before it is let in')
                answers.append(self._take(tx, fleet, device_id, checkin))
            except DomainError as refusal:  # raised by the checks that come before the first write
                answers.append(refusal)
        return answers

    def _take(self, tx: Transaction, fleet: Fleet, device_id: str, checkin: CheckIn) -> Receipt:
        enterprise = fleet.enterprise.id
        device = tx.find(Device, enterprise, device_id)
        if device is None or device.retired_at is not None:
            raise NotFound(f'there is no device {device_id[:40]!r}', field='device')
        before = tx.find(DeviceState, enterprise, device_id) or DeviceState(device_id, enterprise)
        if not 1 <= checkin.sequence < 2**53:
            raise Invalid('is a whole number from 1 on, rising with every check-in', field='sequence')
        observed_at = _observed_at(checkin, tx.now)
        if checkin.sequence <= before.sequence:
            said = checkin.facts, None if checkin.radio is AS_BEFORE else checkin.radio
            self._copies.look(tx, device, before, checkin.sequence, observed_at, *said)
            if checkin.sequence == before.sequence:
                return Receipt(Accepted.DUPLICATE, tx.now, device.interval_s, deliver(tx, device))
        facts, radio = self._checked(checkin, before)
        tower = fleet.index(Cells).tower_of(radio.cell) if radio is not None else None
        if radio is not None and checkin.radio is not AS_BEFORE:
            tx.sample(RadioSample(device_id, observed_at, radio, tower))
        if checkin.sequence < before.sequence:
            return Receipt(Accepted.LATE, tx.now, device.interval_s, deliver(tx, device))
        late = tx.now - observed_at > late_after(device.interval_s)
        state = self._advance(tx, fleet, device, before, checkin.sequence, observed_at, facts, radio, tower, late)
        tx.put_parts(state, whole=state.facts is not before.facts or state.verdicts is not before.verdicts)
        commands = deliver(tx, device)
        return Receipt(Accepted.LATE if late else Accepted.CURRENT, tx.now, device.interval_s, commands)

    def _advance(
        self,
        tx: Transaction,
        fleet: Fleet,
        device: Device,
        before: DeviceState,
        sequence: int,
        observed_at: float,
        facts: Facts,
        radio: Radio | None,
        tower: str | None,
        late: bool,
    ) -> DeviceState:
        now = tx.now
        if before.observed_at is not None and before.observed_at > observed_at:
            observed_at = before.observed_at  # a clock set back: the number says that it is newer, so time stands still
        last_seen = observed_at if before.last_seen is None or observed_at > before.last_seen else before.last_seen
        here = presence(now - last_seen, device.interval_s)
        state = DeviceState(
            before.id,
            before.enterprise,
            sequence,
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
            _note_tower(tx, device, before, state)
        if late:
            return state
        if tower is None and radio is not None and (radio is not before.radio or not before.settled):
            known = before.settled and before.radio is not None and before.radio.cell == radio.cell
            if not known:
                on_unknown_cell(tx, fleet, device, radio)
        unsettled = not before.settled or before.compliance is Compliance.UNEVALUATED
        policies = fleet[Policy].values() if unsettled else self._book.concerned(fleet, before, state)
        return judge(tx, fleet, self._book, device, state, policies) if policies else state

    def _checked(self, checkin: CheckIn, before: DeviceState) -> tuple[Facts, Radio | None]:
        """The facts and radio after this check-in; equal ones stay the very same objects, which is how a change is seen later."""
        facts = before.facts
        if checkin.facts is not None and (changed := facts.changes(checkin.facts)):
            facts = facts.having(self._pool.facts(changed))
        radio = checkin.radio
        if radio is AS_BEFORE or radio == before.radio:
            radio = before.radio
        elif radio is not None:
            check_radio(radio)
            radio = self._pool.radio(radio)
        return facts, radio


def _note_tower(tx: Transaction, device: Device, before: DeviceState, after: DeviceState) -> None:
    old = tx.find(Tower, device.enterprise, before.tower) if before.tower else None
    new = tx.find(Tower, device.enterprise, after.tower) if after.tower else None
    tx.note(
        ServingTowerChanged(
            **tx.about(device),
            before=before.tower,
            after=after.tower,
            before_name=old.name if old else None,
            after_name=new.name if new else None,
            cell=after.radio.cell if after.radio else None,
        )
    )


def _observed_at(checkin: CheckIn, now: float) -> float:
    """When it was observed by our clock: received minus the age by the device's own clock, never in the future."""
    observed = checkin.observed_at.timestamp()
    if checkin.sent_at is not None:
        return now - min(max(0.0, checkin.sent_at.timestamp() - observed), MOST_AGE_S)
    if observed - now > MOST_FUTURE_S:
        raise Invalid('lies more than a day ahead; set the clock or send sent_at along', field='observed_at')
    return max(min(observed, now), now - MOST_AGE_S)
