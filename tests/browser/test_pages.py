"""Every page with names from hell: shown as text, nothing runs, nothing is asked for beyond the page's policy, everything drawn, named
and labelled, and no page wider than a phone."""

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.accessibility import PHONE, WIDE, stumbles
from tests.browser.conftest import NewPage
from tests.browser.console import Console, Device, live, until
from tests.browser.pressing import silent
from tests.browser.scriptless import LEFT, scriptless
from tests.browser.sites import cell, on_cell, serving, tcp_check
from tests.browser.taking_over import MOST_SHIFT, RECORD, pictures
from tests.real.server import PASSWORD

RUN = 'document.documentElement.dataset.ran = 1'
IMAGE = f'<img src=x onerror="{RUN}">'
SCRIPT = f'"><script>{RUN}</script>'
TEMPLATE = f"{{{{constructor.constructor('{RUN}')()}}}} {{devices}}"
ARABIC = 'رافعة الميناء ١١٧'
LONG = 'W' * 120
AGENT = '<svg onload=alert(1)>'
FORMULA = '=HYPERLINK("http://evil.example","x")'

PATHS: Mapping[str, str] = {
    'overview': '/',
    'devices': '/devices',
    'device': '/devices/{device}',
    'policies': '/policies',
    'policy': '/policies/{policy}',
    'new policy': '/policies/new',
    'policy editor': '/policies/{policy}/edit',
    'violations': '/violations',
    'towers': '/towers',
    'tower': '/towers/{tower}',
    'new tower': '/towers/new',
    'tower editor': '/towers/{tower}/edit',
    'alerts': '/alerts',
    'alert': '/alerts/{alert}',
    'acknowledged alert': '/alerts/{acknowledged}',
    'incident': '/alerts/{alert}/incident',
    'unknown cells': '/cells',
    'unknown cell': '/cells/{unknown_cell}',
    'incidents': '/incidents',
    'now': '/now',
    'report': '/report',
    'alert rules': '/alert-rules',
    'hand-overs': '/handovers',
    'enforcement': '/enforcement',
    'audit': '/audit',
    'audit of the installation': '/audit/installation',
    'doctor': '/doctor',
    'API': '/api',
    'people': '/people',
    'service account': '/people/services/{service}',
    'enrolment': '/enrolment',
    'channels': '/channels',
    'on call': '/on-call',
    'rota': '/on-call/rota',
    'silences': '/silences',
    'maintenance': '/maintenance',
    'status page': '/status-page',
    'enterprise': '/enterprise',
    'account': '/account',
    'installation': '/installation',
    'no such device': '/devices/<img src=x>',
}
SCRIPTLESS = frozenset(('overview', 'device', 'alert', 'audit', 'account'))
"""Pages on which axe is asked without scripts: between them they have lists, facts, a chart, a feed, a form and the map."""
FORMS = frozenset(
    ('new policy', 'policy editor', 'new tower', 'tower editor', 'account', 'status page', 'on call', 'now')
)
HOSTILE_NAME_ON = {
    'overview': IMAGE, 'devices': IMAGE, 'device': IMAGE, 'policies': SCRIPT, 'policy': SCRIPT, 'towers': SCRIPT, 'tower': SCRIPT,
    'violations': SCRIPT, 'alerts': SCRIPT, 'alert': SCRIPT, 'acknowledged alert': f'{SCRIPT} {IMAGE} {TEMPLATE}', 'enforcement': SCRIPT,
    'audit': SCRIPT, 'people': IMAGE, 'service account': SCRIPT, 'enrolment': SCRIPT,
    'unknown cell': SCRIPT, 'now': SCRIPT, 'report': SCRIPT, 'incident': SCRIPT, 'hand-overs': SCRIPT,
    'maintenance': SCRIPT, 'channels': SCRIPT, 'on call': SCRIPT, 'status page': SCRIPT, 'account': AGENT, 'installation': SCRIPT,
}  # fmt: skip

DRAWN = """() => window.did_handshake && document.querySelector('#main')?.childElementCount
  && document.querySelector('#cw-badge').dataset.state === 'live'
  && [...document.querySelectorAll('.cw-skeleton')].every((node) => !node.checkVisibility())"""
LEFT_OPEN = """() => [...document.querySelectorAll('.cw-skeleton, [data-later]:empty')]
  .filter((node) => node.checkVisibility()).map((node) => node.outerHTML.slice(0, 160))"""
"""What is still to come."""
# What a shut part of the API holds is not shown, so no rule is asked of it; axe would walk through its ten thousand nodes all the same.
SHUT = "() => document.querySelectorAll('.cw-op:not([open]) > .body').forEach((body) => body.remove())"
WIDER = '() => document.documentElement.scrollWidth - innerWidth'
WIDTHS = (320, 360, 480, 600, 699, 700, 768, 834, 900, 999, 1000, 1024, 1060, 1099, 1100, 1180, 1280, 1366, 1440)
TOO_WIDE = """() => [...(document.documentElement.scrollWidth > innerWidth ? document.querySelectorAll('body *') : [])]
  .filter((node) => node.checkVisibility() && node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => node.outerHTML.slice(0, 120)).slice(-3)
  .concat([...document.querySelectorAll('.cw-table-wrap, .cw-card')]
    .filter((box) => box.checkVisibility() && box.scrollWidth > box.clientWidth + 1)
    .map((box) => `${box.closest('[data-testid]')?.dataset.testid ?? box.textContent.slice(0, 20)}: `
      + `${box.scrollWidth - box.clientWidth} px`))"""


class Odd:
    """A company in which everything that people may name is named badly."""

    def __init__(self, console: Console, port: int) -> None:
        self.company = company = console.company(SCRIPT[:100], person=IMAGE)
        self.tower = company.add(
            'towers', name=SCRIPT, operator=IMAGE, region=TEMPLATE[:120], cells=[cell(256)], checks=[tcp_check(port, max_attempts=1)],
            latitude=51.95, longitude=4.14,
        )['id']  # fmt: skip
        dead = tcp_check(port, max_attempts=1)
        gone = company.add('towers', name=SCRIPT[:40], cells=[cell(513)], checks=[dead])['id']
        until(lambda: company.get(f'/towers/{self.tower}')['status'] == 'down' or None, 'the tower to be found dead')
        company.add('towers', name=LONG, operator=LONG, region=LONG, cells=[cell(512)], parent_id=self.tower)
        self.policy = company.add(
            'policies', name=SCRIPT, description=f'{IMAGE} {LONG}', rule='device.storage.encrypted', mode='enforce', severity='critical',
            grace_s=3600,
        )['id']  # fmt: skip
        company.add(
            'policies', name=LONG, rule=f'device.os.name != "{LONG}" && device.name != "{LONG}"', severity='minor'
        )
        self.device = self._device(IMAGE)
        for name in (TEMPLATE, ARABIC, LONG, FORMULA):
            self._device(name)
        self.unknown_cell = self._unknown_cell()
        held = self._device(SCRIPT)
        company.add(f'devices/{held.id}/commands', action='quarantine', reason=IMAGE)  # parked: the tower is down
        self.alert, self.acknowledged = (self._alert(tower) for tower in (self.tower, gone))
        company.add(f'alerts/{self.acknowledged}/acknowledge', comment=f'{SCRIPT} {IMAGE} {TEMPLATE}')
        company.add('handovers', note=f'{SCRIPT} {LONG}')
        self._people(console)
        self._status_page()
        self._planned()

    def _planned(self) -> None:
        """A calendar of works: of a tower, of nothing that is known, and one that cannot be read."""
        begins = f'DTSTART:{datetime.now(UTC) + timedelta(days=2):%Y%m%dT%H%M%SZ}'
        events = (
            ('UID:1', begins, 'DURATION:PT1H', f'SUMMARY:{IMAGE} {LONG}', 'LOCATION:RTM-1', f'CATEGORIES:{SCRIPT}'),
            ('UID:2', begins, 'DURATION:PT1H', f'SUMMARY:{SCRIPT}', f'LOCATION:{LONG}'),
            ('UID:3', f'SUMMARY:{SCRIPT} {LONG}'),
        )
        lines = [line for event in events for line in ('BEGIN:VEVENT', *event, 'END:VEVENT')]
        body = '\r\n'.join(('BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', *lines, 'END:VCALENDAR', '')).encode()
        rules = [{'contains': 'RTM-1', 'towers': [self.tower], 'regions': [LONG]}]
        with serving(body) as url:
            made = self.company.add('maintenance-calendars', name=SCRIPT[:100], url=url, rules=rules)
            path = f'/maintenance-calendars/{made["id"]}'
            until(lambda: self.company.get(path)['unread'] or None, 'the calendar to be read')

    def _status_page(self) -> None:
        shown = {'kind': 'tower', 'target': self.tower, 'name': SCRIPT[:80], 'description': LONG, 'is_named': True}
        content = {'slug': 'odd', 'title': IMAGE, 'about': SCRIPT, 'components': [shown]}
        draft = self.company.api.patch('/status-page', json=content, headers={'if-match': '*'})
        assert draft.status_code == 200, draft.text
        hook = {'url': 'https://example.invalid/'}
        self.company.add('channels', name=SCRIPT[:100], kind='webhook', settings=hook, enabled=False)
        self.company.add('rotations', name=SCRIPT[:100], zone='Europe/Amsterdam')
        self.company.add('status-page/notices', title=SCRIPT, text=f'{IMAGE} {LONG}', impact='critical')

    def _people(self, console: Console) -> None:
        company = self.company
        console.run('user owner', email=company.email)
        self.service = console.run(
            'token api', enterprise=company.id, name=IMAGE, scopes=['devices:read'], account=SCRIPT
        )['account_id']
        labels = {'site': IMAGE, 'x': SCRIPT}
        console.run('token enrolment', enterprise=company.id, name=SCRIPT, uses=2, labels=labels)
        invited = 'invited@example.com'
        console.run('user add', enterprise=company.id, email=invited, name=SCRIPT, role='viewer', link=True)
        headers = {'user-agent': AGENT, 'x-forwarded-for': SCRIPT}
        httpx.post(
            f'{console.address}/auth/sign-in', data={'email': company.email, 'password': PASSWORD}, headers=headers
        )
        httpx.post(f'{console.address}/auth/sign-in', data={'email': IMAGE, 'password': SCRIPT}, headers=headers)

    def _alert(self, tower: str) -> str:
        """The open alert of a dead tower."""

        def found() -> str | None:
            alerts = self.company.get('/alerts')['items']
            return next((str(one['id']) for one in alerts if one['object']['id'] == tower), None)

        return until(found, 'the alert of the dead tower')

    def _unknown_cell(self) -> str:
        """That of a device which has gone from the tower to a cell that none lists."""
        self._device(f'{SCRIPT} {LONG}').check_in(radio=on_cell(666))

        def found() -> str | None:
            return next((str(one['id']) for one in self.company.get('/unknown-cells')['items']), None)

        return until(found, 'the unknown cell')

    def _device(self, name: str) -> Device:
        labels = {'site': IMAGE, 'x' * 63: LONG[:63]}
        device = self.company.device(name[:120], labels=labels)
        facts = {
            'os': {'name': SCRIPT, 'version': IMAGE}, 'storage': {'encrypted': False}, 'agent': {'name': IMAGE, 'version': SCRIPT},
            'hardware': {'manufacturer': SCRIPT, 'model': LONG}, 'network': {'hostname': SCRIPT}, 'custom': {'note': IMAGE},
        }  # fmt: skip
        device.check_in(facts=facts, radio=on_cell(256))
        return device

    def path(self, name: str) -> str:
        """Where a page of this company is."""
        return PATHS[name].format(
            device=self.device.id,
            policy=self.policy,
            tower=self.tower,
            alert=self.alert,
            service=self.service,
            acknowledged=self.acknowledged,
            unknown_cell=self.unknown_cell,
        )


@pytest.fixture(scope='module')
def odd(console: Console) -> Odd:
    """One such company for this module. Nothing listens at its tower, so the tower is down; a freed port might be taken by another test."""
    return Odd(console, 1)


@pytest.fixture(scope='module')
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """One browser for one person in all those pages: what pages have in common is fetched and compiled once."""
    with closing(browser.new_context(viewport={'width': 1280, 'height': 900})) as context:
        context.add_init_script(RECORD)
        yield context


def drawn(page: Page) -> Page:
    """The page, once every live part of it has drawn its first state."""
    page.wait_for_function(DRAWN)
    return page


def too_wide(page: Page) -> list[tuple[int, list[str]]]:
    """At which widths what stands out: a phone held sideways, a tablet, a browser at 200 % (WCAG 2.2, 1.4.10)."""
    found = []
    # the page alone: Playwright's own way draws the window around it anew for each width, a third of what this costs
    view = page.context.new_cdp_session(page)
    for width in WIDTHS:
        view.send(
            'Emulation.setDeviceMetricsOverride',
            {'width': width, 'height': 800, 'deviceScaleFactor': 1, 'mobile': False},
        )
        page.evaluate('() => new Promise(requestAnimationFrame)')  # rows become cards once their size is known
        assert page.evaluate('innerWidth') == width
        if outside := page.evaluate(TOO_WIDE):
            found.append((width, outside))
    view.detach()
    return found


@pytest.mark.parametrize('name', PATHS)
def test_every_page_takes_any_name_as_text_fits_a_phone_and_can_be_read_aloud(
    new_page: NewPage, visitor: BrowserContext, odd: Odd, name: str
) -> None:
    page = new_page(within=visitor, allow=('ERR_INTERNET_DISCONNECTED', *(['404'] if name == 'no such device' else [])))
    drawn(odd.company.enter(page, odd.path(name)))
    first, live, shifted = pictures(page)
    if name in FORMS:  # what is filled in or pressed comes by script
        assert set(first.split()) <= set(live.split())
    else:
        assert first == live
    assert shifted < MOST_SHIFT
    if name in HOSTILE_NAME_ON:
        expect(page.locator('#app').get_by_text(HOSTILE_NAME_ON[name]).first).to_be_visible()
    assert page.evaluate(WIDER) <= 0, 'wider than a small screen'
    page.evaluate(SHUT)
    page.set_viewport_size({'width': 390, 'height': 844})
    for scheme in ('light', 'dark'):
        page.emulate_media(color_scheme='dark' if scheme == 'dark' else 'light')
        drawn(page)
        assert page.evaluate(WIDER) <= 0, f'wider than a phone ({scheme})'
    assert stumbles(page) == ''
    assert page.evaluate('document.documentElement.dataset.ran') is None
    assert page.locator('img[src=x]').count() == 0
    assert too_wide(page) == []
    assert silent(page) == [], 'pressed without a line, and nothing is said'


def test_without_scripts_every_page_can_be_read(new_page: NewPage, odd: Odd) -> None:
    page = scriptless(new_page)
    odd.company.enter(page, '/')
    found = {}
    for name in PATHS:
        for _ in range(5):  # what a slow machine did not read in time is said, with a link
            page.goto(odd.company.console.address + odd.path(name))
            if 'not read in time' not in page.locator('.cw-without').inner_text():
                break
        told = page.evaluate(LEFT_OPEN) + page.evaluate(LEFT)
        if name in SCRIPTLESS:
            told += filter(None, [stumbles(page, sizes=(WIDE,), colours=False)])
        if told:
            found[name] = told
    assert found == {}


def test_the_sign_in_takes_any_address_as_text_and_fits_a_phone(new_page: NewPage, odd: Odd) -> None:
    page = new_page(viewport={'width': 390, 'height': 844})
    page.goto(f'{odd.company.console.address}/login?refused={SCRIPT}&next=//evil.example')
    expect(page.get_by_role('alert')).to_have_text('The sign-in did not work. Try again.')
    live(page)
    page.locator('form').evaluate('(form) => { form.noValidate = true; }')
    page.get_by_label('E-mail address').fill(IMAGE)
    page.get_by_label('Password').fill(SCRIPT)
    page.get_by_test_id('sign-in').click()
    expect(page.get_by_role('alert')).to_contain_text('not right')
    expect(page.get_by_label('E-mail address')).to_have_value(IMAGE)
    assert stumbles(page, sizes=(PHONE,)) == ''
    assert page.evaluate(WIDER) <= 0
    assert page.evaluate('document.documentElement.dataset.ran') is None


def test_what_pops_up_takes_any_name_as_text(page: Page, odd: Odd) -> None:
    drawn(odd.company.enter(page, '/'))
    page.locator('.cw-map canvas').last.hover()  # the only tower with a place stands in the middle
    expect(page.locator('.cw-tip')).to_contain_text(SCRIPT)
    expect(page.locator('.cw-who')).to_have_text(SCRIPT[:100])
    page.get_by_role('button', name='account, theme, keyboard, sign out').click()
    expect(page.locator('.cw-pop')).to_contain_text(IMAGE)
    page.keyboard.press('Escape')
    page.keyboard.press('Control+k')
    page.get_by_label('Find anything').fill('<img')
    expect(page.get_by_role('option', name=IMAGE).first).to_be_visible()  # a device and a person
    page.keyboard.press('Escape')

    drawn(odd.company.enter(page, odd.path('device')))
    odd.device.check_in(radio=on_cell(256, rsrp=-90))  # while its tower is down
    chart = page.locator('.cw-chart').first
    expect(chart).to_have_attribute('aria-label', re.compile('now −90 dBm'))
    box = chart.bounding_box()
    assert box is not None
    right, middle = box['x'] + box['width'] - 4, box['y'] + box['height'] / 2

    def tip() -> bool | None:  # a chart that is drawn anew takes its tip away until the mouse moves again
        page.mouse.move(right - 2, middle)
        page.mouse.move(right, middle)
        return SCRIPT in (chart.text_content() or '') or None

    until(tip, 'the tip of the chart')

    own = odd.company.add('towers', name=SCRIPT, cells=[cell(514)])[
        'id'
    ]  # maintenance would clear another tower's alert
    drawn(odd.company.enter(page, f'/towers/{own}'))
    page.get_by_test_id('maintenance').click()
    expect(page.get_by_role('dialog')).to_contain_text(SCRIPT)
    page.get_by_test_id('for-3600').click()
    expect(page.get_by_test_id('toast')).to_contain_text(f'{SCRIPT} is in maintenance')
    page.get_by_test_id('end-maintenance').click()
    expect(page.get_by_test_id('toast').last).to_contain_text(f'Maintenance of {SCRIPT} has ended')
    assert page.evaluate('document.documentElement.dataset.ran') is None


@pytest.mark.parametrize(
    ('name', 'opens'),
    [
        ('devices', ['Enrol devices']),
        ('device', ['Edit device…', 'Retire device…', 'Quarantine device…']),
        ('policy', ['Retire policy…']),
        ('tower', ['Begin maintenance…', 'Retire tower…']),
        ('alert', ['Acknowledge alert…']),
        ('enrolment', ['Make enrolment token', 'Revoke token…']),
        ('channels', ['New channel…', 'Edit…']),
        ('on call', ['New rotation…', 'New policy…', 'New route…', 'Take a shift…']),
        ('on call', ['Read from calendars…', 'How I am reached…', 'Limits of quiet hours…', 'New team…']),
        ('maintenance', ['New window…', 'Connect calendar…']),
        ('silences', ['New silence…']),
        ('alert rules', ['New rule…', 'Set…']),
        ('status page', ['Tell of an incident…', 'Plan a maintenance…', 'Write an update…']),
        ('people', ['Invite person', 'Add service account', 'Withdraw invitation…']),
        ('service account', ['Change service account…']),
        ('account', ['Turn on two-step sign-in…', 'Make token…']),
        ('installation', ['Add enterprise', 'Make owner']),
        ('audit', ['Show entry', 'Verify journal']),
    ],
)
def test_dialogs_fit_a_phone_and_can_be_read_aloud(
    new_page: NewPage, visitor: BrowserContext, odd: Odd, name: str, opens: list[str]
) -> None:
    page = new_page(within=visitor)
    drawn(odd.company.enter(page, odd.path(name)))
    for words in opens:
        page.set_viewport_size({'width': PHONE[0], 'height': PHONE[1]})
        if words in {'Retire device…', 'Revoke credential…', 'Retire tower…', 'Retire policy…'}:
            page.get_by_role('button', name='More actions').click()
        page.get_by_role('button', name=words).first.click()
        dialog = page.get_by_role('dialog')
        expect(dialog.get_by_role('button', name=re.compile('^(Cancel|Done|Close)$'))).to_be_visible()
        assert page.evaluate(WIDER) <= 0
        # what stands behind is the same for all dialogs of a page, and was asked without one
        assert stumbles(page, within='' if words == opens[0] else ':is(.q-dialog, dialog[open])') == ''
        page.keyboard.press('Escape')
        expect(dialog).to_have_count(0)
    assert page.evaluate('document.documentElement.dataset.ran') is None


def test_an_exported_name_is_no_formula(page: Page, odd: Odd, tmp_path: Path) -> None:
    drawn(odd.company.enter(page, '/devices?q=HYPERLINK'))
    with page.expect_download() as download:
        page.get_by_test_id('export').click()
    download.value.save_as(tmp_path / 'devices.csv')
    said = (tmp_path / 'devices.csv').read_text('utf-8-sig')
    assert "'=HYPERLINK(" in said
    assert len(said.splitlines()) == 2  # the head, and what the search left
