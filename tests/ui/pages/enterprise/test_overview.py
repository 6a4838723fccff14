"""The page Enterprise: an administrator sets what browsers keep, an operator is told that it is not theirs."""

from domain.access.permissions import Role
from tests.ui.conftest import Console
from tests.ui.until import until


async def test_an_administrator_sets_that_browsers_keep_nothing(console: Console) -> None:
    await console.sign_in(Role.ADMIN)
    await console.user.open('/enterprise')
    await console.user.should_see('For 24 hours a browser keeps the last picture')
    console.user.find(marker='set-browsers').click()
    await console.user.should_see('Without a network its pages do not open.')
    console.user.find(marker='confirm').click()
    await until(lambda: not console.application.fleet.enterprise.browsers_keep)
    await console.user.should_see('Browsers keep nothing of what pages show')
    await console.user.should_see('Let browsers keep pages…')


async def test_an_operator_is_told_that_it_is_not_theirs(console: Console) -> None:
    await console.sign_in(Role.OPERATOR)
    answer = await console.client.get('/enterprise')
    assert (answer.status_code, 'Your role does not include this page' in answer.text) == (403, True)
