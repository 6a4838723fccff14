"""The page of the API: found by words, tried by hand, and asked before something happens."""

from playwright.sync_api import Page, expect

from tests.browser.console import Company


def test_an_operation_is_found_tried_and_asked_about(page: Page, company: Company) -> None:
    device = company.device('crane-1')
    company.enter(page, '/api')
    operations = page.get_by_test_id('operations')
    page.get_by_test_id('seek').fill('patch devices labels')
    expect(operations.locator('#list_devices')).to_be_hidden()
    change = operations.locator('#change_device')
    change.locator('summary').click()
    change.get_by_label('device_id').fill(device.id)
    change.get_by_label('Body').fill('{"name": "crane-2"}')
    change.get_by_role('button', name='Send PATCH').click()
    sure = page.get_by_test_id('sure')
    expect(sure).to_contain_text(f'PATCH /api/v1/devices/{device.id}')
    sure.get_by_role('button', name='Cancel').click()
    assert company.get(f'/devices/{device.id}')['name'] == 'crane-1'
    change.get_by_role('button', name='Send PATCH').click()
    page.get_by_test_id('confirm').click()
    expect(change.get_by_test_id('answer')).to_contain_text('200')
    expect(change.get_by_test_id('answer')).to_contain_text('"name": "crane-2"')
    assert company.get(f'/devices/{device.id}')['name'] == 'crane-2'
    page.get_by_test_id('seek').fill('no such words')
    expect(page.get_by_role('status').filter(has_text='No operation has these words')).to_be_visible()
