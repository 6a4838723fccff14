"""The identity providers of this process: which there are, where a browser goes to one, and the way on to sign out there too."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import structlog
from fastapi import Request
from starlette.responses import HTMLResponse, Response

from domain.common.answer_dates import AnswerDates
from domain.common.sealing import Seal
from domain.people.identities import IdentityService
from domain.sign_in.model import Session
from domain.sign_in.providers import Provider, ProviderRefusal
from ui.settings.providers import ProviderSettings
from ui.sign_in.attempts import Attempts
from ui.sign_in.forms import HandOver
from ui.sign_in.openid_http import Outbound
from ui.sign_in.vouching import Vouching

if TYPE_CHECKING:
    from ui.sign_in.openid import RelyingParty

log = structlog.get_logger(__name__)
FAREWELL_COOKIE = 'cellwarden_farewell'
"""Keeps the state of a sign-out at a provider, to know its answer by."""
_FAREWELL_S = 600


class Providers:
    """The providers of this process. ``public_url`` is where browsers find us; empty: as each request says."""

    def __init__(
        self,
        settings: Sequence[ProviderSettings],
        *,
        identities: IdentityService,
        seal: Seal,
        public_url: str = '',
        clock: Callable[[], float] = time.time,
        dates: AnswerDates | None = None,
    ) -> None:
        self.outbound = Outbound(dates)
        """To be entered for the length of the server's life."""
        self.parties = _parties(settings, self.outbound, clock)
        self.identities = identities
        self.attempts = Attempts(seal)
        self.vouching = Vouching(seal)
        self.clock = clock
        self._public_url = public_url

    @property
    def known(self) -> tuple[Provider, ...]:
        """What pages show of them."""
        return tuple(party.provider for party in self.parties.values())

    def for_email(self, email: str) -> Provider | None:
        """The provider that hands out addresses like this one."""
        return next((provider for provider in self.known if provider.speaks_for(email.strip())), None)

    def ours(self, request: Request, path: str) -> str:
        """The address of a path of ours, as browsers write it."""
        return (self._public_url or str(request.base_url).rstrip('/')) + path

    async def farewell(self, request: Request, session: Session, hand_over: HandOver) -> Response | None:
        """The answer that leads a browser on to sign out at its provider too; ``None`` when there is nowhere to go."""
        party = self.parties.get(session.provider)
        if party is None:
            return None
        back, state = f'/auth/logout/{party.provider.name}', secrets.token_urlsafe(32)
        try:
            url = await party.end_session_url(
                self.ours(request, back), state=state, token=self.identities.token(session)
            )
        except ProviderRefusal as refusal:
            log.warning('provider', provider=party.provider.name, because=refusal.because.value, detail=refusal.detail)
            return None
        if not url:
            return None
        response = onward(url)
        hand_over.cookie(request, response, FAREWELL_COOKIE, state, path=back, lasts_s=_FAREWELL_S)
        return response


def _parties(
    settings: Sequence[ProviderSettings], outbound: Outbound, clock: Callable[[], float]
) -> 'Mapping[str, RelyingParty]':
    if not settings:
        return {}
    from ui.sign_in.openid import (
        RelyingParty,  # 14 MB of libraries, which an installation without providers does not need
    )

    return {one.name: RelyingParty(one, outbound=outbound, clock=clock) for one in settings}


def onward(url: str) -> Response:
    """Lead on with a page: after a form has been sent, browsers hold redirects to elsewhere to ``form-action`` of our CSP.

    The address stands in the page and not in a header: with an identity token it is longer than many proxies let headers be.
    """
    dark = '<meta name="color-scheme" content="light dark">'  # no white flash in a dark browser
    place = escape(url)
    words = f'<!doctype html>{dark}<title>One moment</title><meta http-equiv="refresh" content="0;url={place}">'
    return HTMLResponse(f'{words}<p><a href="{place}">Go on</a></p>', headers={'cache-control': 'no-store'})
