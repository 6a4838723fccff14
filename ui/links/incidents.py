"""One incident for people outside, as the maker of its link chose."""

from collections import OrderedDict
from html import escape

from fastapi import FastAPI, Request
from starlette.responses import Response

from domain.common.errors import NotFound
from domain.common.secrets import digest
from domain.common.text import spaced
from domain.incidents.links.model import SharedIncident
from domain.incidents.links.service import IncidentLinkService
from domain.sign_in.throttle import Throttle
from ui.durations import counted, lasted
from ui.links.document import document, facts, when
from ui.links.guessing import wait_after_wrong
from ui.server.rates import Rate

PATH = '/incident/'
MOST_RATES = 1000
"""Links whose rate is remembered."""


class _Rates:
    """A link is opened twice a second at most, in the long run: each time an incident is put together from the store."""

    def __init__(self) -> None:
        self._rates: OrderedDict[bytes, Rate] = OrderedDict()

    def wait_s(self, secret: str) -> float:
        key = digest(secret)
        rate = self._rates.setdefault(key, Rate(per_s=2, burst=20))
        self._rates.move_to_end(key)
        if len(self._rates) > MOST_RATES:
            self._rates.popitem(last=False)
        return rate.take()


def register_shared_incidents(app: FastAPI, *, links: IncidentLinkService, throttle: Throttle) -> None:
    """Register ``/incident/{secret}``."""
    rates = _Rates()

    @app.get(PATH + '{secret}', include_in_schema=False)
    @app.head(PATH + '{secret}', include_in_schema=False)
    async def shown(request: Request, secret: str) -> Response:
        if rates.wait_s(secret):
            return document(
                'Wait a moment', '<p>Load this page again in a second.</p>', status=429, headers={'retry-after': '1'}
            )
        try:
            return _page(await links.open(secret, counts=request.method == 'GET'))
        except NotFound:
            wait = await wait_after_wrong(throttle, request)
        if wait:
            words = f'<p>Too many links that open nothing came from your address. Try again in {wait} s.</p>'
            return document('Wait a moment', words, status=429, headers={'retry-after': str(wait)})
        words = '<p>It has ended, was taken back, or is incomplete. Ask the people who gave it to you.</p>'
        return document('This link opens nothing', words, status=404)


def _page(one: SharedIncident) -> Response:
    is_over = one.ended_at is not None
    took = lasted((one.ended_at or one.at) - one.began_at)
    levels = ', '.join(f'{count:,} {level}' for level, count in one.by_criticality)
    known = facts(
        [
            ('State', 'Over' if is_over else 'Open'),
            ('Began', when(one.began_at)),
            ('Ended', when(one.ended_at) if one.ended_at is not None else ''),
            ('Lasted', took if is_over else f'{took} so far'),
            ('Severity at its worst', one.severity.value),
            ('Parts concerned', f'{one.sites:,}'),
            ('Probable cause', spaced(one.cause)),
            ('Devices at its worst', f'{one.devices:,}' if one.devices is not None else ''),
            ('By criticality', levels),
            ('Not heard from since', counted(one.missing, 'device') if one.missing else ''),
        ]
    )
    steps = [f'{when(step.at)}: {step.what} {"is back" if step.is_over else "has failed"}' for step in one.steps]
    notes = [f'{when(at)}: {text}' for at, text in one.notes]
    body = known + _list('Concerned', list(one.concerned)) + _list('What happened', steps) + _list('Notes', notes)
    return document(
        one.title,
        f'{body}<p class="quiet small">As of {when(one.at)}. Load the page again to see it as it is then.</p>',
    )


def _list(title: str, lines: list[str]) -> str:
    inside = ''.join(f'<li class="text">{escape(line)}</li>' for line in lines)
    return f'<h2>{title}</h2><ul>{inside}</ul>' if inside else ''
