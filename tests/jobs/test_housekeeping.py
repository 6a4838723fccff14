"""Work for each enterprise."""

from collections.abc import AsyncIterator

import pytest

from jobs.housekeeping import each_enterprise
from tests.fakes import RunningApplication, running_application


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def test_one_enterprise_that_fails_does_not_keep_the_work_from_the_others(
    application: RunningApplication,
) -> None:
    names = [application.enterprise, *[(await application.enterprises.add(f'Port {number}')).id for number in range(6)]]
    done: list[str] = []

    async def work(enterprise: str) -> None:
        if enterprise == names[2]:
            raise RuntimeError('this one')
        done.append(enterprise)

    with pytest.raises(ExceptionGroup) as failure:
        await each_enterprise(application.transactor, work)
    assert sorted(done) == sorted({*names} - {names[2]})
    assert str(failure.value.exceptions[0]) == 'this one'
