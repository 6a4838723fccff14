"""An incident is read, taken, noted and handed over on a phone, gone through by the minute, and shown to people outside."""

from playwright.sync_api import Page, expect

from tests.browser.accessibility import stumbles
from tests.browser.conftest import NewPage
from tests.browser.console import Company, until
from tests.browser.test_acts import outage

PHONE = {'width': 390, 'height': 844}
WIDER = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'


def test_a_phone_does_all_of_it(new_page: NewPage, company: Company) -> None:
    alert = outage(company, 'A mast with a name that is longer than a telephone is wide, on the outer quay')
    page = new_page(viewport=PHONE)
    company.enter(page, '/now')
    page.get_by_text('Incident report').first.click()
    page.wait_for_url(f'**/alerts/{alert}/incident')
    page.wait_for_function('() => window.did_handshake')
    assert not page.evaluate(WIDER)
    page.get_by_test_id('take').click()
    expect(page.get_by_test_id('has-it')).to_contain_text('has it')
    until(lambda: company.get(f'/alerts/{alert}')['acknowledged_by'], 'it to be taken')
    page.get_by_test_id('ask-comment').click()
    page.get_by_test_id('comment').fill('The crew is on its way')
    page.get_by_test_id('send-comment').click()
    until(lambda: company.get(f'/alerts/{alert}')['comments'] or None, 'the note')
    page.get_by_test_id('hand-over').click()
    page.get_by_test_id('note').fill('One mast is down')
    page.get_by_test_id('give').click()
    until(lambda: company.get('/handovers')['items'] or None, 'the hand-over')
    company.enter(page, f'/alerts/{alert}/incident')
    expect(page.locator('.cw-card').filter(has_text='Notes').last).to_contain_text('The crew is on its way')
    assert not page.evaluate(WIDER)
    assert not (found := stumbles(page)), found


def test_its_minutes_are_gone_through_by_key_and_each_has_an_address(page: Page, company: Company) -> None:
    alert = outage(company)
    company.enter(page, f'/alerts/{alert}/incident')
    slider = page.get_by_test_id('scrub')
    expect(slider).to_have_attribute('aria-valuetext', page.get_by_test_id('scrub-sum').inner_text())
    expect(page.get_by_test_id('scrub-sum')).to_contain_text('1 alert open')
    slider.focus()
    page.keyboard.press('Home')
    first = page.get_by_text('Address of this minute').get_attribute('href') or ''
    assert first.startswith(f'/alerts/{alert}/incident?at=')
    company.enter(page, first)
    expect(page.get_by_test_id('scrub')).to_have_js_property('value', '0')


def test_once_the_outage_has_moved_the_report_says_so_and_shows_it_as_it_is(page: Page, company: Company) -> None:
    alert = outage(company)
    company.enter(page, f'/alerts/{alert}/incident')
    page.wait_for_function('() => window.did_handshake')
    page.get_by_test_id('ask-comment').click()
    page.get_by_test_id('comment').fill('The crew is on its way.\nThey have the key.')
    page.get_by_test_id('send-comment').click()
    moved = page.get_by_test_id('moved')
    expect(moved).to_contain_text('Something has happened since')
    assert not (found := stumbles(page)), found
    moved.get_by_role('button').click()
    note = page.get_by_text('The crew is on its way. They have the key.', exact=True)
    expect(note).to_be_visible()
    assert note.inner_text() == 'The crew is on its way.\nThey have the key.'
    expect(page.get_by_test_id('moved')).to_be_empty()


def test_people_outside_read_it_by_a_link_until_that_is_revoked(
    page: Page, new_page: NewPage, company: Company
) -> None:
    alert = outage(company, 'Outer quay')
    company.enter(page, f'/alerts/{alert}/incident')
    page.wait_for_function('() => window.did_handshake')
    page.get_by_test_id('make-link').click()
    page.get_by_test_id('link-label').fill('Ticket 4711')
    page.get_by_text('What failed and came back when').click()
    assert not (found := stumbles(page)), found
    page.get_by_test_id('link-save').click()
    address = page.get_by_test_id('link-address').input_value()
    outside = new_page(allow=('404',), viewport=PHONE, java_script_enabled=False)
    outside.goto(address)
    expect(outside.get_by_role('heading', level=1)).to_have_text('Loss of service')
    expect(outside.get_by_text('Site 1 has failed')).to_be_visible()
    assert 'Outer quay' not in outside.content()
    page.keyboard.press('Escape')
    page.get_by_test_id('revoke-link').click()
    page.get_by_test_id('confirm').click()
    expect(page.get_by_test_id('incident-link')).to_contain_text('revoked by')
    outside.goto(address)
    expect(outside.get_by_role('heading', level=1)).to_have_text('This link opens nothing')


def test_on_paper_there_is_nothing_to_press(page: Page, company: Company) -> None:
    alert = outage(company)
    company.enter(page, f'/alerts/{alert}/incident')
    expect(page.get_by_test_id('make-link')).to_be_visible()
    page.emulate_media(media='print')
    expect(page.get_by_role('heading', name='What happened')).to_be_visible()
    for name in ('I have it', 'Comment…', 'Hand over…', 'Make a link…', 'Print'):
        expect(page.get_by_role('button', name=name)).to_have_count(0)
    expect(page.get_by_test_id('scrub')).not_to_be_visible()
    expect(page.get_by_test_id('propose')).not_to_be_visible()


def test_past_incidents_are_found_by_a_form_that_needs_no_script(page: Page, company: Company) -> None:
    alert = outage(company, 'Pier')
    company.enter(page, '/incidents')
    page.get_by_test_id('q').fill('pier')
    page.get_by_test_id('find').click()
    page.wait_for_url('**/incidents?q=pier*')
    expect(page.get_by_test_id('incident')).to_have_count(1)
    expect(page.get_by_label('Probable cause')).to_contain_text('loss of signal')
    page.get_by_test_id('q').fill('nothing like it')
    page.get_by_test_id('find').click()
    expect(page.get_by_text('No incident was found')).to_be_visible()
    company.enter(page, '/incidents?label=odd')
    expect(page.get_by_test_id('refused')).to_contain_text('key=value')
    assert company.get('/incidents', q='pier')['items'][0]['root'] == alert


def test_an_administrator_lets_links_in_messages_acknowledge(page: Page, company: Company) -> None:
    company.enter(page, '/channels')
    page.wait_for_function('() => window.did_handshake')
    expect(page.get_by_test_id('links-answer')).to_contain_text('no link')
    page.get_by_test_id('set-links').click()
    assert not (found := stumbles(page)), found
    page.get_by_test_id('confirm').click()
    expect(page.get_by_test_id('links-answer')).to_contain_text('once')
    assert company.get('/enterprise')['links_answer'] is True
