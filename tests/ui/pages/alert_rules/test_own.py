"""Rules of one's own on the page of alert rules: written, previewed, refused at the field."""

from domain.own_rules.model import OwnRule
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
