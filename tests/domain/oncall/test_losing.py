"""What changes hands between two states of a rotation, against a slow model that asks every hour."""

from dataclasses import replace
from random import Random

import pytest

from domain.oncall.losing import Moved, losers, moved
from domain.oncall.model import Layer, Override, Rotation
from domain.oncall.reaching import known_of
from domain.oncall.rota import on_call
from tests.domain.oncall.desk import person, rotation
from tests.fakes import running_application

HOUR_S = 3600.0
HOURS = 100


def handed(found: list[Moved], moment: float) -> tuple[str, str] | None:
    return next(((one.then, one.now) for one in found if one.starts_at <= moment < one.ends_at), None)


@pytest.mark.parametrize('seed', range(40))
async def test_each_hour_that_changes_hands_is_found_and_no_other(seed: int) -> None:
    rng, names = Random(seed), ('ann', 'bob', 'cem')
    async with running_application() as application:
        people = [await person(application, name) for name in names]
        row = await rotation(application, *rng.sample(names, rng.randint(1, 3)))
        now = application.clock()

        def overridden(rota: Rotation) -> Rotation:
            begin = now + rng.randint(-20, HOURS) * HOUR_S
            made = Override(
                id=str(rng.random()),
                person=rng.choice(people).id,
                starts_at=begin,
                ends_at=begin + rng.randint(1, 40) * HOUR_S,
                instead_of=rng.choice(['', rng.choice(people).id]),
            )
            return replace(rota, overrides=(*rota.overrides, made))

        before = row
        for _ in range(rng.randint(0, 3)):
            before = overridden(before)
        after = before
        for _ in range(rng.randint(1, 3)):
            after = overridden(after)
        if rng.random() < 0.3:
            after = replace(after, layers=tuple[Layer, ...]())
        begin, end = now - 10 * HOUR_S, now + HOURS * HOUR_S
        found = await application.transactor.transact(lambda tx: moved(tx, before, after, begin, end))
        known = known_of(application.fleet, before)
        for hour in range(-10, HOURS):
            moment = now + hour * HOUR_S
            then, then_now = on_call(before, moment, known), on_call(after, moment, known)
            expected = (then, then_now) if then != then_now and moment >= now else None
            assert handed(found, moment) == expected, hour
        lost = await application.transactor.transact(lambda tx: losers(tx, before, after, begin, end))
        assert set(lost) == {one.then.removeprefix('P-') for one in found if one.then}
