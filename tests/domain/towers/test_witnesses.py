"""With one other site to compare with it cannot be told whether a firewall of ours refuses or the site does."""

import pytest

from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check
from domain.towers.input import NewTower
from domain.towers.witnesses import lacks_witnesses
from tests.fakes import running_application


@pytest.mark.parametrize(
    ('others', 'lacks'),
    [
        ([], True),
        (['10.0.0.2'], True),
        (['10.0.0.2', '10.0.0.3'], False),
        (['10.0.0.2', 'mast.example'], False),
        (['10.0.0.2', 'fd00::3', 'fd00::4'], True),
        (['10.0.0.2', ''], True),
        (['10.0.0.2', 'below'], True),
    ],
)
async def test_two_other_sites_that_are_reached_alike_are_enough(others: list[str], lacks: bool) -> None:
    async with running_application() as application:

        async def tower(host: str, parent: str | None = None) -> str:
            checks = [Check(id='', target=TcpTarget(host, 80))] if host else []
            new = NewTower(name=host or 'unwatched', checks=checks, parent_id=parent)
            return (await application.towers.add(application.actor, new)).id

        first = await application.towers.add(
            application.actor, NewTower(name='first', checks=[Check(id='', target=TcpTarget('10.0.0.1', 80))])
        )
        for host in others:
            await tower('10.0.0.9', parent=first.id) if host == 'below' else await tower(host)
        assert lacks_witnesses(application.fleet, first) is lacks
