"""What the page of one device follows."""

from domain.facts import Facts, Storage
from domain.services.policies import NewPolicy
from tests.fakes import house
from ui.topics.device import VerdictsTopic


async def test_a_kept_policy_shows_what_its_rule_sees_now_and_a_broken_one_what_it_saw() -> None:
    async with house() as home:
        await home.policies.add(home.actor, NewPolicy(name='Encrypted', rule='device.storage.encrypted'))
        device = await home.device()

        def evidence() -> list[str]:
            topic = VerdictsTopic(fleet=home.fleet, store=home.store, clock=home.clock, id=device.id)
            return [row['evidence'] for row in topic.full()['rows']]

        await home.check_in(device.id, facts=Facts(storage=Storage(True)))
        assert evidence() == ['storage.encrypted = true']
        await home.check_in(device.id, facts=Facts(storage=Storage(False)))
        assert evidence() == ['storage.encrypted = false']
