"""A signed webhook, as Standard Webhooks 1.0.0 writes it: a program of the receiver verifies who sent it, and that it is no repetition."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from domain.channels.kinds.kind import FORMER, SECRET, ChannelField, ChannelKind, Dispatch, HttpMessage
from domain.channels.kinds.wording import moment
from domain.common.web_addresses import SENT_WEBHOOKS, checked_web_address

PREFIX = 'whsec_'


def write(dispatch: Dispatch) -> HttpMessage:
    """The request. Two signatures stand in it while a former secret is still good, so that a receiver can change its own in between."""
    body = json.dumps(payload(dispatch), ensure_ascii=False, separators=(',', ':')).encode()
    timestamp = int(dispatch.now)
    signatures = [
        signature(secret, dispatch.key, timestamp, body)
        for name in (SECRET, FORMER)
        if (secret := dispatch.settings.get(name))
    ]
    headers = {
        'webhook-id': dispatch.key,
        'webhook-timestamp': str(timestamp),
        'webhook-signature': ' '.join(signatures),
    }
    return HttpMessage(url=dispatch.settings['url'], body=body, headers=headers, act=SENT_WEBHOOKS)


def signature(secret: str, key: str, timestamp: int, body: bytes) -> str:
    """``v1,`` and the HMAC-SHA256 of id, timestamp and body, in base64."""
    signed = hmac.new(base64.b64decode(secret.removeprefix(PREFIX)), digestmod=hashlib.sha256)
    signed.update(f'{key}.{timestamp}.'.encode() + body)
    return f'v1,{base64.b64encode(signed.digest()).decode()}'


def payload(dispatch: Dispatch) -> Mapping[str, Any]:
    """Type, moment and data. ``alert.raised`` and so on; the data are those of the alert at that moment."""
    said = dispatch.announcement
    return {
        'type': f'alert.{said.news}',
        'timestamp': moment(said.at),
        'data': {
            'enterprise': dispatch.enterprise,
            'alert_id': said.alert,
            'severity': said.severity,
            'severity_before': said.before or None,
            'problem': said.problem,
            'detail': said.detail,
            'object': {'kind': said.object_kind, 'id': said.object_id, 'name': said.object_name},
            'alarm_type': said.alarm_type,
            'probable_cause': said.probable_cause,
            'raised_at': moment(said.raised_at),
            'cleared_at': moment(said.at) if said.is_over else None,
            'devices': said.devices,
            'missing': said.missing,
            'url': dispatch.link or None,
        },
    }


KIND = ChannelKind(
    key='webhook',
    label='Webhook',
    meaning='JSON over HTTP, signed as Standard Webhooks describes, for programs of your own',
    fields=(
        ChannelField(
            name='url',
            label='Address',
            meaning='where it is sent, by POST',
            hint='https://example.com/hooks/cellwarden',
            is_url=True,
            act=SENT_WEBHOOKS,
            clean=checked_web_address,
        ),
        ChannelField(name=SECRET, label='Signing secret', meaning='made here, shown once', secret=True, is_made=True),
    ),
    write=write,
)
