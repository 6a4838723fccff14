"""One incident over HTTP, for people outside: without a sign-in, and not without its secret."""

import httpx
from fastapi import FastAPI

from domain.incidents.links.model import IncidentLink, SharedPart
from tests.domain.incidents.links.test_service import new, outage
from ui.links.incidents import register_shared_incidents


async def test_the_holder_of_a_link_reads_it_and_it_is_kept_nowhere() -> None:
    async with outage() as (application, root):
        parts = new(application, SharedPart.NAMES, SharedPart.TIMELINE, SharedPart.CAUSE)
        link, secret = await application.incident_links.make(application.actor, root.id, parts)
        app = FastAPI()
        register_shared_incidents(app, links=application.incident_links, throttle=application.throttle)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://console') as client:
            shown = await client.get(f'/incident/{secret}')
            assert (shown.status_code, '<h1>Loss of service</h1>' in shown.text) == (200, True)
            assert 'Mast 1 has failed' in shown.text
            assert 'loss of signal' in shown.text
            assert '<script' not in shown.text
            assert (shown.headers['cache-control'], shown.headers['referrer-policy']) == ('no-store', 'no-referrer')
            assert 'noindex' in shown.headers['x-robots-tag']
            assert application.fleet[IncidentLink][link.id].opened == 1
            await application.incident_links.revoke(application.actor, link.id)
            gone = await client.get(f'/incident/{secret}')
            assert (gone.status_code, 'Loss of service' in gone.text) == (404, False)


async def test_what_people_wrote_is_text_and_a_crowd_is_told_to_wait() -> None:
    async with outage() as (application, root):
        await application.alerts.comment(application.actor, root.id, '<script>alert(1)</script>')
        _, secret = await application.incident_links.make(
            application.actor, root.id, new(application, SharedPart.NOTES)
        )
        app = FastAPI()
        register_shared_incidents(app, links=application.incident_links, throttle=application.throttle)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://console') as client:
            assert '&lt;script&gt;alert(1)' in (await client.get(f'/incident/{secret}')).text
            answers = [(await client.head(f'/incident/{secret}')).status_code for _ in range(40)]
            assert 429 in answers
