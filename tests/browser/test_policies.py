"""A policy from the first wrong word to what it changes on another person's screen."""

import sqlite3
from contextlib import closing

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company, Console


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

    expect(row).to_have_text('Violating')
    expect(watching.get_by_role('row', name='crane-1').locator('[data-field=compliance]')).to_have_text('Compliant')
    assert watching.evaluate('window.sameDocument') is True
    expect(writing.get_by_test_id('violations').get_by_role('row', name='crane-3')).to_contain_text(
        'battery 15 %, at least 20'
    )
    commands = company.get('/commands')['items']
    assert sorted(command['device']['name'] for command in commands) == ['crane-2', 'crane-3']


def test_a_word_that_does_not_occur_is_marked_and_put_right_by_a_click(new_page: NewPage, company: Company) -> None:
    for name in ('crane-1', 'crane-2'):
        company.device(name).check_in(radio={'rat': 'LTE'})
    page = company.enter(new_page(), '/policies/new')
    rule, verdict, preview = (
        page.get_by_test_id('rule'),
        page.get_by_test_id('rule-verdict'),
        page.get_by_test_id('preview'),
    )
    rule.fill('tower.known ||\n  device.radio.rat != "2G"')
    expect(verdict).to_contain_text(
        'Line 2, column 23: device.radio.rat is "GSM", "UMTS", "LTE", "LTE-M", "NB-IoT" or "NR"'
    )
    expect(page.locator('.cw-rule pre .wrong')).to_have_text('"2G"')
    page.get_by_test_id('rule-instead').click()
    expect(rule).to_have_value('tower.known ||\n  device.radio.rat != "GSM"')
    expect(verdict).to_contain_text('This is a rule')
    expect(preview).to_contain_text('All 2 devices get one answer, compliant')
    rule.fill('device.os.version >= "12"')
    expect(verdict).to_contain_text('write version(device.os.version) >= version("12")')


def test_a_rule_that_an_earlier_version_saved_is_shown_as_doubtful(mortal: Console, new_page: NewPage) -> None:
    company = mortal.company('Port of Delft')
    company.device('crane-1').check_in(facts={'os': {'version': '9.13'}})
    policy = company.add('policies', name='Newer than 12', rule='device.os.version != "12"')
    mortal.kill()
    with closing(sqlite3.connect(mortal.folder / 'cellwarden.sqlite3')) as connection, connection:
        connection.execute('UPDATE policy SET rule = \'device.os.version >= "12"\' WHERE id = ?', (policy['id'],))
    mortal.start()
    page = company.enter(new_page(viewport={'width': 1440, 'height': 900}), '/policies')
    row = page.get_by_role('row', name='Newer than 12')
    expect(row.locator('[data-field=doubt]')).to_contain_text('>= compares versions letter by letter here')
    row.get_by_role('link', name='Newer than 12').click()
    expect(page.get_by_test_id('doubtful')).to_contain_text('It goes on as it was')
    page.get_by_test_id('doubtful').get_by_role('link', name='Edit the rule').click()
    expect(page.get_by_test_id('rule-verdict')).to_contain_text('Line 1, column 19')
    expect(page.get_by_test_id('preview')).to_contain_text('of 1 device would break it now')
    page.get_by_test_id('rule').fill('version(device.os.version) >= version("12")')
    expect(page.get_by_test_id('rule-verdict')).to_contain_text('This is a rule')
    page.get_by_role('button', name='Save policy').click()
    expect(page.get_by_test_id('compliance')).to_contain_text('1')
    expect(page.get_by_test_id('doubtful')).to_be_hidden()
