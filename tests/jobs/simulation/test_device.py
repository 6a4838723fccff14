from datetime import UTC, datetime

from jobs.simulation.device import Member, Observation
from jobs.simulation.misbehaviour import Manner
from jobs.simulation.population import Fleet

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_check_in_keeps_its_sequence_until_it_is_delivered(fleet: Fleet) -> None:
    member = Member(fleet.devices[0], Manner(fleet.devices[0]))
    member.keep(Observation(NOON, {'uptime_s': 1}, {'rat': 'LTE'}), most=5)
    assert member.next_check_in()['sequence'] == member.next_check_in()['sequence'] == 1
    member.delivered()
    member.keep(Observation(NOON, None, None), most=5)
    body = member.next_check_in()
    assert body['sequence'] == 2
    assert 'facts' not in body
    assert 'radio' not in body


def test_facts_of_an_observation_that_no_longer_fits_live_on_in_the_next(fleet: Fleet) -> None:
    member = Member(fleet.devices[0], Manner(fleet.devices[0]))
    member.keep(Observation(NOON, {'os': 'old', 'battery': 'full'}, None), most=2)
    member.keep(Observation(NOON, {'battery': 'half'}, None), most=2)
    member.keep(Observation(NOON, None, None), most=2)
    assert len(member.backlog) == 2
    assert member.backlog[0].facts == {'os': 'old', 'battery': 'half'}
