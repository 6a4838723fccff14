"""Availability on the page of a tower: both numbers, and what is said while nothing is known."""

from domain.access.permissions import Role
from domain.checks.model import CheckResult
from tests.domain.towers.test_service import TCP, answer, tower
from tests.ui.conftest import Console


async def test_both_numbers_stand_on_the_page(console: Console) -> None:
    application = console.application
    site = await tower(application, 'Mast', checks=(TCP,))
    for number in range(60):
        await answer(application, site, number < 45)
        result = CheckResult(site.id, site.checks[0].id, application.clock(), number < 45, 4.2, '')
        application.store.kept_results.append(result)
    await console.sign_in(Role.VIEWER)
    await console.user.open(f'/towers/{site.id}')
    for words in (
        'Availability',
        'outside of works',
        'with works counted as down',
        'Last 7 days',
        'Last 30 days',
        'Last 90 days',
    ):
        await console.user.should_see(words)
    known = await application.tower_availability.of_tower(application.actor, site.id)
    share = known.spans[0].shares.available
    assert share is not None
    await console.user.should_see(f'{int(share * 10_000) / 100:g} %')


async def test_a_tower_that_was_never_asked_says_so(console: Console) -> None:
    site = await tower(console.application, 'Mast')
    await console.sign_in(Role.VIEWER)
    await console.user.open(f'/towers/{site.id}')
    await console.user.should_see('Nothing was observed yet')
