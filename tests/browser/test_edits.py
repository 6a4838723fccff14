"""What people change of devices and towers is on screen before the answer, is taken back where it is refused, and can be undone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.accessibility import stumbles
from tests.browser.conftest import NewPage
from tests.browser.console import Company, until
from tests.browser.sites import cell
from tests.browser.test_acts import REFUSED, Held
from tests.browser.test_outbox import AWAY, ready

DEVICE = re.compile(r'/ui/try/devices/\w+$')


def _edit(page: Page, labels: str) -> None:
    page.get_by_test_id('edit').click()
    page.get_by_test_id('edit-labels').fill(labels)
    page.get_by_test_id('save').click()


def test_an_edit_and_a_retirement_are_there_before_the_answer_and_are_undone(page: Page, company: Company) -> None:
    device = company.device('crane-1', labels={'site': 'port-1'})
    company.enter(page, device.path)
    held = Held(page, DEVICE)
    identity, unsure = page.get_by_test_id('identity'), page.get_by_test_id('unsure')
    _edit(page, 'site=port-2\nteam=blue')
    expect(identity).to_contain_text('site=port-2')
    expect(unsure).to_have_text('Not yet confirmed')
    assert company.get(f'/devices/{device.id}')['labels'] == {'site': 'port-1'}, 'the server has not been told'
    held.one().continue_()
    expect(unsure).to_have_text('')
    page.unroute_all()
    page.get_by_test_id('toast-act').click()
    expect(identity).to_contain_text('site=port-1')
    until(lambda: company.get(f'/devices/{device.id}')['labels'] == {'site': 'port-1'} or None, 'the labels of before')
    expect(unsure).to_have_text('')

    held = Held(page, DEVICE)
    page.get_by_role('button', name='More actions').click()
    page.get_by_test_id('retire').click()
    assert not (found := stumbles(page)), found
    page.get_by_test_id('confirm').click()
    expect(page.get_by_text('This device was retired just now')).to_be_visible()
    expect(unsure).to_have_text('Not yet confirmed')
    assert company.get(f'/devices/{device.id}')['name'] == 'crane-1', 'the server has not been told'
    held.one().continue_()
    expect(unsure).to_have_text('')
    page.unroute_all()
    page.get_by_test_id('toast-act').last.click()
    expect(page.get_by_test_id('presence')).to_be_visible()
    until(
        lambda: device.api.post('/checkins', content=b'{}').status_code != 401 or None, 'its credential to open again'
    )


def test_two_people_change_one_device_and_both_see_what_is_true(company: Company, new_page: NewPage) -> None:
    first, second = new_page(), new_page(allow=(REFUSED,))
    device = company.device('crane-1', labels={'site': 'port-1'})
    for page in (first, second):
        company.enter(page, device.path)
    second.get_by_test_id('edit').click()
    second.get_by_test_id('edit-labels').fill('site=port-3')
    _edit(first, 'site=port-2')
    expect(second.get_by_test_id('identity')).to_contain_text('site=port-2')
    second.get_by_test_id('save').click()
    expect(second.get_by_test_id('toast')).to_contain_text('it was changed meanwhile by another person')
    for page in (first, second):
        expect(page.get_by_test_id('identity')).to_contain_text('site=port-2')
    assert company.get(f'/devices/{device.id}')['labels'] == {'site': 'port-2'}
    second.get_by_test_id('toast-act').click()
    expect(second.get_by_test_id('edit-labels')).to_have_value('site=port-3')
    expect(second.get_by_text('What it began from has been changed since')).to_be_visible()


def test_a_note_waits_for_the_network_and_labels_of_several_are_changed_at_once(
    company: Company, new_page: NewPage
) -> None:
    page = new_page(allow=(AWAY,), service_workers='allow')
    tower = company.add('towers', name='Quay', cells=[cell(256)])['id']
    ready(page, company, f'/towers/{tower}')
    page.context.set_offline(True)
    page.get_by_test_id('ask-note').click()
    page.get_by_test_id('note').fill('the key is at the gate')
    page.get_by_test_id('send-note').click()
    expect(page.get_by_test_id('notes')).to_contain_text('the key is at the gate')
    expect(page.get_by_test_id('unsure')).to_have_text('Waiting for the network')
    page.context.set_offline(False)
    until(lambda: company.get(f'/towers/{tower}')['notes'] or None, 'the note')
    expect(page.get_by_test_id('unsure')).to_have_text('')
    assert [note['text'] for note in company.get(f'/towers/{tower}')['notes']] == ['the key is at the gate']

    devices = [company.device(f'crane-{number}', labels={'team': 'blue'}) for number in range(3)]
    company.enter(page, '/devices')
    page.get_by_role('checkbox', name='Select all on this page').check()
    page.locator('.choice').get_by_role('button', name='Change labels…').click()
    page.get_by_test_id('labels-set').fill('site=port-1')
    page.get_by_test_id('labels-drop').fill('team')
    page.get_by_test_id('change-labels').click()

    def labels() -> list[dict[str, str]]:
        return [company.get(f'/devices/{device.id}')['labels'] for device in devices]

    until(lambda: labels() == [{'site': 'port-1'}] * 3 or None, 'the labels of all')
    page.get_by_test_id('toast-act').click()
    until(lambda: labels() == [{'team': 'blue'}] * 3 or None, 'the labels of before')
