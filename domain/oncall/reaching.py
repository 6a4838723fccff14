"""Whom a target stands for, on which channel each is told, and when."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.accounts.model import Person, PersonKind
from domain.channels.falling import sending
from domain.channels.kinds import KINDS
from domain.channels.kinds import mail as mail_kind
from domain.channels.live import BrowsersOfPerson
from domain.channels.model import Channel
from domain.common.severity import RANK, Severity
from domain.fleet.fleet import Fleet
from domain.oncall.model import CallTarget, Contact, ContactWay, Rotation, TargetKind, Team
from domain.oncall.rota import is_within, on_call, windows


@dataclass(frozen=True, slots=True)
class CallOut:
    """A message to a person (``recipient``, at ``address`` where the kind of channel has addresses), or to a channel, at a moment."""

    channel: str
    at: float
    recipient: str = ''
    address: str = ''

    @property
    def line(self) -> tuple[str, str, str]:
        """As that of a delivery."""
        return self.channel, self.recipient, self.address


def calls(fleet: Fleet, targets: tuple[CallTarget, ...], severity: Severity, moment: float) -> list[CallOut]:
    """The messages to these targets, each person and channel once."""
    found: dict[tuple[str, str, str], CallOut] = {}
    for target in targets:
        for call in _calls(fleet, target, severity, moment):
            known = found.get(call.line)
            if known is None or call.at < known.at:
                found[call.line] = call
    return list(found.values())


def people_of(fleet: Fleet, target: CallTarget, moment: float) -> list[str]:
    """Ids of the people that a target stands for at a moment; of a channel none."""
    if target.kind is TargetKind.PERSON:
        return [target.id] if target.id in members(fleet) else []
    if target.kind is TargetKind.TEAM:
        team = fleet.find(Team, target.id)
        return [id for id in team.members if id in members(fleet)] if team is not None else []
    rotation = fleet.find(Rotation, target.id) if target.kind is TargetKind.ROTATION else None
    person = on_call(rotation, moment, away(fleet, rotation)) if rotation is not None else ''
    return [person] if person else []


def members(fleet: Fleet) -> dict[str, Person]:
    """The people of the enterprise, by id; programs are called by nobody."""
    return {id: row for id, row in fleet[Person].items() if row.kind is PersonKind.PERSON}


def away(fleet: Fleet, rotation: Rotation) -> frozenset[str]:
    """Ids that stand in the rotation and belong to nobody of the enterprise any more."""
    named = {person for layer in rotation.layers for person in layer.people} | {o.person for o in rotation.overrides}
    return frozenset(named - members(fleet).keys())


def _calls(fleet: Fleet, target: CallTarget, severity: Severity, moment: float) -> Iterator[CallOut]:
    if target.kind is TargetKind.CHANNEL:
        told = sending(fleet.find(Channel, target.id), fleet[Channel].get)
        if told is not None and not KINDS[told.kind].people_only:
            yield CallOut(told.id, moment)
        return
    for person in people_of(fleet, target, moment):
        contact = fleet.find(Contact, person)
        for way in ways_of(fleet, person):
            at = told_at(contact, moment + way.after_min * 60, severity)
            for address in _addresses(fleet, way, person):
                yield CallOut(way.channel, at, person, address)


def _addresses(fleet: Fleet, way: ContactWay, person: str) -> list[str]:
    """One, or that of each browser in which the person is notified."""
    channel = fleet.find(Channel, way.channel)
    if channel is not None and KINDS[channel.kind].people_only:
        return [browser.id for browser in fleet.index(BrowsersOfPerson).of(person)]
    return [way.address]


def ways_of(fleet: Fleet, person: str) -> list[ContactWay]:
    """How a person is reached: as they chose, and if nothing of that is there any more, by mail to their address."""
    contact = fleet.find(Contact, person)
    ways = contact.ways if contact is not None else ()
    chosen = [way for way in ways if is_on(fleet, way.channel) and _addresses(fleet, way, person)]
    if chosen:
        return chosen
    row = fleet.find(Person, person)
    mails = sorted(id for id, one in fleet[Channel].items() if one.kind == mail_kind.KIND.key and one.enabled)
    return [ContactWay(channel=mails[0], address=row.email)] if mails and row is not None and row.email else []


def told_at(contact: Contact | None, moment: float, severity: Severity) -> float:
    """The moment, or the end of the quiet hours in which it is, unless the severity breaks them."""
    if contact is None or RANK[severity] <= RANK[contact.breaks]:
        return moment
    for _ in range(8):  # hours that follow one another
        if not is_within(contact.quiet, contact.zone, moment):
            break
        moment = max(
            end for begin, end in windows(contact.quiet, contact.zone, moment, moment) if begin <= moment < end
        )
    return moment


def is_on(fleet: Fleet, channel: str) -> bool:
    """True for a channel that sends."""
    row = fleet.find(Channel, channel)
    return row is not None and row.enabled


def has_addresses(kind: str) -> bool:
    """True for a kind of channel that reaches people at addresses of their own."""
    return bool(KINDS[kind].personal)
