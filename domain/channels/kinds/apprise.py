"""The long tail of chat and push services, by Apprise: its addresses say which service, where and with which secret."""

import re

from domain.channels.kinds.kind import ChannelField, ChannelKind, Dispatch, LongTailMessage
from domain.channels.kinds.templates import WORDS, heading, paragraphs
from domain.common.errors import Invalid
from domain.common.severity import RANK, Severity
from domain.common.text import clean_line

SCHEMES = frozenset(
    (
        *(
            'bark',
            'barks',
            'bluesky',
            'chanify',
            'clicksend',
            'dingtalk',
            'discord',
            'feishu',
            'flock',
            'form',
            'forms',
        ),
        *('gchat', 'gotify', 'gotifys', 'guilded', 'hassio', 'hassios', 'ifttt', 'join', 'json', 'jsons', 'lametric'),
        *(
            'lark',
            'line',
            'mastodon',
            'mastodons',
            'matrix',
            'matrixs',
            'misskey',
            'misskeys',
            'mmost',
            'mmosts',
            'msgbird',
        ),
        *('nclouds', 'ncloud', 'nctalk', 'nctalks', 'notica', 'ntfy', 'ntfys', 'pagertree', 'pbul', 'pover', 'prowl'),
        *(
            'psafer',
            'psafers',
            'pushdeer',
            'pushdeers',
            'pushy',
            'revolt',
            'rocket',
            'rockets',
            'ryver',
            'schan',
            'signal',
        ),
        *(
            'signals',
            'signl4',
            'simplepush',
            'sinch',
            'spike',
            'splunk',
            'spugpush',
            'synology',
            'synologys',
            'threema',
        ),
        *('twist', 'victorops', 'vonage', 'wecombot', 'whatsapp', 'workflows', 'wxteams', 'xml', 'xmls', 'zulip'),
    )
)
"""Services that are asked over HTTP. Those of Apprise that run a program, write a file or speak to this machine are not among them."""
_ADDRESS = re.compile(r'(?P<scheme>[a-z][a-z0-9+.-]{1,20})://[\x21-\x7e]+', re.IGNORECASE)


def checked_address(value: str, field: str) -> str:
    """An address of Apprise for a service that may be used; raises ``Invalid``."""
    value = clean_line(value, field, most=1000)
    found = _ADDRESS.fullmatch(value)
    if found is None:
        raise Invalid('must be an address as Apprise writes it: service://…, without blanks', field=field)
    if (scheme := found['scheme'].lower()) not in SCHEMES:
        raise Invalid(
            f'{scheme} is not used: it is unknown here, has a kind of channel of its own, or does more than a request over HTTP',
            field=field,
        )
    return value


def write(dispatch: Dispatch) -> LongTailMessage:
    """Plain words: each service writes them in its own way."""
    said = dispatch.announcement
    lines = paragraphs(dispatch)
    if dispatch.link:
        lines.append(dispatch.link)
    is_bad = RANK[said.severity] <= RANK[Severity.MAJOR]
    return LongTailMessage(
        url=dispatch.settings['url'],
        title=heading(dispatch)[:250],
        text='\n'.join(lines)[:4000] or heading(dispatch),
        level='success' if said.is_over else 'failure' if is_bad else 'warning',
    )


KIND = ChannelKind(
    key='apprise',
    label='Other service (Apprise)',
    meaning='one of sixty chat and push services, by the library Apprise in a process of its own; the operator of this console installs it '
    'with cellwarden[apprise]',
    fields=(
        ChannelField(
            name='url',
            label='Address',
            meaning='as Apprise writes it; it is a secret',
            hint='ntfys://ntfy.example.com/night-desk',
            secret=True,
            clean=checked_address,
        ),
        *WORDS,
    ),
    write=write,
)
