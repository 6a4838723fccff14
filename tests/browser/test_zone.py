"""One zone on a page, the reader's: what stands there, what is typed and what is picked mean the same moment."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company
from tests.browser.test_pages import drawn

FAR = 'America/Los_Angeles'
CHANGES = 'Europe/Amsterdam'
WRITTEN = '%Y-%m-%dT%H:%M:%S'


def _told(company: Company) -> datetime:
    """When the newest entry of the journal was written."""
    return datetime.fromisoformat(company.get('/audit', limit=1)['items'][0]['at'])


@pytest.fixture
def far(new_page: NewPage, company: Company) -> Page:
    """The trail of a company that has just added a device, for a reader who is eight or seven hours behind UTC."""
    company.device('crane-1')
    return drawn(company.enter(new_page(timezone_id=FAR), '/audit'))


def test_the_trail_and_an_entry_are_in_the_zone_that_the_page_names(far: Page, company: Company) -> None:
    there = _told(company).astimezone(ZoneInfo(FAR))
    row = far.get_by_role('row', name='crane-1')
    expect(row).to_contain_text(f'{there:%H:%M:%S}')
    expect(far.get_by_role('columnheader', name=f'When ({FAR})')).to_be_visible()
    expect(far.get_by_role('contentinfo')).to_have_text(f'Times in {FAR}')
    row.get_by_role('button', name='Show entry').click()
    hours = int(there.utcoffset().total_seconds() // 3600)  # type: ignore[union-attr]
    expect(far.get_by_test_id('details')).to_contain_text(f'{there:%H:%M:%S} GMT{hours}')
    expect(far.get_by_test_id('details')).not_to_contain_text('UTC')


def test_the_filter_takes_what_one_sees(far: Page, company: Company) -> None:
    at = _told(company)
    row = far.get_by_role('row', name='crane-1')
    for after, count in ((timedelta(minutes=5), 0), (-timedelta(minutes=5), 1)):
        since = (at + after).replace(microsecond=0)
        far.locator('.cw-chip').filter(has_text='Time').click()
        far.get_by_label('Since').fill(since.astimezone(ZoneInfo(FAR)).strftime(WRITTEN))
        far.keyboard.press('Enter')
        expect(row).to_have_count(count)
        told = parse_qs(urlsplit(far.url).query)['since']
        assert told == [since.astimezone(UTC).strftime(f'{WRITTEN}Z')], 'a shared address means the same everywhere'


@pytest.mark.parametrize(
    'form', ['{local}', '{utc}Z', '{utc}+00:00', '{local}{offset}'], ids=['page', 'z', 'utc', 'offset']
)
def test_an_address_is_of_the_page_unless_it_names_an_offset(far: Page, company: Company, form: str) -> None:
    at = _told(company)
    for after, count in ((timedelta(minutes=5), 0), (-timedelta(minutes=5), 1)):
        there = (at + after).astimezone(ZoneInfo(FAR))
        zone = there.strftime('%z')
        written = form.format(
            local=there.strftime(WRITTEN), utc=there.astimezone(UTC).strftime(WRITTEN), offset=f'{zone[:3]}:{zone[3:]}'
        )
        far.goto(f'{company.console.address}/audit?since={written.replace("+", "%2B")}')
        expect(drawn(far).get_by_role('row', name='crane-1')).to_have_count(count)


def test_a_day_of_an_address_is_whole_by_the_zone_of_the_page(far: Page, company: Company) -> None:
    day = _told(company).astimezone(ZoneInfo(FAR))
    for ends, count in ((day, 1), (day - timedelta(days=1), 0)):
        begins = ends - timedelta(days=2)
        far.goto(f'{company.console.address}/audit?since={begins:%Y-%m-%d}&until={ends:%Y-%m-%d}')
        expect(drawn(far).get_by_role('row', name='crane-1')).to_have_count(count)


def test_a_span_of_the_menu_is_picked_with_one_click_and_taken_back_with_another(far: Page) -> None:
    chip = far.locator('.cw-chip').filter(has_text='Time')
    row = far.get_by_role('row', name='crane-1')
    for name in ('Last hour', 'Last 7 days', 'Today'):
        chip.click()
        far.get_by_role('button', name=name).click()
        expect(chip).to_be_focused()
        expect(row).to_have_count(1)
    assert 'since=' in far.url
    chip.click()
    far.get_by_role('group', name='Time').get_by_role('button', name='Any').click()
    expect(chip).to_have_text('Time any')
    assert 'since=' not in far.url


SPANS = "(at) => Object.fromEntries(cellwarden.spans(at).map(([label, ...ends]) => [label.split(',')[0], ends]))"


@pytest.mark.parametrize(
    ('now', 'hours'),
    [
        ('2026-03-29T09:00:00', 11),  # the clock went from 2:00 to 3:00 that night
        ('2026-03-29T01:30:00', 11),  # and this is before it
        ('2026-10-25T09:00:00', 13),
        ('2026-10-26T09:00:00', 12),
    ],
    ids=['spring', 'spring-night', 'autumn', 'plain'],
)
def test_last_night_is_by_the_clock_also_when_it_changes(
    new_page: NewPage, company: Company, now: str, hours: int
) -> None:
    page = company.enter(new_page(timezone_id=CHANGES), '/audit')
    zone = ZoneInfo(CHANGES)
    here = datetime.fromisoformat(now).replace(tzinfo=zone)
    spans = page.evaluate(SPANS, here.timestamp())
    since, until = (datetime.fromtimestamp(end, zone) for end in spans['Last night'])
    assert (since.hour, until.hour) == (20, 8)
    assert until.date() == here.date()
    assert (until.timestamp() - since.timestamp()) / 3600 == hours
    assert spans['Last hour'][0] == here.timestamp() - 3600
    assert datetime.fromtimestamp(spans['Today'][0], zone) == here.replace(hour=0, minute=0)
    week = datetime.fromtimestamp(spans['Last 7 days'][0], zone)
    assert week.replace(tzinfo=None) == (here - timedelta(days=7)).replace(tzinfo=None)


def test_an_hour_that_the_clock_shows_twice_is_whole_in_a_span(new_page: NewPage, company: Company) -> None:
    page = company.enter(new_page(timezone_id=CHANGES), '/audit')
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo(CHANGES), fold=fold).timestamp() for fold in (0, 1))
    assert second - first == 3600
    assert page.evaluate("() => cellwarden.moment('2026-10-25T02:30')") == first
    assert page.evaluate("() => cellwarden.moment('2026-10-25T02:30', true)") == second
    assert page.evaluate("() => cellwarden.moment('2026-10-25T02:30+02:00', true)") == first
    assert page.evaluate("() => cellwarden.moment('2026-03-29')") == datetime(2026, 3, 28, 23, tzinfo=UTC).timestamp()
    assert (
        page.evaluate("() => cellwarden.moment('2026-02-28T24:00')")
        == datetime(2026, 2, 28, 23, tzinfo=UTC).timestamp()
    )
    for text in ('yesterday', '2026-02-30', '2026-11-31T09:00'):
        assert page.evaluate('(text) => cellwarden.moment(text)', text) is None, text
