"""An outside check (dead man's switch) that hears again and again that this console lives, and calls people when it does not any more."""

from collections.abc import Mapping

from domain.alerts.announcements import News
from domain.alerts.model import AlarmType, ProbableCause
from domain.channels.kinds.kind import ChannelField, ChannelKind, Dispatch, HttpMessage
from domain.channels.model import AnnouncedAlert
from domain.common.errors import Invalid
from domain.common.own_parts import Behind
from domain.common.severity import Severity
from domain.common.web_addresses import TOLD_THAT_WE_LIVE, checked_web_address

KEY = 'heartbeat'
LEAST_S, MOST_S, USUAL_S = 10, 3600, 60
GET, POST = 'GET', 'POST'
URL, FAIL_URL, METHOD, EVERY_S = 'url', 'fail_url', 'method', 'every_s'

ALIVE = AnnouncedAlert(
    news=News.TEST,
    at=0.0,
    alert='',
    severity=Severity.INDETERMINATE,
    problem='the console lives',
    object_kind='enterprise',
    object_id='',
    object_name='',
    alarm_type=AlarmType.OPERATIONAL,
    probable_cause=ProbableCause.EQUIPMENT_MALFUNCTION,
    raised_at=0.0,
)
"""Of no alert: a request to an outside check says nothing but that it is made."""


def write(dispatch: Dispatch) -> HttpMessage:
    """That it lives: what a person tries by *Send a test* too."""
    return HttpMessage(
        url=dispatch.settings[URL], body=b'', method=dispatch.settings.get(METHOD, GET), act=TOLD_THAT_WE_LIVE
    )


def beat(dispatch: Dispatch, behind: tuple[Behind, ...]) -> HttpMessage | None:
    """That it lives; with something ``behind`` that, at the address for it, or nothing where there is none."""
    if not behind:
        return write(dispatch)
    if not (url := dispatch.settings.get(FAIL_URL)):
        return None
    method = dispatch.settings.get(METHOD, GET)
    words = '\n'.join(f'{one.words}. {one.because}' for one in behind)
    return HttpMessage(
        url=url,
        body=words.encode() if method == POST else b'',
        method=method,
        media_type='text/plain',
        act=TOLD_THAT_WE_LIVE,
    )


def every_s(settings: Mapping[str, str]) -> float:
    """How often."""
    return float(settings.get(EVERY_S) or USUAL_S)


def _checked_every(value: str, field: str) -> str:
    if not value.isascii() or not value.isdigit() or not LEAST_S <= int(value[:9]) <= MOST_S:
        raise Invalid(f'must be {LEAST_S} to {MOST_S} seconds', field=field)
    return str(int(value))


KIND = ChannelKind(
    key=KEY,
    label='Outside check',
    meaning='a service outside that expects a request again and again, and calls people when none comes: no alerts are told on it',
    fields=(
        ChannelField(
            name=URL,
            label='Address',
            meaning='asked while database, poller and notifier turn; it is a secret, with it others could say that we live',
            hint='https://hc-ping.com/5f3c…',
            secret=True,
            is_url=True,
            act=TOLD_THAT_WE_LIVE,
            clean=checked_web_address,
        ),
        ChannelField(
            name=FAIL_URL,
            label='Address for trouble',
            meaning='asked instead while one of them is behind; without it nothing is asked then, and the check runs out',
            hint='https://hc-ping.com/5f3c…/fail',
            secret=True,
            is_optional=True,
            is_url=True,
            act=TOLD_THAT_WE_LIVE,
            clean=checked_web_address,
        ),
        ChannelField(name=METHOD, label='Method', meaning='as the service wants it', choices=(GET, POST), default=GET),
        ChannelField(
            name=EVERY_S,
            label='Every (seconds)',
            meaning=f'{LEAST_S} to {MOST_S}; the check outside should wait for two or three of them',
            hint=str(USUAL_S),
            default=str(USUAL_S),
            clean=_checked_every,
        ),
    ),
    write=write,
    tells=False,
)
