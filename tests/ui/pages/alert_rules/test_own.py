"""Rules of one's own on the page of alert rules: written, previewed, refused at the field."""

from nicegui import ui
from nicegui.testing import User

from domain.devices.facts import Battery, Facts
from domain.own_rules.model import Over, OwnRule
from tests.ui.conftest import Console
from tests.ui.until import until


async def test_a_rule_is_previewed_and_saved(console: Console) -> None:
    await console.application.device('crane')
    await console.sign_in()
    user = console.user
    await user.open('/alert-rules')
    user.find(marker='new-own-rule').click()
    user.find(marker='name').type('Nobody came')
    user.find(marker='expression').type('never_seen < 0')
    user.find(marker='preview').click()
    await user.should_see('Never_seen < 0 is never true.')
    user.find(marker='expression').clear().type('never_seen > 0')
    user.find(marker='preview').click()
    await user.should_see('Now: never_seen 1. It is true.')
    user.find(marker='save').click()
    await until(lambda: console.application.fleet[OwnRule])
    (rule,) = console.application.fleet[OwnRule].values()
    assert (rule.name, rule.expression, rule.for_s) == ('Nobody came', 'never_seen > 0', 300)


async def _typed_over_facts(console: Console) -> User:
    """A new rule about low batteries is typed, and there is one."""
    crane = await console.application.device('crane')
    await console.application.check_in(crane.id, facts=Facts(battery=Battery(4)))
    await console.sign_in()
    user = console.user
    await user.open('/alert-rules')
    user.find(marker='new-own-rule').click()
    user.find(marker='name').type('Low')
    over = user.find(marker='over').elements.pop()
    assert isinstance(over, ui.select)
    over.set_value('facts')
    user.find(marker='expression').type('device.battery.level < 10')
    return user


async def test_a_rule_over_facts_is_previewed_and_saved(console: Console) -> None:
    user = await _typed_over_facts(console)
    user.find(marker='at-least').clear().type('2')
    user.find(marker='preview').click()
    await user.should_see(
        'Now: true of 1 of 1 devices: crane (battery.level 4). There would be no alert if it stays so.'
    )
    user.find(marker='save').click()
    await until(lambda: console.application.fleet[OwnRule])
    (rule,) = console.application.fleet[OwnRule].values()
    assert (rule.over, rule.at_least, rule.each) == (Over.FACTS, 2, False)


async def test_a_preview_that_is_refused_leaves_nothing_of_the_one_before(console: Console) -> None:
    user = await _typed_over_facts(console)
    user.find(marker='preview').click()
    await user.should_see('Now: true of 1 of 1 devices')
    user.find(marker='expression').clear().type('device.batery.level < 10')
    user.find(marker='preview').click()
    expression = user.find(marker='expression').elements.pop()
    assert isinstance(expression, ui.input)
    await until(lambda: expression.error)
    said = 'Line 1, column 1: there is no field device.batery.level; did you mean device.battery.level?'
    assert expression.error == said
    await user.should_not_see('Now: true of 1 of 1 devices')
