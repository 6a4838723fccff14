"""The page of alert rules: looked at, previewed, saved, refused at the field, and as delivered again."""

from nicegui import ui

from domain.access.permissions import Role
from domain.alert_rules.input import NewAlertRule
from domain.alert_rules.preview import RulePreview
from domain.alerts.catalogue import SILENT_TOGETHER
from domain.alerts.model import AlertTuning
from tests.ui.conftest import Console
from tests.ui.until import until
from ui.pages.alert_rules.edit import preview_lines


def act(console: Console, rule: str) -> None:
    """What the table tells when a person presses the button on a row."""
    (table,) = console.user.find(marker='alert-rules').elements
    listener = next(one for one in table._event_listeners.values() if one.type == 'act')
    table._handle_event({'listener_id': listener.id, 'args': {'action': 'set', 'id': rule}})


def tuning(console: Console) -> AlertTuning:
    return SILENT_TOGETHER.within(console.application.fleet)


async def test_a_rule_is_previewed_saved_and_refused_at_the_field(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/alert-rules')
    act(console, 'silent-together')
    await console.user.should_see(marker='limit-devices')
    (limit,) = console.user.find(kind=ui.input, marker='limit-devices').elements
    limit.value = '1'
    console.user.find(marker='save').click()
    await until(lambda: 'Must be 2 to' in str(limit.error))
    limit.value = '4'
    console.user.find(marker='preview').click()
    await console.user.should_see('The rule raised nothing in the last 7 days')
    await console.user.should_see('raised no alert and is not kept')
    console.user.find(marker='save').click()
    await until(lambda: tuning(console).limits == {'devices': 4.0})


async def test_a_rule_is_as_delivered_again_by_one_button(console: Console) -> None:
    application = console.application
    new = NewAlertRule(enabled=False, reason='x', limits={'devices': 9})
    await application.alert_rules.change(application.actor, 'silent-together', 0, new)
    await console.sign_in()
    await console.user.open('/alert-rules')
    act(console, 'silent-together')
    await console.user.should_see(marker='as-delivered')
    console.user.find(marker='as-delivered').click()
    await until(lambda: tuning(console).version == 2)
    assert (tuning(console).enabled, tuning(console).limits) == (True, {})


async def test_an_operator_looks_and_cannot_save(console: Console) -> None:
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/alert-rules')
    act(console, 'silent-together')
    await console.user.should_see(marker='limit-devices')
    await console.user.should_not_see(marker='save')


def test_a_preview_is_said_in_words() -> None:
    found = RulePreview(since=0.0, raised=14, told=12, raised_then=3, told_then=2, closes=1, unanswered=('Labels …',))
    assert preview_lines(found) == [
        'With these values: 3 alerts instead of 14 in the last 7 days, 2 told to people instead of 12.',
        'Saving closes 1 open alert.',
        'Not known: labels ….',
    ]
