"""The public status page of the simulated enterprise: its regions under names that a visitor of the port understands."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from jobs.simulation.client import Away, ConsoleClient, ConsoleRefused
from jobs.simulation.listeners import TowerListener

log = structlog.get_logger()

SLUG = 'harbour-radio'
MOST = 8
"""Regions that the page shows."""


async def publish_status_page(client: ConsoleClient, token: str, listeners: Sequence[TowerListener]) -> None:
    """Write and publish the page, unless there is one. A fleet without it shows all the rest, so that a refusal is told and no more."""
    regions = list(dict.fromkeys(listener.site.place.name for listener in listeners))[:MOST]
    content = {
        'slug': SLUG,
        'title': 'Harbour radio',
        'about': 'How the radio of the port stands. For urgent questions call the harbour desk.',
        'components': [
            {'kind': 'region', 'target': region, 'name': f'Radio at {region}', 'is_counted': number == 0}
            for number, region in enumerate(regions)
        ],
    }
    begins = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    planned = {
        'kind': 'maintenance',
        'title': 'New radios',
        'text': 'Radios are exchanged one by one; short interruptions are possible.',
        'begins_at': begins.isoformat(),
        'ends_at': (begins + timedelta(hours=2)).isoformat(),
    }
    try:
        known = (await client.call('GET', '/status-page', token, needs=('version',))).body
        if known['version']:
            return
        draft = await client.call('PATCH', '/status-page', token, content, if_match='*')
        concerns = {'components': [draft.body['components'][-1]['id']]}
        await client.call('POST', '/status-page/notices', token, {**planned, **concerns})
        await client.call('POST', '/status-page:publish', token, {'version': draft.body['version']})
    except (Away, ConsoleRefused) as refusal:
        log.error('status_page_refused', because=str(refusal))
    else:
        log.info('status_page_published', address=f'/status/{SLUG}')
