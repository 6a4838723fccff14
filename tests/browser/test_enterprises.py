"""Two companies on one server, each before a browser of its own."""

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company, Console
from tests.browser.sites import cell, on_cell

FOLLOW = """(topic) => new Promise((told) =>
  window.cellwarden.follow(topic, (value) => told(JSON.stringify(value)), (text) => told(text)))"""


def test_two_companies_see_nothing_of_each_other(new_page: NewPage, company: Company, console: Console) -> None:
    other = console.company('The other company')
    ours, theirs = company.device('ours-1'), other.device('theirs-1')
    tower = other.add('towers', name='their-mast', cells=[cell(256)])
    policy = other.add('policies', name='their-rule', rule='device.storage.encrypted')
    pages = [company.enter(new_page(allow=('404',)), '/devices'), other.enter(new_page(), '/devices')]
    for page, device in zip(pages, (ours, theirs), strict=True):
        device.check_in(radio=on_cell(256))
        expect(page.get_by_role('row', name=device.name).locator('[data-field=presence]')).to_have_text('Online')
        expect(page.locator('tbody [data-row]')).to_have_count(1)
    page = pages[0]
    expect(page.get_by_role('row', name='ours-1').locator('[data-field=tower]')).to_have_text('–')  # the same cell

    page.keyboard.press('Control+k')
    page.get_by_label('Find anything').fill('their')
    expect(page.get_by_text('Nothing is called “their”')).to_be_visible()
    page.keyboard.press('Escape')
    topics = [
        f'device/{theirs.id}',
        f'feed/device/{theirs.id}',
        f'tower/{tower["id"]}',
        f'policy/{policy["id"]}',
        'feed',
        'towers',
    ]
    for topic in [
        *topics,
        f'devices?tower={tower["id"]}',
        f'signal/{theirs.id}',
        f'verdicts/{theirs.id}',
        'devices?q=theirs',
    ]:
        told = page.evaluate(FOLLOW, topic)
        assert 'their' not in told.replace(tower['id'], ''), f'{topic}: {told}'
    for path in (theirs.path, f'/towers/{tower["id"]}', f'/policies/{policy["id"]}'):
        company.enter(page, path)
        expect(page.get_by_role('heading', name='There is no such')).to_be_visible()
        assert 'their' not in page.content()
