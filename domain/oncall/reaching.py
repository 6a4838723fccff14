"""Whom a target stands for, on which channel each is told, and when."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.accounts.model import Person, PersonKind
from domain.channels.falling import sending
from domain.channels.kinds import KINDS
from domain.channels.kinds import mail as mail_kind
from domain.channels.live import BrowsersOfPerson
from domain.channels.model import Channel, line_of
from domain.common.severity import RANK, Severity
from domain.fleet.fleet import Fleet
from domain.oncall.calendars.live import CalendarsOf
from domain.oncall.calendars.meaning import said_by
from domain.oncall.limits import limits_of
from domain.oncall.model import AlertRoute, CallTarget, Contact, ContactWay, Rotation, TargetKind, Team
from domain.oncall.rota import Known, is_within, on_call, windows


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
        return line_of(self.channel, self.recipient, self.address)


def calls(fleet: Fleet, targets: tuple[CallTarget, ...], severity: Severity, moment: float) -> list[CallOut]:
    """The messages to these targets, each person and channel once."""
    found: dict[tuple[str, str, str], CallOut] = {}
    for target in targets:
        for call in _calls(fleet, target, severity, moment):
            key = (call.channel, call.recipient, call.address)
            known = found.get(key)
            if known is None or call.at < known.at:
                found[key] = call
    return list(found.values())


def people_of(fleet: Fleet, target: CallTarget, moment: float) -> list[str]:
    """Ids of the people that a target stands for at a moment; of a channel none."""
    if target.kind is TargetKind.PERSON:
        return [target.id] if target.id in members(fleet) else []
    if target.kind is TargetKind.TEAM:
        team = fleet.find(Team, target.id)
        return [id for id in team.members if id in members(fleet)] if team is not None else []
    rotation = fleet.find(Rotation, target.id) if target.kind is TargetKind.ROTATION else None
    person = on_call(rotation, moment, known_of(fleet, rotation)) if rotation is not None else ''
    return [person] if person else []


def members(fleet: Fleet) -> dict[str, Person]:
    """The people of the enterprise, by id; programs are called by nobody."""
    return {id: row for id, row in fleet[Person].items() if row.kind is PersonKind.PERSON}


def known_of(fleet: Fleet, rotation: Rotation) -> Known:
    """Who stands in the rotation and belongs to nobody of the enterprise any more, and what calendars say of it."""
    people = members(fleet)
    named = {person for layer in rotation.layers for person in layer.people} | {o.person for o in rotation.overrides}
    sources = fleet.index(CalendarsOf).of(rotation.id)
    shifts, days_off = said_by(sources, people.values(), rotation.zone) if sources else ((), ())
    return Known(away=frozenset(named - people.keys()), shifts=shifts, days_off=days_off)


def _calls(fleet: Fleet, target: CallTarget, severity: Severity, moment: float) -> Iterator[CallOut]:
    if target.kind is TargetKind.CHANNEL:
        told = sending(fleet.find(Channel, target.id), fleet[Channel].get)
        if told is not None and not KINDS[told.kind].people_only:
            yield CallOut(told.id, moment)
        return
    if target.kind is TargetKind.TEAM:
        yield from (CallOut(channel, moment) for channel in channels_of_team(fleet, target.id, severity))
    for person in people_of(fleet, target, moment):
        contact = fleet.find(Contact, person)
        least = limits_of(fleet).breaks
        for way in ways_of(fleet, person):
            at = told_at(contact, moment + way.after_min * 60, severity, least)
            for address in _addresses(fleet, way, person):
                yield CallOut(way.channel, at, person, address)


def _addresses(fleet: Fleet, way: ContactWay, person: str) -> list[str]:
    """One, or that of each browser in which the person is notified."""
    channel = fleet.find(Channel, way.channel)
    if channel is not None and KINDS[channel.kind].people_only:
        return [browser.id for browser in fleet.index(BrowsersOfPerson).of(person)]
    return [way.address]


def channels_of_team(fleet: Fleet, team_id: str, severity: Severity) -> list[str]:
    """The channels that a team is told on of an alert that is so bad."""
    team = fleet.find(Team, team_id)
    if team is None or RANK[severity] > RANK[team.least_severity]:
        return []
    told = (sending(fleet.find(Channel, channel), fleet[Channel].get) for channel in team.channels)
    return [channel.id for channel in told if channel is not None and not KINDS[channel.kind].people_only]


def channels_told(fleet: Fleet, route: AlertRoute, severity: Severity) -> list[str]:
    """The channels of a route and of its teams, each once."""
    of_teams = [channel for team in route.teams for channel in channels_of_team(fleet, team, severity)]
    return list(dict.fromkeys((*route.channels, *of_teams)))


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


def told_at(contact: Contact | None, moment: float, severity: Severity, least: Severity = Severity.CRITICAL) -> float:
    """The moment, or the end of the quiet hours in which it is, unless the severity breaks them, or is ``least`` and worse."""
    if contact is None or RANK[severity] <= max(RANK[contact.breaks], RANK[least]):
        return moment
    for _ in range(8):  # hours that follow one another
        if not is_within(contact.quiet, contact.zone, moment):
            break
        moment = max(
            end for begin, end in windows(contact.quiet, contact.zone, moment, moment) if begin <= moment < end
        )
    return moment


def telling_channels(fleet: Fleet) -> dict[str, Channel]:
    """The channels on which alerts can be told, on or off, by id: not the outside checks."""
    return {id: one for id, one in fleet[Channel].items() if KINDS[one.kind].tells}


def is_on(fleet: Fleet, channel: str) -> bool:
    """True for a channel that sends alerts."""
    row = fleet.find(Channel, channel)
    return row is not None and row.enabled and KINDS[row.kind].tells


def has_addresses(kind: str) -> bool:
    """True for a kind of channel that reaches people at addresses of their own."""
    return bool(KINDS[kind].personal)
