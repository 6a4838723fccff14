"""Alerts are assigned, snoozed, taken and given back by key, by the finder and by button, and everybody sees it."""

from playwright.sync_api import Page, expect

from tests.browser.accessibility import stumbles
from tests.browser.console import Company, taken, until
from tests.browser.sites import listening, tcp_check
from tests.browser.test_acts import outage


def test_a_row_is_assigned_by_a_key_snoozed_by_the_finder_and_taken_on_its_page(page: Page, company: Company) -> None:
    alert = outage(company)
    company.enter(page, '/alerts')
    page.wait_for_function('() => window.did_handshake')
    row = page.get_by_test_id('alerts').locator(f'tbody tr[data-row="{alert}"]')
    expect(row).to_be_visible()
    row.focus()
    page.keyboard.press('a')
    page.get_by_test_id('person').select_option(index=1)
    name = page.get_by_test_id('person').locator('option').nth(1).inner_text()
    assert not (found := stumbles(page)), found
    page.get_by_test_id('assign').click()
    expect(row).to_contain_text(name)
    until(lambda: company.get(f'/alerts/{alert}')['assigned_to'], 'the assignment')

    row.focus()
    page.keyboard.press('Control+k')
    page.keyboard.type('snooze')
    page.keyboard.press('Enter')
    page.get_by_test_id('snooze').click()
    expect(row).to_contain_text('Snoozed')
    until(lambda: company.get(f'/alerts/{alert}')['snooze'], 'the snooze')

    company.enter(page, f'/alerts/{alert}')
    expect(page.get_by_test_id('state')).to_have_text('Snoozed')
    page.get_by_test_id('take').click()
    page.get_by_test_id('toast').hover()  # the way back stays while it is pointed at
    expect(page.get_by_test_id('has-it')).to_contain_text('has it')
    expect(page.get_by_test_id('state')).to_have_text('Acknowledged')
    expect(page.get_by_text('seen by Ana Admin', exact=True)).to_be_visible()
    expect(page.get_by_text('by Ana Admin', exact=True)).to_have_count(0)
    until(lambda: company.get(f'/alerts/{alert}')['acknowledged_by'], 'it to be taken')
    page.keyboard.press('z')
    expect(page.get_by_test_id('state')).to_have_text('Open')
    page.get_by_test_id('more').click()
    expect(page.locator('[data-verb=markFalse]')).to_be_visible()
    assert not (found := stumbles(page)), found


def test_on_a_phone_the_box_of_a_row_is_whole_and_the_overview_counts_what_waits(page: Page, company: Company) -> None:
    alert = outage(company)
    page.set_viewport_size({'width': 390, 'height': 844})
    company.enter(page, '/alerts')
    cell = page.get_by_test_id('alerts').locator(f'tbody tr[data-row="{alert}"] td.pick')
    room, box = cell.bounding_box(), cell.get_by_role('checkbox').bounding_box()
    assert room is not None
    assert box is not None
    assert box['x'] + box['width'] <= room['x'] + room['width']
    company.enter(page, '/')
    expect(page.get_by_test_id('counter-severity')).to_contain_text('open, 1 waiting for a person')


def test_the_screen_for_the_night_counts_what_it_does_not_show_and_asks_nobody_to_take_over_from_themselves(
    page: Page, company: Company
) -> None:
    with listening() as port:
        closed = port
    for number in range(52):
        company.add('towers', name=f'Mast {number}', checks=[tcp_check(closed, max_attempts=1)])
    until(lambda: len(company.get('/alerts', limit=100)['items']) == 52 or None, 'all outages')
    page.set_viewport_size({'width': 390, 'height': 844})
    company.enter(page, '/now')
    night = page.get_by_test_id('night')
    expect(night.get_by_role('status')).to_have_text('52 open, at least 50 with nobody on it')
    expect(night).to_contain_text('2 more, less grave, are in the inbox.')
    card = night.locator('li').first
    card.get_by_test_id('take').click()
    expect(card).to_contain_text('Ana Admin has it')
    expect(card.get_by_test_id('take')).to_have_count(0)
    expect(card.get_by_test_id('more')).to_be_visible()


def test_what_comes_in_moves_nothing_under_a_finger_that_is_down(page: Page, company: Company) -> None:
    with listening() as port:
        closed = port
    company.add('towers', name='Mast 1', checks=[tcp_check(closed, max_attempts=1)])
    until(lambda: company.get('/alerts')['items'], 'the outage')
    page.set_viewport_size({'width': 390, 'height': 844})
    company.enter(page, '/now')
    night = page.get_by_test_id('night')
    expect(night.get_by_role('status')).to_have_text('1 open, 1 with nobody on it')
    night.get_by_test_id('take').hover()
    page.mouse.down()
    company.add('towers', name='Mast 2', checks=[tcp_check(closed, max_attempts=1)])
    expect(page.locator('nav').get_by_text('2', exact=True).and_(page.locator(':visible'))).to_have_count(1)
    expect(night.locator('li')).to_have_count(1)
    page.mouse.up()
    expect(night.locator('li')).to_have_count(2)
    expect(night.locator('li', has_text='Mast 1')).to_contain_text('Ana Admin has it')


def test_what_a_silence_would_have_kept_stands_where_it_is_asked_for(page: Page, company: Company) -> None:
    alert = outage(company)
    page.set_viewport_size({'width': 390, 'height': 844})
    company.enter(page, f'/silences?alert={alert}')
    page.get_by_test_id('preview').click()
    said = page.get_by_test_id('previewed')
    expect(said).to_have_text('No message was sent in the last day. 1 open alert falls silent when it begins.')
    expect(said).to_be_in_viewport(ratio=1)


def test_what_was_selected_is_let_go_once_it_has_been_seen_to_by_key(page: Page, company: Company) -> None:
    alert = outage(company)
    company.enter(page, '/alerts')
    page.wait_for_function('() => window.did_handshake')
    row = page.get_by_test_id('alerts').locator(f'tbody tr[data-row="{alert}"]')
    row.focus()
    page.keyboard.press('x')
    expect(row.get_by_role('checkbox')).to_be_checked()
    page.keyboard.press('e')
    page.keyboard.press('Control+Enter')
    expect(row).to_contain_text('Acknowledged')
    expect(row.get_by_role('checkbox')).not_to_be_checked()


def test_the_inbox_stays_a_list_with_its_buttons_and_its_card_on_a_phone_says_who_has_seen_it(
    page: Page, company: Company
) -> None:
    with listening() as port:
        closed = port
    for number in range(3):
        company.add('towers', name=f'Waalhaven Oost Noord {number}', checks=[tcp_check(closed, max_attempts=1)])
    alerts = until(
        lambda: [one['id'] for one in found] if len(found := company.get('/alerts')['items']) == 3 else None, 'outages'
    )
    (first, *_) = company.api.get('/assignees').json()
    taken(company.api.post(f'/alerts/{alerts[0]}/assign', json={'person_id': first['id']}))
    page.set_viewport_size({'width': 1440, 'height': 900})
    company.enter(page, '/alerts')
    listed = page.get_by_test_id('alerts')
    row = listed.locator(f'tbody tr[data-row="{alerts[1]}"]')
    row.focus()
    page.keyboard.press('e')
    page.get_by_test_id('until').select_option('3600')
    page.keyboard.press('Control+Enter')
    expect(row).to_contain_text('Acknowledged')
    expect(listed.get_by_role('columnheader', name='Seen')).to_be_visible()
    assert listed.locator('.cw-table-wrap').evaluate('(box) => box.scrollWidth <= box.clientWidth + 1')
    until(lambda: company.get(f'/alerts/{alerts[1]}')['acknowledged_by'], 'the acknowledgement')
    page.set_viewport_size({'width': 390, 'height': 844})
    expect(row.locator('td[data-field=seen]')).to_contain_text('Ana Admin')
    expect(row.locator('td[data-field=quiet_until]')).to_contain_text('until')
    assert not (found := stumbles(page)), found


def test_on_the_page_of_a_tower_keys_and_the_finder_are_for_its_one_open_alert(page: Page, company: Company) -> None:
    alert = outage(company)
    company.enter(page, f'/towers/{company.get(f"/alerts/{alert}")["object"]["id"]}')
    page.wait_for_function('() => window.did_handshake')
    row = page.get_by_test_id('open-alerts').locator(f'tr[data-row="{alert}"]')
    expect(row).to_be_visible()
    page.keyboard.press('e')
    page.keyboard.press('Control+Enter')
    expect(row).to_contain_text('Acknowledged')
    page.keyboard.press('Control+k')
    page.keyboard.type('comment')
    page.get_by_role('option', name='Comment').click()
    page.keyboard.type('it is looked at')
    page.keyboard.press('Control+Enter')
    until(lambda: company.get(f'/alerts/{alert}')['comments'] or None, 'the comment')


def test_all_that_nobody_has_on_the_screen_for_the_night_is_taken_at_once_and_given_back(
    page: Page, company: Company
) -> None:
    with listening() as port:
        closed = port
    for number in range(3):
        company.add('towers', name=f'Mast {number}', checks=[tcp_check(closed, max_attempts=1)])
    until(lambda: len(company.get('/alerts')['items']) == 3 or None, 'all outages')
    page.set_viewport_size({'width': 390, 'height': 844})
    company.enter(page, '/now')
    expect(page.get_by_test_id('hand-over')).to_be_in_viewport()
    page.get_by_test_id('take-all').click()
    expect(page.get_by_test_id('night').get_by_role('status')).to_have_text('3 open, all are seen to')
    expect(page.get_by_test_id('take-all')).to_be_hidden()
    until(lambda: all(one['assigned_to'] for one in company.get('/alerts')['items']) or None, 'all to be taken')
    page.get_by_role('button', name='Undo').click()
    until(lambda: not any(one['assigned_to'] for one in company.get('/alerts')['items']) or None, 'all to be free')
    expect(page.get_by_test_id('take-all')).to_have_text('I have all 3')
    assert not (found := stumbles(page)), found


def test_a_form_scrolls_to_the_field_that_is_refused(page: Page, company: Company) -> None:
    page.set_viewport_size({'width': 1440, 'height': 600})
    company.enter(page, '/silences')
    page.get_by_role('button', name='New silence').click()
    page.get_by_role('button', name='Silence them').click()
    expect(page.get_by_text('Must not be empty.')).to_be_in_viewport()
    expect(page.get_by_label('Reason')).to_be_focused()
    expect(page.get_by_label('Reason')).to_be_in_viewport()


def test_the_note_of_a_shift_keeps_its_lines_and_stands_above_what_was_open_on_a_phone(
    page: Page, company: Company
) -> None:
    outage(company)
    taken(company.api.post('/handovers', json={'note': 'The hub hums.\nThe key is at the gate.'}))
    page.set_viewport_size({'width': 390, 'height': 844})
    for path, below in (
        ('/handovers', page.get_by_role('heading', name='What was open')),
        ('/now', page.get_by_test_id('night')),
    ):
        company.enter(page, path)
        note = page.get_by_text('The hub hums.').first
        expect(note).to_be_in_viewport()
        assert note.inner_text() == 'The hub hums.\nThe key is at the gate.'
        first, then = note.bounding_box(), below.bounding_box()
        assert first is not None
        assert then is not None
        assert first['y'] < then['y']
