"""Makes the simulated towers known to the console: creates what is missing, points what is there to today's ports."""

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

import structlog

from jobs.simulation.client import Away, ConsoleClient, ConsoleRefused, Json
from jobs.simulation.listeners import TowerListener, checks

log = structlog.get_logger()
_RETRY_S = 2.0
_CONFLICTS = 5


async def provision(client: ConsoleClient, token: str, listeners: Sequence[TowerListener]) -> None:
    """Every listener's site exists afterwards, its checks on the listener's ports; waits for a server that is not there yet.

    Sites are recognised by operator and name, so neither a restart nor a lost answer creates one twice. Raises ``ConsoleRefused`` when
    the token may not do it.
    """
    while True:
        try:
            return await _pass(client, token, listeners)
        except Away:
            await asyncio.sleep(_RETRY_S)
        except ConsoleRefused as refusal:
            if not refusal.passing:
                raise
            await asyncio.sleep(refusal.retry_after or _RETRY_S)


async def _pass(client: ConsoleClient, token: str, listeners: Sequence[TowerListener]) -> None:
    known = await _known(client, token)
    ids: dict[int, str] = {}
    created = 0
    for listener in listeners:  # gateways come first, so a parent's id is known when its children need it
        site = listener.site
        mine = known.get((site.operator.name, site.name))
        if mine is None:
            parent = None if site.parent is None else ids[site.parent]
            made = await client.call('POST', '/towers', token, document(listener, parent), needs=('id',))
            mine = str(made.body['id'])
            created += 1
        else:
            await _repoint(client, token, mine, listener)
        ids[site.number] = mine
    log.info('towers_ready', created=created, found=len(listeners) - created)


def document(listener: TowerListener, parent: str | None) -> Json:
    """What ``POST /towers`` wants to know of a site."""
    site = listener.site
    latitude, longitude = site.degrees
    plmn = {'mcc': site.operator.mcc, 'mnc': site.operator.mnc}
    cells = [
        {'rat': c.rat, **plmn, 'tac': c.tac, 'cell_id': c.cell_id, 'pci': c.pci, 'arfcn': c.arfcn, 'azimuth': c.azimuth}
        for c in site.cells
    ]
    return {
        'name': site.name,
        'operator': site.operator.name,
        'kind': site.kind,
        'region': site.place.name,
        'latitude': latitude,
        'longitude': longitude,
        'parent_id': parent,
        'cells': cells,
        'checks': checks(listener),
    }


async def _known(client: ConsoleClient, token: str) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    cursor = ''
    while True:
        path = '/towers?limit=200' + (f'&cursor={quote(cursor, safe="")}' if cursor else '')
        page = (await client.call('GET', path, token, needs=('items',))).body
        for item in page['items']:
            found[(item['operator'], item['name'])] = item['id']
        if not (cursor := page.get('next') or ''):
            return found


async def _repoint(client: ConsoleClient, token: str, tower: str, listener: TowerListener) -> None:
    """Read, change, write with If-Match; read again when another was faster. The checks stay the ones that they were: what the console
    knows of the site stands until it is asked again."""
    for _ in range(_CONFLICTS):
        now = await client.call('GET', f'/towers/{tower}', token, needs=('id',))
        ids = {check['kind']: check['id'] for check in now.body.get('checks', ()) if check.get('id')}
        wanted = [
            {**check, 'id': ids[str(check['kind'])]} if check['kind'] in ids else check for check in checks(listener)
        ]
        try:
            await client.call('PATCH', f'/towers/{tower}', token, {'checks': wanted}, if_match=now.etag or '*')
            return
        except ConsoleRefused as refusal:
            if refusal.status != 412:
                raise
    log.warning('tower_not_repointed', tower=listener.site.name)
