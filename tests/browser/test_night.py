"""A whole night: a hub fails, the person on call is paged, nobody answers, the next is called, the link of the message acknowledges,
the hub comes back, the incident tells it minute by minute, and the day shift takes over."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import Message
from functools import partial

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import stumbles
from tests.browser.conftest import NewPage
from tests.browser.console import Company, Console, Device, until
from tests.browser.sites import cell, listening, on_cell, tcp_check
from tests.jobs.notifications.sink import Sink, mail_sink, words_of
from tests.real.on_call_desk import without_waits
from tests.real.server import PASSWORD
from ui.sign_in import COOKIE

PHONE = {'width': 390, 'height': 844}
WIDER = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
MINUTES = (
    'Hub is why Nia was called',
    'Hub is why Dan was called',
    'Hub has no answer: nobody acknowledged it',
    'Hub was taken by the link in a message',
    'Mast 1 is up again',
    'Hub alert cleared: Hub was down',
)
"""What the incident says, in this order."""
LINK = re.compile(r'I have it: (\S+/answer/cwa_\S+)')


@pytest.fixture
def listeners() -> Iterator[ExitStack]:
    with ExitStack() as up:
        yield up


@pytest.fixture
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A server whose messages have links."""
    server = Console(tmp_path_factory.mktemp('night'))
    server.environment['CELLWARDEN_PUBLIC_URL'] = server.address
    server.start()
    yield server
    server.stop()


@dataclass(slots=True)
class Site:
    """A hub that carries two masts, with the listeners on which they stand, and a device on each mast."""

    company: Company
    ports: list[int]
    up: ExitStack
    devices: list[Device]

    def fail(self) -> None:
        """All of it is cut off."""
        self.up.close()

    def come_back(self) -> None:
        """Everything answers again; of the devices nothing is heard yet."""
        for port in self.ports:
            self.up.enter_context(listening(port))

    def check_in(self) -> None:
        """The devices are there."""
        for number, device in enumerate(self.devices):
            device.check_in(radio=on_cell((number + 1) * 256))


def site(company: Company, up: ExitStack) -> Site:
    ports = [up.enter_context(listening()) for _ in range(3)]
    hub = company.add('towers', name='Hub', checks=[tcp_check(ports[0], max_attempts=1)])
    for number, port in enumerate(ports[1:], 1):
        company.add(
            'towers',
            name=f'Mast {number}',
            cells=[cell(number * 256)],
            parent_id=hub['id'],
            checks=[tcp_check(port, max_attempts=1)],
        )
    found = Site(company, ports, up, [company.device(f'crane {number}') for number in (1, 2)])
    found.check_in()
    until(lambda: all(one['status'] == 'up' for one in company.get('/towers')['items']) or None, 'all towers to be up')
    return found


def on_call(company: Company, mail: Sink) -> dict[str, str]:
    """Nia is on call, Dan is the next; the ids of both."""
    people = {}
    for name in ('Nia', 'Dan'):
        email = f'{name.lower()}@example.com'
        added = company.console.run(
            'user add', enterprise=company.id, email=email, name=name, role='operator', password=PASSWORD
        )
        people[name] = str(added['id'])
    settings = {'recipients': 'desk@example.com', 'sender': 'cellwarden@example.com', 'host': '127.0.0.1'}
    settings |= {'port': str(mail.port), 'security': 'none'}
    company.add('channels', name='Mail', kind='mail', settings=settings)
    layer = {'name': 'nights', 'people': [people['Nia']], 'zone': 'UTC', 'starts_on': '2020-01-01', 'turn_days': 1}
    rotation = company.add('rotations', name='Night desk', zone='UTC', layers=[layer])
    steps = [{'kind': 'rotation', 'id': rotation['id']}, {'kind': 'person', 'id': people['Dan']}]
    policy = company.add(
        'escalation-policies', name='Nights', steps=[{'targets': [target], 'wait_min': 1} for target in steps]
    )
    company.add('alert-routes', name='All', policy=policy['id'])
    company.add('enterprise:links', answer=True)
    rule = company.api.get('/alert-rules/site-down')
    answer = company.api.patch(
        '/alert-rules/site-down', json={'limits': {'group_wait_s': 1}}, headers={'if-match': rule.headers['etag']}
    )
    assert answer.is_success, answer.text
    return people


def mails_to(mail: Sink, who: str) -> list[Message]:
    return [each for to, each in mail.got if to == [f'{who}@example.com']]


def nobody_answered(company: Company, alert: str) -> bool | None:
    timeline = company.get(f'/alerts/{alert}/incident')['timeline']
    return any('has no answer' in entry['text'] for entry in timeline) or None


def second_mail_to(mail: Sink, who: str) -> list[Message] | None:
    return mails_to(mail, who)[1:] or None


def enter_as(page: Page, console: Console, who: str, path: str) -> Page:
    """Open a page as that person."""
    form = {'email': f'{who}@example.com', 'password': PASSWORD}
    cookie = httpx.post(f'{console.address}/auth/sign-in', data=form).cookies[COOKIE]
    page.context.add_cookies([{'name': COOKIE, 'value': cookie, 'url': console.address}])
    page.goto(console.address + path)
    page.wait_for_function('() => window.did_handshake')
    return page


def takes_it_by_the_link(raised: Message, company: Company, alert: str, phone: Page) -> None:
    """A scanner looks first, which does nothing; then the person presses, on a telephone."""
    found = LINK.search(words_of(raised))
    assert found is not None
    for look in (httpx.head, httpx.get):
        assert look(found[1]).status_code == 200
    assert company.get(f'/alerts/{alert}')['acknowledged_by'] is None
    phone.goto(found[1])
    assert not phone.evaluate(WIDER)
    phone.get_by_role('button', name='I have it').click()
    expect(phone.get_by_role('heading', level=1)).to_have_text('You have it')
    assert company.get(f'/alerts/{alert}')['acknowledged_by'] == 'Nia'


def comes_back(there: Site, company: Company, alert: str, mail: Sink) -> None:
    """The recovery is held, and goes to those who were called, in the thread of the alert."""
    there.come_back()
    until(lambda: company.get(f'/alerts/{alert}')['recovery'] or None, 'the hub to come back')
    assert company.get(f'/alerts/{alert}')['cleared_at'] is None, 'it is held until its devices are heard from'
    there.check_in()
    for who in ('nia', 'dan'):
        until(partial(second_mail_to, mail, who), 'the recovery')
        first, last = mails_to(mail, who)
        assert last['In-Reply-To'] == first['Message-ID']
        assert str(last['Subject']).endswith('Cleared: Hub is down')
    assert len(mail.got) == 4, 'one message and one recovery for each who was called'


def is_handed_over(night_phone: Page, day_phone: Page, console: Console, company: Company) -> None:
    """The night shift writes what the day shift should know, and the day shift takes over."""
    enter_as(night_phone, console, 'nia', '/now')
    night_phone.get_by_test_id('hand-over').click()
    night_phone.get_by_test_id('note').fill('The hub was down, its power is being looked at')
    night_phone.get_by_test_id('to').select_option(label='Dan')
    night_phone.get_by_test_id('give').click()
    until(lambda: company.get('/handovers')['items'] or None, 'the hand-over')
    enter_as(day_phone, console, 'dan', '/now')
    expect(day_phone.get_by_text('its power is being looked at')).to_be_visible()
    assert not day_phone.evaluate(WIDER)
    day_phone.get_by_test_id('take-shift').click()
    until(lambda: company.get('/handovers')['items'][0]['taken_by'] or None, 'the day shift to take over')
    assert company.get('/handovers')['items'][0]['taken_by'] == 'Dan'


def test_a_night_from_the_hub_that_fails_to_the_day_shift(
    night: Console, new_page: NewPage, listeners: ExitStack
) -> None:
    mail, company = night.beside(mail_sink()), night.company('Port of Delft')
    on_call(company, mail)
    night.kill()
    without_waits(night.folder)
    night.start()
    there = site(company, listeners)

    there.fail()
    (raised,) = until(lambda: mails_to(mail, 'nia') or None, 'the page to the person on call')
    until(lambda: mails_to(mail, 'dan') or None, 'the page to the next, since nobody answers')
    assert str(raised['Subject']).endswith('Hub is down')
    (root,) = [one['id'] for one in company.get('/alerts')['items'] if one['parent_id'] is None]
    inbox = enter_as(new_page(), night, 'dan', '/alerts?tree=shown')
    rows = inbox.get_by_test_id('alerts').locator('tbody tr[data-row]')
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text('Hub is down')
    until(partial(nobody_answered, company, root), 'the last step to pass without an answer')

    takes_it_by_the_link(raised, company, root, new_page(viewport=PHONE, java_script_enabled=False))
    comes_back(there, company, root, mail)

    told = enter_as(new_page(viewport=PHONE), night, 'nia', f'/alerts/{root}/incident')
    expect(told.locator('main')).to_contain_text(re.compile('.*'.join(map(re.escape, MINUTES)), re.DOTALL))
    assert not told.evaluate(WIDER)
    assert not (stumbled := stumbles(told)), stumbled
    is_handed_over(told, new_page(viewport=PHONE), night, company)
