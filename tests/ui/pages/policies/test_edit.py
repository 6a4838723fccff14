"""Writing a policy: checked while it is typed, asked before it bites, never over another person's change."""

from typing import Any

from domain.access.permissions import Role
from domain.devices.facts import Facts, Os
from domain.policies.input import NewPolicy
from domain.policies.model import Mode, Policy
from tests.fakes import RunningApplication
from tests.ui.conftest import Console
from tests.ui.until import until

RULE = 'device.os.version != "9"'


async def test_a_viewer_finds_no_way_to_write_a_policy(console: Console) -> None:
    policy = await console.application.policies.add(
        console.application.actor, NewPolicy(name='Not Android 9', rule=RULE)
    )
    await console.sign_in(Role.VIEWER)
    await console.user.open('/policies')
    await console.user.should_not_see(marker='new-policy')
    await console.user.open(f'/policies/{policy.id}')
    for marker in ('edit-policy', 'retire-policy'):
        await console.user.should_not_see(marker=marker)
    for path in ('/policies/new', f'/policies/{policy.id}/edit'):
        await console.refused(path, 'Your role may read policies, not write them')


async def test_a_role_that_was_taken_away_saves_nothing(console: Console) -> None:
    person = await console.sign_in(Role.SECURITY)
    await console.user.open('/policies/new')
    console.user.find(marker='name').type('Not Android 9')
    await _write(console, RULE)
    console.becomes(person, Role.VIEWER)
    console.user.find(marker='save').click()
    await console.user.should_see('Not allowed')
    assert not console.application.fleet[Policy]


async def test_a_broken_rule_is_told_with_its_place_and_what_was_meant(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/policies/new')
    field = await _write(console, 'true &&\n  device.os.patch_age_day <= 60')
    await until(lambda: field._props['verdict']['n'] == 1)
    problem = field._props['verdict']['problem']
    assert (problem['line'], problem['column'], problem['instead']) == (2, 3, 'device.os.patch_age_days')
    assert problem['words'] == 'there is no field device.os.patch_age_day.'


async def test_the_preview_counts_who_would_break_the_rule_now(console: Console) -> None:
    await _fleet(console.application)
    await console.sign_in()
    await console.user.open('/policies/new')
    await _write(console, RULE)
    await console.user.should_see('of 3 devices would break it now')
    await console.user.should_see('Violating 2')


async def test_a_word_that_does_not_occur_is_told_with_the_one_that_was_meant(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/policies/new')
    field = await _write(console, 'device.radio.plmn == "20408"')
    await until(lambda: field._props['verdict']['n'] == 1)
    problem = field._props['verdict']['problem']
    assert (problem['line'], problem['column'], problem['instead']) == (1, 22, '"204-08"')
    assert problem['words'] == 'device.radio.plmn is written as MCC-MNC, such as "204-08", and never "20408".'


async def test_the_preview_warns_when_all_devices_get_one_answer(console: Console) -> None:
    await _fleet(console.application)
    await console.sign_in()
    await console.user.open('/policies/new')
    await _write(console, 'device.os.version != "8"')
    await console.user.should_see('All 3 devices get one answer, compliant')


async def test_a_doubtful_rule_of_an_earlier_version_is_marked_and_can_be_put_right(console: Console) -> None:
    application = console.application
    await _fleet(application)
    policy = Policy(
        id='old',
        enterprise=application.enterprise,
        name='Newer than 12',
        rule='device.os.version >= "12"',
        created_at=0.0,
        changed_at=0.0,
    )
    await application.transactor.transact(lambda tx: tx.put(policy))
    await console.sign_in()
    await console.user.open('/policies/old')
    await console.user.should_see('Doubtful rule, saved by an earlier version.')
    await console.user.open('/policies/old/edit')
    await console.user.should_see('of 3 devices would break it now')
    field = _rule_field(console)
    await until(lambda: field._props['verdict']['problem'])
    assert field._props['verdict']['problem']['column'] == 19
    mode = console.user.find(marker='mode').elements.pop()
    mode.value = ('enforce',)  # type: ignore[attr-defined]
    console.user.find(marker='save').click()
    await console.user.should_see('Not saved.')
    assert application.fleet[Policy]['old'].version == 1
    await _write(console, 'version(device.os.version) >= version("12")')
    console.user.find(marker='save').click()
    await console.user.should_see('2 quarantine commands at once.')
    console.user.find(marker='confirm').click()
    await until(lambda: application.fleet[Policy]['old'].version == 2)


async def test_enforcing_asks_with_the_numbers_and_saves_only_then(console: Console) -> None:
    await _fleet(console.application)
    await console.sign_in()
    await console.user.open('/policies/new')
    console.user.find(marker='name').type('Not Android 9')
    await _write(console, RULE)
    mode = console.user.find(marker='mode').elements.pop()
    mode.value = ('enforce',)  # type: ignore[attr-defined]
    console.user.find(marker='save').click()
    await console.user.should_see('Enforce Not Android 9?')
    await console.user.should_see('2 quarantine commands at once.')
    assert not console.application.fleet[Policy]
    console.user.find(marker='confirm').click()
    await until(lambda: console.application.fleet[Policy])
    (policy,) = console.application.fleet[Policy].values()
    assert (policy.name, policy.mode) == ('Not Android 9', Mode.ENFORCE)


async def test_a_form_that_was_overtaken_says_so_and_keeps_the_newer_version(console: Console) -> None:
    application = console.application
    policy = await application.policies.add(application.actor, NewPolicy(name='Not Android 9', rule=RULE))
    await console.sign_in()
    await console.user.open(f'/policies/{policy.id}/edit')
    await application.policies.change(
        application.actor, policy.id, 1, NewPolicy(name='Not Android 9', rule=RULE, description='new')
    )
    console.user.find(marker='save').click()
    await console.user.should_see('Load the newest version')
    assert application.fleet[Policy][policy.id].description == 'new'


async def test_a_grace_that_cannot_be_read_is_told_at_its_field(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/policies/new')
    console.user.find(marker='name').type('Not Android 9')
    await _write(console, RULE)
    console.user.find(marker='grace').clear().type('soon')
    console.user.find(marker='save').click()
    await console.user.should_see('Not saved yet')
    assert not console.application.fleet[Policy]


async def test_another_enterprises_policy_is_not_there(console: Console) -> None:
    application = console.application
    policy = await application.policies.add(application.actor, NewPolicy(name='Not Android 9', rule=RULE))
    other = await application.enterprises.add('Another company')
    await application.people.add(other.id, 'eve@example.com', 'Eve', Role.ADMIN, 'a password of fifteen or more')
    await console.client.post(
        '/auth/sign-in', data={'email': 'eve@example.com', 'password': 'a password of fifteen or more'}
    )
    for path in (f'/policies/{policy.id}', f'/policies/{policy.id}/edit'):
        await console.missing(path, 'policy')


async def _fleet(application: RunningApplication) -> None:
    for number, version in enumerate(('9', '9', '14')):
        device = await application.device(f'crane-{number}')
        await application.check_in(device.id, facts=Facts(os=Os(version=version)))


async def _write(console: Console, rule: str) -> Any:
    """Type a rule as the browser tells it, 250 ms after the last key."""
    field = _rule_field(console)
    for listener in field._event_listeners.values():
        if listener.type == 'typed':
            field._handle_event({'listener_id': listener.id, 'args': {'text': rule, 'n': 1}})
    return field


def _rule_field(console: Console) -> Any:
    (field,) = [one for one in console.user.find('').elements if type(one).__name__ == 'rule_field']
    return field
