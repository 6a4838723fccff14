"""Notifications in a browser: asked for on the account, shown by the worker, and they lead to the alert."""

import json
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company, until
from tests.domain.oncall.test_browsers import KEYS

SUBSCRIBED = """(keys) => {
  Notification.requestPermission = async () => 'granted';
  PushManager.prototype.subscribe = async (options) => {
    window.asked = options.applicationServerKey.length;
    return { endpoint: 'https://push.example.com/abc', toJSON: () => ({ endpoint: 'https://push.example.com/abc', keys }) };
  };
}"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({ title, body, tag, data }) => ({ title, body, tag, path: data.path }))"""
CLICKED = """async () => {
  self.went = '';
  self.clients.openWindow = async (path) => { self.went = path; };
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
  for (let turn = 0; turn < 100 && !self.went; turn += 1) await new Promise((next) => setTimeout(next, 20));
  return self.went;
}"""


def opened(company: Company, new_page: NewPage, path: str) -> Page:
    """A page of a browser that may notify."""
    page = new_page(service_workers='allow')
    page.context.grant_permissions(['notifications'])
    return company.enter(page, path)


def deliver(page: Page, origin: str, said: dict[str, Any]) -> None:
    """As a push service does."""
    session = page.context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        'ServiceWorker.workerRegistrationUpdated',
        lambda event: found.extend(one['registrationId'] for one in event['registrations']),
    )
    session.send('ServiceWorker.enable')

    def looked() -> list[str] | None:
        page.wait_for_timeout(50)  # in which events of the browser come in
        return found or None

    until(looked, 'the registration of the worker')
    message = {'origin': origin, 'registrationId': found[-1], 'data': json.dumps(said)}
    session.send('ServiceWorker.deliverPushMessage', message)


def test_a_browser_is_notified_on_request_and_removed(page: Page, company: Company) -> None:
    company.enter(page, '/account')
    page.evaluate(SUBSCRIBED, KEYS)
    page.evaluate("""() => Object.defineProperty(navigator.serviceWorker, 'register', { value: async () => 0 }) && Object.defineProperty(
      navigator.serviceWorker, 'ready', { value: Promise.resolve({ pushManager: Object.assign(Object.create(PushManager.prototype), {
        getSubscription: async () => null }) }) })""")
    with page.expect_navigation():
        page.get_by_test_id('notify').click()
    expect(page.get_by_test_id('notified-name')).to_have_text('Chrome on Linux')
    page.get_by_test_id('notified').get_by_role('button', name='Remove…').click()
    page.get_by_role('button', name='Remove', exact=True).click()
    expect(page.get_by_test_id('notified')).to_contain_text('In none yet')


def test_the_worker_shows_what_is_pushed_and_leads_to_the_alert(company: Company, new_page: NewPage) -> None:
    page = opened(company, new_page, '/policies')
    page.evaluate(
        "async () => { await navigator.serviceWorker.register('/sw.js', { scope: '/' }); await navigator.serviceWorker.ready; }"
    )
    said = {
        'title': 'Major: Noordzijde is down',
        'body': 'Where: Noordzijde',
        'enterprise': 'Port',
        'alert': 'A1',
        'severity': 'major',
    }
    deliver(page, company.console.address + '/', said)
    until(lambda: page.evaluate(SHOWN) or None, 'a notification')
    assert page.evaluate(SHOWN) == [
        {'title': 'Major: Noordzijde is down', 'body': 'Port\nWhere: Noordzijde', 'tag': 'A1', 'path': '/alerts/A1'}
    ]
    (worker,) = page.context.service_workers
    assert worker.evaluate(CLICKED) == '/alerts/A1'
    deliver(page, company.console.address + '/', {**said, 'title': 'Cleared: Noordzijde is down', 'over': True})
    until(lambda: len(page.evaluate(SHOWN)) == 1 or None, 'one in its place')


def test_a_message_about_no_alert_leads_to_its_own_page(company: Company, new_page: NewPage) -> None:
    page = opened(company, new_page, '/policies')
    page.evaluate(
        "async () => { await navigator.serviceWorker.register('/sw.js', { scope: '/' }); await navigator.serviceWorker.ready; }"
    )
    deliver(page, company.console.address + '/', {'title': 'Ana mentioned you', 'key': 'K1', 'path': '/alerts/A2'})
    until(lambda: page.evaluate(SHOWN) or None, 'a notification')
    assert [one['path'] for one in page.evaluate(SHOWN)] == ['/alerts/A2']


RENEWED = """async ([former, made, keys]) => {
  self.told = '';
  self.fetch = async (path, { body }) => { self.told = JSON.stringify([path, JSON.parse(body)]); };
  const event = new Event('pushsubscriptionchange');
  event.waitUntil = () => 0;
  Object.assign(event, { oldSubscription: { endpoint: former }, newSubscription: { toJSON: () => ({ endpoint: made, keys }) } });
  self.dispatchEvent(event);
  for (let turn = 0; turn < 100 && !self.told; turn += 1) await new Promise((next) => setTimeout(next, 20));
  return JSON.parse(self.told);
}"""


def test_the_worker_tells_of_a_renewed_address(company: Company, new_page: NewPage) -> None:
    page = opened(company, new_page, '/policies')
    page.evaluate(
        "async () => { await navigator.serviceWorker.register('/sw.js', { scope: '/' }); await navigator.serviceWorker.ready; }"
    )
    (worker,) = page.context.service_workers
    former, made = 'https://push.example.com/former', 'https://push.example.com/made'
    path, said = worker.evaluate(RENEWED, [former, made, KEYS])
    assert (path, said) == ('/ui/browsers/renew', {'former': former, 'endpoint': made, 'keys': KEYS})
    answer = page.request.post(company.console.address + path, data=said)
    assert (answer.status, answer.json()) == (200, {'known': False}), 'nobody is notified there'
