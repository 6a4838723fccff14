"""The verdicts of a device, in parts: the same as a plain mapping, and what moves costs its own part."""

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.devices.compliance import Compliance, Verdict
from domain.devices.facts import Battery, Facts
from domain.devices.model import DeviceState
from domain.devices.verdicts import MOST, Verdicts, differing, following
from domain.policies.input import NewPolicy
from tests.fakes import RunningApplication, running_application

Moves = list[dict[str, int | None]]
POLICIES = [f'P{number:02}' for number in range(3 * MOST)]
MOVES = st.lists(st.dictionaries(st.sampled_from(POLICIES), st.none() | st.integers(0, 3)), max_size=12)
SAID = [Verdict(Compliance.COMPLIANT, float(number), 1) for number in range(4)]


def told(move: dict[str, int | None]) -> dict[str, Verdict | None]:
    return {policy: None if number is None else SAID[number] for policy, number in move.items()}


@given(MOVES)
def test_they_are_what_a_plain_mapping_would_be(moves: Moves) -> None:
    verdicts, plain = Verdicts(), dict[str, Verdict]()
    every: list[tuple[Verdicts, dict[str, Verdict]]] = [(verdicts, dict(plain))]
    kept: dict[Any, Any] = {}
    for move in moves:
        verdicts = following(verdicts, told(move), kept)
        plain.update({policy: verdict for policy, verdict in told(move).items() if verdict is not None})
        plain = {policy: verdict for policy, verdict in plain.items() if move.get(policy, 0) is not None}
        every.append((verdicts, dict(plain)))
    for found, expected in every:
        assert found == expected
        assert dict(found.items()) == dict(found) == expected
        assert (len(found), set(found)) == (len(expected), set(expected))
        assert [found.get(policy) for policy in POLICIES] == [expected.get(policy) for policy in POLICIES]
        assert all(len(part) <= MOST for part in found.parts)
        moved = differing(found, verdicts)
        assert sorted(moved) == [policy for policy in POLICIES if expected.get(policy) is not plain.get(policy)]


def parts(application: RunningApplication) -> Iterator[Mapping[str, Verdict]]:
    """All parts of all devices."""
    for state in application.fleet[DeviceState].values():
        yield from state.verdicts.parts if isinstance(state.verdicts, Verdicts) else (state.verdicts,)


async def test_the_hundredth_policy_makes_as_many_entries_as_the_first() -> None:
    """Counted by the parts that were not there before a save, whatever the machine does beside it."""
    async with running_application() as application:
        for number in range(10):
            device = await application.device(f'crane-{number}')
            await application.check_in(device.id, facts=Facts(battery=Battery(number * 10)))
        made = []
        for number in range(100):
            before = list(parts(application))
            known = set(map(id, before))
            rule = 'device.battery.level >= 50.5'  # half of them break it, each with a verdict of its own
            await application.policies.add(application.actor, NewPolicy(name=f'{number}', rule=rule))
            made.append(sum(len(part) for part in parts(application) if id(part) not in known))
        assert max(made[-MOST:]) <= max(made[:MOST]) <= 10 * MOST
