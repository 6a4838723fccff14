"""The zone of times that a person types."""

from domain.desks.input import zones
from domain.desks.model import Desk
from domain.fleet.fleet import Fleet
from domain.oncall.model import Contact


def zone_of(fleet: Fleet, person: str) -> str:
    """The zone in which a person types times: the one of their desk, else that of their calls, else UTC."""
    desk, contact = fleet.find(Desk, person), fleet.find(Contact, person)
    said = (desk.zone if desk is not None else '', contact.zone if contact is not None else '')
    return next((zone for zone in said if zone in zones()), 'UTC')
