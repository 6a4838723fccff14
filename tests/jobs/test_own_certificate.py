"""The certificate of the console's own address is asked for over the network, and told when it ends soon."""

from pathlib import Path
from time import time

import pytest

from domain.alerts.model import Alert
from jobs.own_certificate import OwnCertificate
from tests.fakes import Clock, running_application
from tests.jobs.loopback import LOCAL, Authority, http, listening


@pytest.mark.parametrize(('days', 'told'), [(5, ['ends soon']), (90, []), (-1, ['has ended'])])
async def test_it_is_told_before_it_ends(tmp_path: Path, days: int, told: list[str]) -> None:
    async with running_application(clock=Clock(time())) as application:
        tls = Authority(tmp_path).server(LOCAL, days=days)
        async with listening(http(), tls=tls) as port:
            application.telling.base = f'https://{LOCAL}:{port}'
            await OwnCertificate(application).look()
        problems = [alert.problem for alert in application.fleet[Alert].values()]
        assert [problem.partition(application.fleet.enterprise.name)[2].strip() for problem in problems] == told


async def test_nothing_is_said_of_an_address_that_is_not_reached_or_has_no_tls() -> None:
    async with running_application() as application:
        for base in ('', 'http://console.example', f'https://{LOCAL}:1'):
            application.telling.base = base
            await OwnCertificate(application).look()
        assert not application.fleet[Alert]
