"""What rules of one's own cost while facts move: check-ins and the looks of the clock, with a rule over a fact and without."""

import time
from pathlib import Path
from random import Random

from domain.devices.facts import Battery, Facts
from domain.own_rules.input import NewOwnRule
from domain.own_rules.model import Over
from tests.bench.report import Figure
from tests.fakes import running_application

DEVICES, MOVES, SECONDS, EVERY_S = 2000, 100, 60, 5
"""Devices, facts that move in a second, and how often the clock looks."""
TURNS = 3
RULE = NewOwnRule(name='Batteries run out', expression='device.battery.level < 10', over=Over.FACTS, for_s=30)


async def bench(folder: Path) -> list[Figure]:
    """In this process, on a store in memory, in turns: what is counted is the processor time of decisions and of looks, without HTTP, so
    that nothing hides what the rule costs. Levels are drawn anew: of every five that move one or two begin or cease to be low."""
    without, with_rule = 0.0, 0.0
    for turn in range(TURNS):
        without += await _cpu(turn, has_rule=False)
        with_rule += await _cpu(turn, has_rule=True)
    return [
        Figure(
            work=f'{DEVICES:,} devices, {MOVES} facts move in a second for {SECONDS} s, one rule over that fact: processor time',
            measured=f'{with_rule / TURNS:.2f} s',
            against=f'{without / TURNS:.2f} s: the same without a rule',
            ratio=with_rule / without,
            at_most=1.3,
        )
    ]


async def _cpu(seed: int, *, has_rule: bool) -> float:
    random = Random(seed)
    async with running_application(twice=False) as application:
        devices = [await application.device(f'crane-{number}') for number in range(DEVICES)]
        for device in devices:
            await application.check_in(device.id, facts=Facts(battery=Battery(50)))
        if has_rule:
            await application.own_rules.save(application.actor, RULE)
        await application.own_rules.review(application.enterprise)  # a new rule is asked of all once
        began = time.process_time()
        for second in range(SECONDS):
            application.clock.tick(1)
            for _ in range(MOVES):
                device = random.choice(devices)
                await application.check_in(device.id, facts=Facts(battery=Battery(random.randrange(100))))
            if second % EVERY_S == EVERY_S - 1:
                await application.own_rules.review(application.enterprise)
        return time.process_time() - began
