"""Shifts change hands with the consent of the other person, and what would leave nobody or call one person twice is refused."""

import re
from dataclasses import replace

import pytest

from domain.access.actors import Actor, ActorKind, granted
from domain.access.permissions import Role
from domain.accounts.model import Person
from domain.channels.model import Delivery
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.oncall.input import NewRotation
from domain.oncall.model import DayOff, Rotation
from domain.oncall.rota import Shift, local_day
from domain.oncall.swaps.model import SwapOffer, SwapState
from tests.domain.oncall.desk import mail, person, rotation
from tests.fakes import RunningApplication, running_application

DAY = 86_400.0


def as_person(application: RunningApplication, row: Person, role: Role = Role.OPERATOR) -> Actor:
    return Actor(
        kind=ActorKind.PERSON,
        id=row.id,
        name=row.name,
        enterprise=application.enterprise,
        permissions=granted(role),
    )


async def desk(application: RunningApplication) -> tuple[Actor, Actor, Rotation, Shift, Shift]:
    """Ann and Bob take turns by day; the next whole shift of each, Ann's first."""
    ann, bob = await person(application, 'ann'), await person(application, 'bob')
    rota = await rotation(application, 'ann', 'bob')
    now = application.clock()
    found = application.duty.shifts_of(rota, now + DAY, now + 5 * DAY)[1:]
    his = next(one for one in found if one.person == bob.id)
    hers = next(one for one in found if one.person == ann.id)
    return as_person(application, ann), as_person(application, bob), rota, hers, his


def who(application: RunningApplication, rota: Rotation, shift: Shift) -> str:
    rota = application.fleet[Rotation][rota.id]
    (only,) = application.duty.shifts_of(rota, shift.starts_at, shift.ends_at)
    return only.person.removeprefix('P-')


def span(shift: Shift) -> tuple[float, float]:
    return shift.starts_at, shift.ends_at


async def test_a_swap_takes_place_when_the_other_person_says_yes() -> None:
    async with running_application() as application:
        ann, bob, rota, hers, his = await desk(application)
        offer = await application.swaps.ask(ann, rota.id, bob.id, span(hers), span(his), 'A wedding')
        assert (who(application, rota, hers), who(application, rota, his)) == ('ann', 'bob')
        assert application.swaps.list(bob) == [offer]
        await application.swaps.accept(bob, offer.id)
        assert (who(application, rota, hers), who(application, rota, his)) == ('bob', 'ann')
        assert application.swaps.list(bob) == []
        with pytest.raises(NotFound, match='no such swap that waits'):
            await application.swaps.accept(bob, offer.id)


async def test_a_shift_is_given_without_one_in_return() -> None:
    async with running_application() as application:
        ann, bob, rota, hers, his = await desk(application)
        offer = await application.swaps.ask(ann, rota.id, bob.id, span(hers))
        await application.swaps.accept(bob, offer.id)
        assert (who(application, rota, hers), who(application, rota, his)) == ('bob', 'bob')


async def test_a_no_and_a_withdrawal_change_nothing() -> None:
    async with running_application() as application:
        ann, bob, rota, hers, _ = await desk(application)
        first = await application.swaps.ask(ann, rota.id, bob.id, span(hers))
        declined = await application.swaps.decline(bob, first.id, 'I am away')
        assert (declined.state, declined.answer) == (SwapState.DECLINED, 'I am away')
        second = await application.swaps.ask(ann, rota.id, bob.id, span(hers))
        await application.swaps.withdraw(ann, second.id)
        assert who(application, rota, hers) == 'ann'


async def test_nobody_answers_for_another_but_who_sets_up_rotations() -> None:
    async with running_application() as application:
        ann, bob, rota, hers, _ = await desk(application)
        cem = await person(application, 'cem')
        offer = await application.swaps.ask(ann, rota.id, bob.id, span(hers))
        for other in (ann, as_person(application, cem)):
            with pytest.raises(NotAllowed, match='for the person who is asked'):
                await application.swaps.accept(other, offer.id)
        with pytest.raises(NotAllowed, match='for the person who asked'):
            await application.swaps.withdraw(bob, offer.id)
        await application.swaps.accept(as_person(application, cem, Role.ADMIN), offer.id)
        assert who(application, rota, hers) == 'bob'


async def test_a_shift_of_another_is_not_given_away() -> None:
    async with running_application() as application:
        ann, bob, rota, _, his = await desk(application)
        with pytest.raises(Conflict, match=r'ann is not on call from \w+ \d+'):
            await application.swaps.ask(ann, rota.id, bob.id, span(his))
        with pytest.raises(Invalid, match='ask another person'):
            await application.swaps.ask(ann, rota.id, ann.id, span(his))
        with pytest.raises(Conflict, match='ask them for a swap'):
            await application.duty.swap(ann, rota.id, ('P-bob', *span(his)), ('P-ann', *span(his)))
        with pytest.raises(Conflict, match='ask them for a swap'):
            await application.duty.take(ann, rota.id, 'P-bob', *span(his))


async def test_a_double_duty_is_refused_with_the_other_rotation() -> None:
    async with running_application() as application:
        ann, bob, rota, hers, _ = await desk(application)
        await second_desk(application)
        with pytest.raises(Conflict, match=r'bob is on call in Radio from .* that would be a double duty'):
            await application.swaps.ask(ann, rota.id, bob.id, span(hers))


async def second_desk(application: RunningApplication) -> Rotation:
    """Bob alone has it."""
    (first,) = application.fleet[Rotation].values()
    layer = replace(first.layers[0], people=('P-bob',))
    new = NewRotation(name='Radio', zone='UTC', layers=(layer,))
    return await application.on_call.save_rotation(application.actor, new)


async def test_what_has_come_between_is_refused_at_the_answer() -> None:
    async with running_application() as application:
        ann, bob, rota, hers, _ = await desk(application)
        offer = await application.swaps.ask(ann, rota.id, bob.id, span(hers))
        day = DayOff(day=f'{day_of(hers)}', person='P-bob')
        new = NewRotation(name=rota.name, zone='UTC', layers=rota.layers, days_off=(day,))
        await application.on_call.save_rotation(application.actor, new, rota.id, rota.version)
        with pytest.raises(Conflict, match=f'bob is off on {day.day}'):
            await application.swaps.accept(bob, offer.id)


def day_of(shift: Shift) -> str:
    return local_day(shift.starts_at, 'UTC').isoformat()


async def test_a_swap_that_is_not_answered_ends_with_its_shift() -> None:
    async with running_application() as application:
        ann, bob, rota, hers, _ = await desk(application)
        offer = await application.swaps.ask(ann, rota.id, bob.id, span(hers))
        application.clock.tick(hers.starts_at + 60 - application.clock())
        await application.swaps.expire(application.enterprise)
        assert application.swaps.list(ann) == [offer], 'the rest of a shift can still be taken'
        application.clock.tick(hers.ends_at - application.clock())
        await application.swaps.expire(application.enterprise)
        assert application.swaps.list(ann) == []
        assert application.store.rows[SwapOffer][offer.id].state is SwapState.LATE


async def test_the_other_person_is_told_what_is_asked_and_what_became_of_it() -> None:
    async with running_application() as application:
        await mail(application)
        ann, bob, rota, hers, his = await desk(application)

        def told() -> list[tuple[str, str, str]]:
            rows = sorted(application.fleet[Delivery].values(), key=lambda one: one.id)
            return [
                (one.recipient.removeprefix('P-'), one.announcement.problem.split(' from ')[0], one.announcement.detail)
                for one in rows
            ]

        first = await application.swaps.ask(ann, rota.id, bob.id, span(hers))
        await application.swaps.decline(bob, first.id, 'I am away')
        second = await application.swaps.ask(ann, rota.id, bob.id, span(hers), span(his), 'A wedding')
        await application.swaps.accept(bob, second.id)
        asked, no, again, yes = told()
        assert asked == ('bob', 'ann asks you to take a shift', '')
        assert no == ('ann', 'bob said no: your shift', 'I am away')
        assert again[0] == 'bob'
        assert re.fullmatch('would take yours from .+ to .+; A wedding', again[2])
        assert yes[:2] == ('ann', 'bob said yes: bob has your shift')
        assert yes[2].startswith('you have theirs from ')


async def test_the_person_who_asked_is_told_that_nobody_answered() -> None:
    async with running_application() as application:
        await mail(application)
        ann, bob, rota, hers, _ = await desk(application)
        await application.swaps.ask(ann, rota.id, bob.id, span(hers))
        application.clock.tick(hers.ends_at - application.clock())
        await application.swaps.expire(application.enterprise)
        said = [one.announcement.problem for one in application.fleet[Delivery].values() if one.recipient == 'P-ann']
        assert len(said) == 1
        assert said[0].startswith('Nobody answered: your shift from ')
