"""One alert: its page says what its own rule means, not what another rule of the same type does."""

import pytest

from domain.alerts.model import Alert
from domain.alerts.rule import AlertRule
from domain.common.severity import Severity
from domain.devices.alerts import DOWNGRADE, FOREIGN_NETWORK, JUMP, UNKNOWN_CELL
from domain.own_rules.input import NewOwnRule
from tests.domain.parts import there
from tests.domain.status_page.pages import checked, tower
from tests.ui.conftest import Console
from tests.ui.divided import divided


@pytest.mark.parametrize(
    ('rule', 'words'),
    [
        (UNKNOWN_CELL, 'Unknown is not rogue'),
        (FOREIGN_NETWORK, 'in a network that none of your towers lists'),
        (JUMP, 'Check first whether both towers stand where the inventory says'),
        (DOWNGRADE, 'left the LTE or NR of one tower within two minutes'),
    ],
    ids=lambda value: value.key if isinstance(value, AlertRule) else '',
)
async def test_the_page_says_what_the_rule_means(console: Console, rule: AlertRule, words: str) -> None:
    application = console.application
    device = await application.device()
    alert = await application.transactor.transact(
        lambda tx: there(rule.raise_for(tx, device, severity=Severity.MAJOR, score=0.8, witnesses=(device.id,)))
    )
    await console.sign_in()
    await console.user.open(f'/alerts/{alert.id}')
    await console.user.should_see(words)


async def test_devices_of_a_later_outage_do_not_stand_on_an_earlier_alert(console: Console) -> None:
    application = console.application
    mast = await tower(application)
    alerts = []
    for _ in range(2):
        await checked(application, mast, ok=False)
        (alert,) = application.fleet[Alert]
        alerts.append(alert)
        application.clock.tick(60)
        await checked(application, mast, ok=True)
        application.clock.tick(60)
        assert not application.fleet[Alert]
    await console.sign_in()
    await console.user.open(f'/alerts/{alerts[1]}')
    await console.user.should_see('Devices it served when it went down')
    await console.user.open(f'/alerts/{alerts[0]}')
    await console.user.should_see('Facts')
    await console.user.should_not_see('Devices it served when it went down')


async def test_the_alert_of_a_policy_shows_who_breaks_it_where_and_what_is_done(console: Console) -> None:
    application = console.application
    world = await divided(application)
    (alert,) = [one for one in application.fleet[Alert].values() if one.object_id == world.policy]
    await console.sign_in()
    answer = await console.client.get(f'/alerts/{alert.id}')
    card = answer.text.partition('data-testid="breaking"')[2] or answer.text.partition('Who breaks it')[2]
    for shown in (world.inside.device.name, world.inside.tower.name, world.outside.device.name):
        assert shown in card


async def test_that_nobody_was_called_claims_nothing_of_what_is_to_come(console: Console) -> None:
    application = console.application
    device = await application.device()
    alert = await application.transactor.transact(
        lambda tx: there(JUMP.raise_for(tx, device, severity=Severity.MAJOR, score=0.8, witnesses=(device.id,)))
    )
    await console.sign_in()
    page = (await console.client.get(f'/alerts/{alert.id}')).text
    assert 'Nobody was called for it so far' in page
    assert 'No escalation policy calls' not in page


async def test_the_alert_of_an_own_rule_shows_what_was_asked_what_was_read_and_its_rule(console: Console) -> None:
    application = console.application
    rule = await application.own_rules.save(
        application.actor, NewOwnRule(name='Never came', expression='never_seen >= 1', for_s=0)
    )
    await application.device()
    await application.own_rules.review(application.enterprise)
    (alert,) = application.fleet[Alert]
    await console.sign_in()
    page = (await console.client.get(f'/alerts/{alert}')).text
    card = page.partition('The rule that raised it')[2].partition('</section>')[0]
    for shown in (f'/alert-rules?own={rule.id}', 'never_seen &gt;= 1', 'never_seen 1', 'at once'):
        assert shown in card
