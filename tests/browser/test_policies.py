"""A policy from the first wrong word to what it changes on another person's screen."""

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company


def test_a_policy_saved_in_one_browser_changes_compliance_in_another(new_page: NewPage, company: Company) -> None:
    for name, level in (('crane-1', 80), ('crane-2', 10), ('crane-3', 15)):
        company.device(name).check_in(facts={'battery': {'level': level}})
    watching, writing = new_page(), new_page()
    company.enter(watching, '/devices')
    row = watching.get_by_role('row', name='crane-2').locator('[data-field=compliance]')
    expect(row).to_have_text('Not evaluated')
    watching.evaluate('window.sameDocument = true')

    company.enter(writing, '/policies/new')
    rule, verdict = writing.get_by_test_id('rule'), writing.get_by_test_id('rule-verdict')
    writing.get_by_label('Name').fill('Battery above 20 %')
    rule.fill('device.battery.level >=\n  20 +')
    expect(verdict).to_have_text('Line 2, column 7: the rule ends too early, something is missing here')
    expect(writing.get_by_test_id('preview')).to_contain_text('As soon as the rule reads')
    rule.fill('device.batery.level >= 20')
    expect(verdict).to_contain_text('Line 1, column 1: there is no field device.batery.level')
    writing.get_by_test_id('rule-instead').click()
    expect(rule).to_have_value('device.battery.level >= 20')
    expect(verdict).to_contain_text('This is a rule')
    expect(writing.get_by_test_id('preview')).to_contain_text('2of 3 devices would break it now')

    writing.get_by_role('radio', name='Enforce').click()
    expect(writing.get_by_test_id('preview')).to_contain_text('2 quarantine commands at once')
    writing.get_by_role('button', name='Save policy').click()
    question = writing.get_by_role('dialog', name='Enforce Battery above 20 %?')
    expect(question).to_contain_text('2 of 3 devices break it now')
    expect(row).to_have_text('Not evaluated')  # nothing happens before it is answered
    question.get_by_role('button', name='Save and enforce').click()

    expect(row).to_have_text('Violating', timeout=5000)
    expect(watching.get_by_role('row', name='crane-1').locator('[data-field=compliance]')).to_have_text('Compliant')
    assert watching.evaluate('window.sameDocument') is True
    expect(writing.get_by_test_id('violations').get_by_role('row', name='crane-3')).to_contain_text('= 15')
    commands = company.get('/commands')['items']
    assert sorted(command['device']['name'] for command in commands) == ['crane-2', 'crane-3']
