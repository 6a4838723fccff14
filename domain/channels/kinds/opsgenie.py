"""Opsgenie, and what speaks its Alert API: one alert there for each here, closed with it."""

import json
import re
from typing import Any
from urllib.parse import quote

from domain.channels.kinds.kind import ChannelField, ChannelKind, Dispatch, HttpMessage, Reading, server_field
from domain.channels.kinds.templates import WORDS, facts, heading
from domain.common.errors import Invalid
from domain.common.severity import Severity

_KEY = re.compile(r'[A-Za-z0-9-]{20,64}')
_PRIORITIES = {Severity.CRITICAL: 'P1', Severity.MAJOR: 'P2', Severity.MINOR: 'P3', Severity.WARNING: 'P4'}
API = 'https://api.opsgenie.com'


def write(dispatch: Dispatch) -> HttpMessage:
    """Create, or close by alias: what comes twice is one."""
    settings, said = dispatch.settings, dispatch.announcement
    base, alias = settings.get('server') or API, said.alert or dispatch.key
    body: dict[str, object] = {'source': 'Cellwarden', 'note': heading(dispatch)[:25_000]}
    url = f'{base}/v2/alerts/{quote(alias, safe="")}/close?identifierType=alias'
    if not said.is_over:
        url = f'{base}/v2/alerts'
        details = dict(facts(dispatch)) | ({'Link': dispatch.link} if dispatch.link else {})
        body |= {
            'message': heading(dispatch)[:130],
            'alias': alias,
            'description': said.detail[:15_000],
            'entity': said.object_name[:512],
            'priority': _PRIORITIES.get(said.severity, 'P5'),
            'details': details,
        }
    headers = {'authorization': f'GenieKey {settings["api_key"]}'}
    return HttpMessage(url=url, body=json.dumps(body, ensure_ascii=False).encode(), headers=headers)


def checked_key(value: str, field: str) -> str:
    """As an integration of the API shows it."""
    if not _KEY.fullmatch(value):
        raise Invalid('must be the key of an API integration: letters, digits and dashes', field=field)
    return value


def reads(body: Any) -> Reading:
    """What the alert says there."""
    if 'message' not in body:
        return Reading(title='The alert is closed', lines=(body['note'],))
    facts = (('Priority', body['priority']), ('Entity', body['entity']), *body['details'].items())
    return Reading(title=body['message'], lines=tuple(body['description'].splitlines()), facts=facts)


KIND = ChannelKind(
    key='opsgenie',
    label='Opsgenie',
    meaning='alerts of Opsgenie, or of what speaks its Alert API, closed when the alert clears',
    fields=(
        ChannelField(
            name='api_key',
            label='API key',
            meaning='of an API integration',
            hint='xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx',
            secret=True,
            clean=checked_key,
        ),
        server_field(API),
        *WORDS,
    ),
    write=write,
    reads=reads,
)
