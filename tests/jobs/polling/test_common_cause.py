"""One site fails, or what all sites need does."""

import asyncio
from collections.abc import Callable, Iterable

import pytest

from jobs.polling.common_cause import CommonCause, Destination, Witness, is_common
from jobs.polling.probe import Symptom
from tests.fakes import Clock

HERE = Destination('here', '10.0.0.1')
NO_WAY = Symptom.NO_WAY


def site(number: int) -> Destination:
    return Destination(number, f'10.1.0.{number}')


def asked(*answers: bool, seen: list[Destination] | None = None) -> Callable[[Symptom], Iterable[Witness]]:
    """Witnesses that answer so."""

    def witness(number: int, answer: bool) -> Witness:
        async def ask() -> bool:
            if seen is not None:
                seen.append(site(number))
            return answer

        return Witness(site(number), ask)

    return lambda symptom: [witness(number, answer) for number, answer in enumerate(answers)]


@pytest.fixture
def cause() -> CommonCause:
    return CommonCause(steady=Clock().steady)


@pytest.mark.parametrize(
    ('answers', 'ours'),
    [
        ((), False),
        ((False,), False),
        ((False, False), True),
        ((False, False, False, True), True),
        ((False, False, True), False),
        ((True, True, True), False),
    ],
)
def test_it_is_ours_when_three_of_four_others_fail_and_two_at_least(answers: tuple[bool, ...], ours: bool) -> None:
    assert is_common(answers) is ours


@pytest.mark.parametrize('well', [True, False])
async def test_others_are_asked_where_none_was_heard_of(cause: CommonCause, well: bool) -> None:
    assert await cause.is_ours(HERE, NO_WAY, asked(well, well, well)) is not well


async def test_what_was_just_heard_of_three_others_is_enough(cause: CommonCause) -> None:
    for number in range(3):
        cause.hear(site(number), None)
    seen: list[Destination] = []
    assert not await cause.is_ours(HERE, NO_WAY, asked(False, False, False, seen=seen))
    assert seen == []


async def test_an_answer_of_a_while_ago_says_nothing_about_now() -> None:
    clock = Clock()
    cause = CommonCause(steady=clock.steady)
    for number in range(3):
        cause.hear(site(number), None)
    clock.tick(2)
    assert await cause.is_ours(HERE, NO_WAY, asked(False, False, False))


async def test_what_answered_before_the_failure_began_says_nothing_of_it() -> None:
    clock = Clock()
    cause = CommonCause(steady=clock.steady)
    for number in range(3):
        cause.hear(site(number), None)
    clock.tick(0.5)
    assert await cause.is_ours(HERE, NO_WAY, asked(False, False, False), since=clock.steady() - 0.1)
    assert not await cause.is_ours(HERE, NO_WAY, asked(False, False, False), since=clock.steady() - 0.7)


async def test_those_that_are_reached_in_another_way_are_asked_where_there_are_too_few_of_the_same(
    cause: CommonCause,
) -> None:
    here = Destination('here', 'fd00::1', 'IPv6')
    assert await cause.is_ours(here, NO_WAY, asked(False, False, False))
    assert not await cause.is_ours(here, NO_WAY, asked(True, True, True))


async def test_sites_behind_the_same_backhaul_or_host_fail_together_for_a_reason_of_theirs(cause: CommonCause) -> None:
    for number in range(4):
        cause.hear(Destination('here', f'10.2.0.{number}'), NO_WAY)
        cause.hear(Destination(number, HERE.host), NO_WAY)
    assert not await cause.is_ours(HERE, NO_WAY, asked())


async def test_an_answer_does_not_show_that_names_can_be_looked_up(cause: CommonCause) -> None:
    for number in range(3):
        cause.hear(site(number), None)
    assert await cause.is_ours(HERE, Symptom.NO_NAME, asked(False, False))


async def test_failures_of_one_moment_wait_for_the_same_answers(cause: CommonCause) -> None:
    seen: list[Destination] = []
    witnesses = asked(False, False, seen=seen)
    assert (
        await asyncio.gather(*(cause.is_ours(Destination(n, str(n)), NO_WAY, witnesses) for n in 'abc')) == [True] * 3
    )
    assert len(seen) == 2


async def test_no_more_than_eight_are_asked(cause: CommonCause) -> None:
    seen: list[Destination] = []
    assert not await cause.is_ours(HERE, NO_WAY, asked(*[True] * 30, seen=seen))
    assert len(seen) == 8
