"""Notifications in browsers (RFC 8030), for people who asked for it there."""

import base64
import json
import secrets

from domain.channels.kinds.kind import SECRET, ChannelField, ChannelKind, Dispatch, PushMessage
from domain.channels.kinds.templates import WORDS, heading, paragraphs
from domain.common.errors import Invalid
from domain.common.severity import RANK, Severity

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256: a private key is a number below it."""
_MOST_DETAIL = 600
"""Characters of a text; a message has at most 3,993 bytes (RFC 8291, 4)."""


def write(dispatch: Dispatch) -> PushMessage:
    """What the worker of the console shows: one notification for each alert, which what was told later replaces."""
    settings, said = dispatch.settings, dispatch.announcement
    title = heading(dispatch)[:200]
    text = '\n'.join(paragraphs(dispatch, lambda words: words[:_MOST_DETAIL]))
    text = text[: 2 * _MOST_DETAIL]
    payload = {
        'title': title,
        'body': text,
        'alert': said.alert,
        'enterprise': dispatch.enterprise,
        'severity': said.severity,
        'over': said.is_over,
        'at': said.at,
        'key': dispatch.key,
        'path': said.path,
    }
    return PushMessage(
        url=settings.get('endpoint', ''),
        payload=json.dumps(payload, ensure_ascii=False, separators=(',', ':')).encode(),
        p256dh=settings.get('p256dh', ''),
        auth=settings.get('auth', ''),
        private_key=settings.get(SECRET, ''),
        contact=settings.get('contact', ''),
        topic=(said.alert or dispatch.key)[:32],
        is_urgent=not said.is_over and RANK[said.severity] <= RANK[Severity.MAJOR],
        shown=(title, text),
    )


def new_private_key() -> str:
    """A private key of P-256, by which push services know this console (RFC 8292), in base64url."""
    number = secrets.randbelow(_ORDER - 1) + 1
    return base64.urlsafe_b64encode(number.to_bytes(32, 'big')).decode().rstrip('=')


def checked_key(value: object, field: str, size: int) -> str:
    """So many bytes in base64url, as a browser writes its keys."""
    said = value if isinstance(value, str) and len(value) <= 2 * size else ''
    try:
        known = base64.urlsafe_b64decode(said + '=' * (-len(said) % 4))
    except ValueError:
        known = b''
    if len(known) != size or (size == 65 and known[:1] != b'\x04'):
        raise Invalid(f'must be {size} bytes in base64url', field=field)
    return said.rstrip('=')


KIND = ChannelKind(
    key='push',
    label='Browsers',
    meaning='notifications in the browsers of people, each of whom asks for it on their own account',
    fields=(
        ChannelField(
            name=SECRET, label='Key', meaning='made here, by which push services know us', secret=True, is_made=True
        ),
        *WORDS,
    ),
    write=write,
    people_only=True,
)
