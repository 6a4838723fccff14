"""The page behind the link in a message: a GET shows, a POST acknowledges."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from tests.domain.channels.channels import over
from tests.domain.oncall.answers.test_service import called, due, secret_of
from tests.domain.oncall.desk import open_alert
from tests.fakes import RunningApplication, running_application
from ui.links.answers import register_answers


@asynccontextmanager
async def standing() -> AsyncIterator[tuple[RunningApplication, httpx.AsyncClient, str]]:
    """An application, a browser without a sign-in, and the path of a link that counts."""
    async with running_application() as application:
        answers = await called(application)
        secret = await secret_of(answers, due(application))
        app = FastAPI()
        register_answers(app, answers=answers, throttle=application.throttle)
        transport = httpx.ASGITransport(app, client=('203.0.113.9', 1))
        async with httpx.AsyncClient(transport=transport, base_url='http://console') as client:
            yield application, client, f'/answer/{secret}'


async def test_a_scanner_that_opens_the_link_does_nothing_and_one_press_takes_the_alert() -> None:
    async with standing() as (application, client, path):
        for method in ('GET', 'HEAD', 'GET'):
            shown = await client.request(method, path)
            assert shown.status_code == 200
        assert '<form method="post">' in shown.text
        assert open_alert(application).acknowledged_at is None
        pressed = await client.post(path)
        assert (pressed.status_code, pressed.headers['location']) == (303, path)
        assert open_alert(application).acknowledged_by == 'ann'
        after = await client.get(path)
        assert 'You have it' in after.text
        assert '<form' not in after.text


async def test_the_page_is_kept_nowhere_and_tells_no_other_site_its_address() -> None:
    async with standing() as (_, client, path):
        headers = (await client.get(path)).headers
        assert (headers['referrer-policy'], headers['cache-control']) == ('no-referrer', 'no-store')
        assert 'noindex' in headers['x-robots-tag']
        assert 'script-src' not in headers['content-security-policy']
        assert (await client.post(path)).headers['referrer-policy'] == 'no-referrer'


async def test_what_cannot_be_taken_says_why() -> None:
    async with standing() as (application, client, path):
        await over(application)
        gone = await client.post(path)
        assert (gone.status_code, 'This alert is over' in gone.text) == (410, True)
        unknown = await client.get('/answer/cwa_guess')
        assert (unknown.status_code, 'This link does nothing' in unknown.text) == (404, True)


async def test_guessing_is_slowed_down_and_a_right_link_is_not() -> None:
    async with standing() as (_, client, path):
        answers = [(await client.get(f'/answer/cwa_{number}')).status_code for number in range(30)]
        assert answers[:5] == [404] * 5
        assert answers[-1] == 429
        assert (await client.get(path)).status_code == 200
