"""PagerDuty, by version 2 of its Events API: one incident for each alert, resolved with it."""

import json
import re
from typing import Any

from domain.channels.kinds.kind import ChannelField, ChannelKind, Dispatch, HttpMessage, Reading, server_field
from domain.channels.kinds.templates import WORDS, facts, heading
from domain.channels.kinds.wording import moment
from domain.common.errors import Invalid
from domain.common.severity import Severity

_KEY = re.compile(r'[A-Za-z0-9]{32}')
_SEVERITIES = {
    Severity.CRITICAL: 'critical',
    Severity.MAJOR: 'error',
    Severity.MINOR: 'warning',
    Severity.WARNING: 'warning',
}
EVENTS = 'https://events.pagerduty.com'


def write(dispatch: Dispatch) -> HttpMessage:
    """``trigger`` or ``resolve``, with the id of the alert as key: an event that comes twice is one."""
    settings, said = dispatch.settings, dispatch.announcement
    event: dict[str, Any] = {
        'routing_key': settings['routing_key'],
        'event_action': 'resolve' if said.is_over else 'trigger',
        'dedup_key': said.alert or dispatch.key,
    }
    if not said.is_over:
        event['payload'] = {
            'summary': heading(dispatch)[:1024],
            'source': said.object_name or dispatch.enterprise,
            'severity': _SEVERITIES.get(said.severity, 'info'),
            'timestamp': moment(said.at),
            'component': said.object_kind,
            'class': said.probable_cause,
            'custom_details': dict(facts(dispatch)),
        }
        event['client'] = 'Cellwarden'
        if dispatch.link:
            event['client_url'] = dispatch.link
    url = f'{settings.get("server") or EVENTS}/v2/enqueue'
    return HttpMessage(url=url, body=json.dumps(event, ensure_ascii=False).encode())


def checked_key(value: str, field: str) -> str:
    """32 letters and digits."""
    if not _KEY.fullmatch(value):
        raise Invalid('must be the 32 letters and digits of an integration key', field=field)
    return value


def reads(body: Any) -> Reading:
    """What the incident says there."""
    told = body.get('payload')
    if told is None:
        return Reading(title='The incident is resolved')
    return Reading(
        title=told['summary'],
        facts=(('Severity', told['severity']), ('Source', told['source']), *told['custom_details'].items()),
        links=(('View in Cellwarden', body['client_url']),) if 'client_url' in body else (),
    )


KIND = ChannelKind(
    key='pagerduty',
    label='PagerDuty',
    meaning='incidents of a service of PagerDuty, resolved when the alert clears',
    fields=(
        ChannelField(
            name='routing_key',
            label='Integration key',
            meaning='of an Events API v2 integration',
            hint='32 letters and digits',
            secret=True,
            clean=checked_key,
        ),
        server_field(EVENTS),
        *WORDS,
    ),
    write=write,
    reads=reads,
)
