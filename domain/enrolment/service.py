"""How devices come in: with an enrolment token, approved where that is asked for, and with a credential of their own."""

from dataclasses import replace

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.cellular.identifiers import readable_identifiers
from domain.changes.store import Store
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, NotSignedIn
from domain.common.reading import OddValue
from domain.common.secrets import digest, new_secret
from domain.common.text import clean_labels, clean_line
from domain.common.versions import check_version, differences
from domain.compliance.compiled import CompiledPolicies
from domain.devices.events import DeviceChanged
from domain.devices.input import FIELDS, NewDevice, checked, device_of
from domain.devices.interning import Interner
from domain.devices.lookup import check_new_device, need_device, with_identifiers
from domain.devices.model import Criticality, Device, DeviceState
from domain.devices.odd_values import note_odd
from domain.devices.sim_changes import enrolled_with
from domain.enforcement.locks import end_lock
from domain.enrolment.alerts import no_longer_contested, on_claim, on_contested_enrolment
from domain.enrolment.claims import chosen, is_in_use, read_claim, rivals_of, take_over
from domain.enrolment.events import CredentialRevoked, CredentialRotated, DeviceApproved, DeviceEnrolled, DeviceRefused
from domain.enrolment.lookup import credential_of, need_waiting, usable
from domain.enrolment.model import Credential, Enrolled
from domain.enrolment.retirement import left_of, restore, retire
from domain.tokens.live import TokenDigests
from domain.tokens.model import Token

_MILLISECOND = 0.001


class EnrolmentService:
    """Lets devices in and out again; what people decide of it asks the permission table."""

    def __init__(self, *, transactor: Transactor, book: CompiledPolicies, store: Store) -> None:
        self._transactor = transactor
        self._book = book
        self._store = store
        self._pool = Interner()

    async def add(self, actor: Actor, new: NewDevice) -> Enrolled:
        """Add a device by hand; its credential is given once."""
        actor.require(Permission.DEVICES_WRITE)
        new = checked(new, self._pool)
        credential = new_secret('cwd')

        def decide(tx: Transaction) -> Enrolled:
            if with_identifiers(tx, actor.enterprise, new.identifiers):
                raise Conflict('a device with this IMEI or serial exists', field='identifiers')
            device = device_of(actor.enterprise, new, tx.now)
            check_new_device(actor, device)
            tx.put(device)
            tx.put(Credential(device.id, actor.enterprise, digest(credential), tx.now))
            tx.note(DeviceEnrolled(**tx.about(device, actor.name)))
            return Enrolled(device, credential, False)

        return await self._transactor.transact(decide, actor=actor)

    async def retire(self, actor: Actor, device_id: str, version: int) -> Device:
        """Take a device out: its credential ends, its open violations and commands are closed, its history stays."""
        actor.require(Permission.DEVICES_WRITE)

        def decide(tx: Transaction) -> Device:
            device = need_device(tx, actor, device_id)
            check_version(device.version, version)
            return retire(tx, self._book, device, actor.name)

        return await self._transactor.transact(decide, actor=actor)

    async def restore(self, actor: Actor, device_id: str) -> Device:
        """Bring a retired device back as it was, with the credential that it had; commands that its retirement cancelled stay so."""
        actor.require(Permission.DEVICES_WRITE)
        left = await left_of(self._store, actor.enterprise, device_id)
        return await self._transactor.transact(lambda tx: restore(tx, self._book, actor, left), actor=actor)

    def look(self, token: str) -> None:
        """Whether a token would let a device in now, before anything is read or done for its bearer; ``NotSignedIn`` when not."""
        usable(self._transactor.fleets.index(TokenDigests).token(digest(token).hex()), self._transactor.clock())

    async def enrol(
        self,
        token: str,
        new: NewDevice,
        *,
        unknown: tuple[OddValue, ...] = (),
        fingerprint: str = '',
        address: str = '',
    ) -> Enrolled:
        """Let a device in. One with a known IMEI or serial keeps its place and gets a new credential; its sequence starts again.

        The token's labels and criticality win over what the device says. A device that is in use is not replaced before a person has
        approved it, unless the token says so; ``fingerprint`` pins the client certificate it showed. What it
        said that cannot be taken costs itself alone, as in a check-in, and is kept where people look: ``unknown`` names, odd
        identifiers. Raises ``NotSignedIn`` for a token that is unknown, used up, ended or expired.
        """
        names, wrong = readable_identifiers(new.identifiers)
        odd = (*(OddValue(each.field or '', each.detail) for each in wrong), *unknown)
        # what a device may have is for people to say
        new = checked(replace(new, identifiers=names, permitted_sims=()), self._pool)
        secret = new_secret('cwd')

        def decide(tx: Transaction) -> Enrolled:
            known = _enrolment_token(tx, self._transactor, token)
            claim = read_claim(tx, known.enterprise, new.identifiers, replaces=known.replaces)
            is_open = not known.approval and not claim.rivals
            credential = Credential('', known.enterprise, digest(secret), tx.now, None, fingerprint or None, is_open)
            if claim.known is not None:
                device, credential = self._again(tx, known, claim.known, new, credential, address)
            else:
                labels = self._pool.labels(clean_labels({**new.labels, **known.labels}))
                named = replace(new, labels=labels, criticality=_conferred(known, new.criticality))
                device = device_of(known.enterprise, named, tx.now)
                tx.put(device)
                credential = replace(credential, id=device.id)
            tx.put(credential)
            if claim.rivals:
                on_claim(tx, device, claim.rivals, address)
            left = known.uses_left - 1 if known.uses_left is not None else None
            tx.put(replace(known, uses_left=left, used_at=tx.now, used_from=address[:64]))
            waiting, again = not credential.approved, claim.known is not None
            if not (waiting and again):  # else it is not known yet whether this device said so
                note_odd(tx, device, odd)
            tx.note(
                DeviceEnrolled(**tx.about(device), address=address[:64], again=again, token=known.name, waiting=waiting)
            )
            return Enrolled(device, secret, again, waiting, odd)

        return await self._transactor.transact(decide, self._lane(token))

    async def approve(
        self,
        actor: Actor,
        device_id: str,
        *,
        asked_at: float | None = None,
        criticality: Criticality | None = None,
        choice: str | None = None,
    ) -> Device:
        """Let in a device that waits; the machine that was let in as this device before is out.

        ``asked_at`` (epoch seconds, to the millisecond) is when the one that was looked at asked: ``Conflict`` when another has
        asked for the same place since. With ``criticality`` the device has that one from now on. ``choice`` is the id of the device
        that it is, for one whose numbers name several: one of these, which is the answer then, or its own.
        """
        actor.require(Permission.ENROLMENT_WRITE)

        def decide(tx: Transaction) -> Device:
            device, waiting = need_waiting(tx, actor.enterprise, device_id)
            if asked_at is not None and abs(waiting.created_at - asked_at) > _MILLISECOND:
                raise Conflict(f'there is a newer request to enrol as {device.name}; look once more', field='asked_at')
            known = chosen(tx, device, waiting, choice)
            asked_as, told_apart = '', known is None and bool(rivals_of(tx.fleet(actor.enterprise), device))
            if known is not None:
                asked_as, before = device.name, device
                device, credential = take_over(tx, before, waiting, known)
                tx.put(replace(waiting, revoked_at=tx.now))
                retire(tx, self._book, before, actor.name)
                _begin_anew(tx, device)
                tx.put(credential)
            else:
                tx.put(replace(waiting, previous=None, approved=True))
                if waiting.previous is not None:
                    _begin_anew(tx, device)
                no_longer_contested(tx, device)
            if criticality is not None and criticality is not device.criticality:
                before, device = device, replace(device, criticality=criticality, version=device.version + 1)
                tx.put(device)
                tx.note(DeviceChanged(**tx.about(device, actor.name), changes=differences(before, device, FIELDS)))
            tx.note(DeviceApproved(**tx.about(device, actor.name), asked_as=asked_as, told_apart=told_apart))
            return device

        return await self._transactor.transact(decide, actor=actor)

    async def refuse(self, actor: Actor, device_id: str, because: str = '') -> Device:
        """Turn away a device that waits. One that has never been in use is retired; one that is in use goes on as before."""
        actor.require(Permission.ENROLMENT_WRITE)
        because = clean_line(because, 'because', most=300, least=0)

        def decide(tx: Transaction) -> Device:
            device, waiting = need_waiting(tx, actor.enterprise, device_id)
            if waiting.previous is not None:
                tx.put(replace(waiting, digest=waiting.previous, previous=None, approved=True))
                no_longer_contested(tx, device)
            else:
                tx.put(replace(waiting, revoked_at=tx.now))
                state = tx.find(DeviceState, actor.enterprise, device_id)
                if state is None or state.last_seen is None:
                    device = retire(tx, self._book, device, actor.name)
            tx.note(DeviceRefused(**tx.about(device, actor.name), because=because))
            return device

        return await self._transactor.transact(decide, actor=actor)

    async def rotate(self, device: Device, secret: str) -> str:
        """A new credential for a device that shows the one it has; that one opens until the new one was used once.

        A device whose answer was lost asks again with the old one. Raises ``NotSignedIn`` when that has ended meanwhile.
        """
        shown, fresh = digest(secret), new_secret('cwd')

        def decide(tx: Transaction) -> str:
            now = credential_of(tx, device.enterprise, device.id)
            if now is None or shown not in (now.digest, now.previous):
                raise NotSignedIn('this device credential is not known; enrol the device again')
            if not now.approved:
                raise Conflict('an enrolment as this device waits for approval; ask again when people have decided')
            tx.put(replace(now, digest=digest(fresh), previous=shown, created_at=tx.now))
            tx.note(CredentialRotated(**tx.about(device)))
            return fresh

        return await self._transactor.transact(decide, device.enterprise)

    async def revoke(self, actor: Actor, device_id: str, because: str) -> None:
        """End a device's credential at once; it keeps its place and must enrol again."""
        actor.require(Permission.DEVICES_WRITE)
        because = clean_line(because, 'because', most=300)
        kept = await self._store.get(Credential, actor.enterprise, device_id)

        def decide(tx: Transaction) -> None:
            device = tx.need(Device, actor.enterprise, device_id)
            now = credential_of(tx, actor.enterprise, device_id)
            if now is None:
                raise Conflict(f'{device.name} has no credential that could be revoked')
            made = kept.created_at if kept is not None and kept.digest == now.digest else now.created_at
            tx.put(replace(now, created_at=made, revoked_at=tx.now))
            no_longer_contested(tx, device)
            tx.note(CredentialRevoked(**tx.about(device, actor.name), because=because))

        await self._transactor.transact(decide, actor=actor)

    def _lane(self, token: str) -> str:
        known = self._transactor.fleets.index(TokenDigests).token(digest(token).hex())
        return known.enterprise if known is not None else ''

    def _again(
        self, tx: Transaction, token: Token, device: Device, new: NewDevice, credential: Credential, address: str
    ) -> tuple[Device, Credential]:
        """A known device and its new credential; see docs/decisions/0010-who-may-take-the-place-of-a-device.md."""
        now = credential_of(tx, device.enterprise, device.id)
        opens = now is not None and (now.approved or now.previous is not None)
        if now is not None and opens:
            if now.fingerprint is not None and now.fingerprint != credential.fingerprint:
                raise NotSignedIn(
                    'this device goes with a client certificate that was not shown; revoke its credential first'
                )
            in_use = is_in_use(tx, device)
            if token.approval or (in_use and not token.replaces):
                if now.approved and now.previous is not None:
                    raise Conflict('this device is in use and renewing its credential; revoke its credential first')
                if in_use:
                    on_contested_enrolment(tx, device, address)
                former = now.digest if now.approved else now.previous
                return device, replace(
                    credential, id=device.id, previous=former, fingerprint=now.fingerprint, approved=False
                )
        _begin_anew(tx, device)
        before = device
        device = replace(
            device,
            name=new.name,
            labels=self._pool.labels(clean_labels({**device.labels, **token.labels})),
            criticality=_conferred(token, device.criticality),
            identifiers=device.identifiers.updated(new.identifiers),
            interval_s=new.interval_s,
            version=device.version + 1,
        )
        device = enrolled_with(tx, before, device)
        tx.put(device)
        return device, replace(credential, id=device.id)


def _conferred(token: Token, otherwise: Criticality) -> Criticality:
    return Criticality(token.criticality) if token.criticality else otherwise


def _enrolment_token(tx: Transaction, transactor: Transactor, secret: str) -> Token:
    known = transactor.fleets.index(TokenDigests).token(digest(secret).hex())
    return usable(tx.find(Token, known.enterprise, known.id) if known is not None else None, tx.now)


def _begin_anew(tx: Transaction, device: Device) -> None:
    """A new life in the same place: numbers start again, and what was suspected or locked is over."""
    state = tx.find(DeviceState, device.enterprise, device.id) or DeviceState(device.id, device.enterprise)
    tx.put_parts(replace(state, sequence=0, settled=False), whole=True)
    no_longer_contested(tx, device)
    end_lock(tx, device)
