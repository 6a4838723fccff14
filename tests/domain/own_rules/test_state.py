"""How long a rule has held, against a slow model that looks at the whole history each time, on random histories and restarts."""

from dataclasses import replace
from functools import partial
from operator import sub
from random import Random

import pytest

from domain.own_rules.model import OwnRule
from domain.own_rules.state import stands

RULE = OwnRule(id='R', enterprise='E', name='x', expression='offline > 1', created_at=0, changed_at=0)


def modelled(looks: list[tuple[float, bool | None]], for_s: float) -> bool:
    """Whether its alert is open after these looks (when, what was found): from the newest look back to the last that found it not to
    hold, the first that found it to hold is long enough before a look that found it to."""
    is_open, begin = False, None
    for at, found in looks:
        if found is False:
            is_open, begin = False, None
        elif found is True:
            run = []
            for earlier, said in reversed([one for one in looks if one[0] <= at]):
                if said is False:
                    break
                run += [earlier] if said else []
            begin = min(run)
            is_open = is_open or at - begin >= for_s
    return is_open


@pytest.mark.parametrize('seed', range(200))
def test_it_agrees_with_the_model(seed: int) -> None:
    random = Random(seed)
    rule = replace(RULE, for_s=random.choice((0.0, 10.0, 60.0, 300.0)))
    now, is_open, looks = 0.0, False, list[tuple[float, bool | None]]()
    for _ in range(60):
        now += random.choice((1.0, 5.0, 10.0, 45.0))
        found = random.choice((True, True, True, False, None))
        looks.append((now, found))
        stood = stands(rule, found, now, partial(sub, now))
        rule = replace(rule, holds_since=stood.since)  # all that a restart reads
        is_open = is_open if stood.raised is None else stood.raised
        assert is_open == modelled(looks, rule.for_s), looks


def test_time_that_was_not_watched_does_not_count() -> None:
    rule = replace(RULE, for_s=60, holds_since=0.0)
    assert stands(rule, True, 1000.0, lambda _: 30.0).raised is None
    assert stands(rule, True, 1000.0, lambda _: 60.0).raised is True
