"""A server that is killed and comes back, as an open page goes through it."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.console import Console
from tests.browser.sites import on_cell

AWAY = (
    'ERR_CONNECTION_REFUSED',
    'WebSocket connection',
    'ERR_CONNECTION_RESET',
    'ERR_EMPTY_RESPONSE',
    'Failed to fetch',
)
"""What a browser reports of a server that is not there."""


def test_a_page_outlives_kill_9_and_shows_everything_that_was_acknowledged(mortal: Console, new_page: NewPage) -> None:
    company = mortal.company('Port of Delft')
    devices = [company.device(f'crane-{number}') for number in range(6)]
    page = company.enter(new_page(allow=AWAY), '/devices')
    row = page.get_by_role('row', name='crane-5')
    expect(row).to_contain_text('Never seen')
    expected = {}
    for turn in range(5):
        for device in devices:
            rsrp = -60 - 5 * turn - devices.index(device)
            device.check_in(radio=on_cell(rsrp=rsrp))
            expected[device.name] = rsrp
    mortal.kill()  # right after the last acknowledgement, before the picture on the page can have caught up

    banner = page.get_by_role('status').filter(has_text='No connection to the server.')
    expect(banner).to_contain_text('Frozen at')
    counting = banner.locator('[aria-live=off]')  # a screen reader would read it out each second
    expect(counting).to_have_text(re.compile(r'Next try in \d s\.|Trying now\.'))
    expect(banner.locator('span').first).not_to_contain_text('Next try')
    expect(page.locator('#cw-badge')).to_have_text('Offline')
    expect(page.locator('#popup')).to_be_hidden()
    expect(row).to_be_visible()  # the last picture stays

    mortal.start()
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    expect(banner).to_be_hidden()
    for name, rsrp in expected.items():
        expect(page.get_by_role('row', name=name).locator('[data-field=rsrp]')).to_have_text(f'−{-rsrp} dBm')
    devices[5].check_in(radio=on_cell(rsrp=-99))
    expect(row.locator('[data-field=rsrp]')).to_have_text('−99 dBm')
    page.get_by_role('button', name='Enrol devices').click()  # forms are back as well, and the session with them
    expect(page.get_by_role('dialog')).to_be_visible()
