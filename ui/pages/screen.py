"""A page whose HTML holds what it shows at first: drawn from the live picture when it is built, and taken over by its script.

``docs/live.md`` says what travels in it; the shapes stand in :mod:`ui.shapes`.
"""

import asyncio
import inspect
import re
from collections.abc import Callable, Mapping
from functools import wraps
from html import escape, unescape
from typing import Any
from urllib.parse import unquote

import msgspec
import structlog
from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from nicegui import context, ui
from nicegui.client import Client

from domain.desks.model import BROWSER
from ui.desks.told import told_to
from ui.live import nicegui_inside as inside
from ui.live.pictures import Snapshot, pictures_of
from ui.server.failing import log_cause
from ui.server.headers import nonce
from ui.server.opening import Begin, begins_early
from ui.server.prefetching import is_for_keeping
from ui.shapes.html import tag
from ui.shapes.locales import first_of, writing_of
from ui.shapes.picture import Picture
from ui.shapes.texting import is_for_text, texted
from ui.shapes.tree import drawn, topics
from ui.shapes.values import Moment, State, zone_of
from ui.sign_in.guard import signed_in_scope
from ui.sign_in.kept import kept_name

log = structlog.get_logger(__name__)

ZONE_COOKIE = 'cellwarden_zone'
"""In which the page's script says the reader's zone."""
FRAME = ('counters', 'announcements')
"""What the frame around a page follows."""
PATIENCE_S = 30.0
"""For how long a page may be built: on a server that has a lot to do it comes late, where NiceGUI would say after 3 s that it failed."""
_BOUND = re.compile(r'(<span class="count)([^"]*)(" data-topic="([^"]+)" data-text="([^"]+)">)(</span>)')
_ZONE = '<span data-zone>UTC</span>'
_LATE = ' Some of it was not read in time: <a class="cw-link" href="">load the page again</a>.'
_WITHOUT = (
    '<noscript><div class="cw-notice cw-without">Without JavaScript a page can be read, and lists can be searched, filtered and turned. '
    'Allow it to change anything.{late} <a class="cw-link" href="/account">My account</a>'
    '<form method="post" action="/auth/sign-out"><button class="cw-link" type="submit">Sign out</button></form></div></noscript>'
)
# Rows stand as cards where they have no room, as live_table.js decides once it runs; before the first paint of the picture. All are
# measured before one is changed, so that it is laid out once. The frame, which was there before, is painted first: without this a browser
# may lay out both together, which shows the frame later. The figures of an overview come a frame before what stands below them: they are
# what is looked for, and laid out in a fifth of the time. A page that is not looked at has no frames to wait for.
_FOLD = """{
  const first = document.getElementById("cw-first"), unseen = () => document.prerendering || document.hidden;
  const all = () => {
    if (first.className === "folded") return;
    first.className = "folded";
    const full = [...first.querySelectorAll(".cw-table")].filter((table) => {
      const box = table.querySelector(".cw-table-wrap");
      return box && (innerWidth < 1000 || box.scrollWidth > box.clientWidth + 1);
    });
    for (const table of full) table.classList.add("cards");
    first.dispatchEvent(new Event("shown"));
  };
  const after = (act) => { requestAnimationFrame(() => setTimeout(act)); setTimeout(act, 50); };
  const show = () => {
    if (first.className) return;
    if (unseen() || !first.querySelector(".cw-grid.four ~ *")) { all(); return; }
    first.className = "figures";
    after(all);
  };
  if (unseen() || performance.getEntriesByName("first-contentful-paint").length) show(); else after(show);
}"""


class screen(ui.page):  # noqa: N801 (NiceGUI's own spelling of a decorator)
    """As NiceGUI's ``page``, with the first picture in the HTML."""

    def __init__(
        self, path: str, *, response_timeout: float = PATIENCE_S, begins: Begin | None = None, **more: Any
    ) -> None:
        """``begins`` writes what is sent before the page is built (:mod:`ui.pages.opening`)."""
        super().__init__(path, response_timeout=response_timeout, **more)
        if begins is not None:
            begins_early(path, begins)

    def __call__(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Register the builder of the page."""

        @wraps(func)
        async def built(*args: Any, **parts: Any) -> Response | None:
            try:
                result = func(*args, **parts)
                if inspect.isawaitable(result):
                    result = await result
            except Exception:
                log_cause(context.client.request.scope)
                raise
            if isinstance(result, Response):  # another page in its place
                return result
            client = context.client
            await self.painted(client)
            return _alone(client) if is_for_keeping(client.request.scope) else None

        return super().__call__(built)

    async def painted(self, page: Client) -> None:
        """Put the first picture into the page."""
        await paint(page)


class bare_screen(screen):  # noqa: N801
    """The same for a page without a frame, see :func:`ui.frame.bare`."""

    async def painted(self, page: Client) -> None:
        """Put the first picture into the page."""
        paint_bare(page)


async def paint(page: Client) -> None:
    """Put the first picture into a page that has been built. A page of which none can be drawn goes without: its script draws it then."""
    who, pictures = signed_in_scope(page.request.scope), pictures_of(page.request.scope)
    if who is None or pictures is None:
        return
    try:
        desk = told_to(page.request.scope)
        moment = moment_of(page.request, desk, who.access.now())
        asked = _in_utc(asked_of(page.request), moment)
        names = dict.fromkeys((*FRAME, *topics(page.content, asked)))
        found = await pictures.take(who.person, list(names))
        states = {name: one.state for name, one in found.items()}
        picture = Picture(moment=moment, states=states, path=page.request.url.path, asked=asked, desk=desk)
        without = _WITHOUT.format(late='' if names.keys() <= found.keys() else _LATE)
        content = tag('main', without + tag('div', drawn(page.content, picture), 'nicegui-content'))
        body = bound(inside.body_of(page), states, moment) + _first(content)
        body = (texted(body) if is_for_text(page.request) else body) + _block(found, moment.now)
    except Exception:
        log.exception('first_picture_not_drawn', path=page.request.url.path)
    else:
        inside.set_body(page, body)


def _in_utc(asked: Mapping[str, str], moment: Moment) -> dict[str, str]:
    """The query with the ends of its span in UTC, which all that is drawn and read by it takes."""
    ends = {key: moment.utc(asked[key], ends=key == 'until') for key in ('since', 'until') if asked.get(key)}
    return {**asked, **ends}


def _alone(page: Client) -> Response:
    """The picture without what would make it live; the page itself is taken apart."""
    scope = page.request.scope
    under = tag('meta', '', name='cellwarden-kept', content=kept_name(scope))
    html = f'<!doctype html>{under}{inside.body_of(page)}'
    asyncio.get_running_loop().call_soon(inside.delete, page)
    return HTMLResponse(html, page.status_code or 200)


def moment_of(request: Request, desk: Mapping[str, Any], now: float) -> Moment:
    """The reader's zone, locale and hours, as ``ui/static/kit.js`` finds them: from the desk, else from the browser."""
    wanted = desk.get('zone', BROWSER)
    if wanted == BROWSER:
        wanted = unquote(request.cookies.get(ZONE_COOKIE, ''))
    zone, zone_name = zone_of(wanted)
    locale = desk.get('locale') or first_of(request.headers.get('accept-language', ''))
    return Moment(now, zone, zone_name, writing_of(locale, desk.get('hours', '')))


def paint_bare(page: Client) -> None:
    """The same for a page that follows nothing and says no moment: of people who may have no session, so that nothing is kept for it.

    Its forms are the browser's own. They are sent from the picture as well.
    """
    try:
        picture = Picture(moment=Moment(0.0), states={}, path=page.request.url.path)
        content = tag('main', tag('div', drawn(page.content, picture), 'nicegui-content'))
        inside.set_body(page, inside.body_of(page) + _first(content))
    except Exception:
        log.exception('first_picture_not_drawn', path=page.request.url.path)


def _first(content: str) -> str:
    return tag('div', content, id='cw-first') + tag('script', _FOLD, nonce=nonce())


def asked_of(request: Request) -> dict[str, str]:
    """The query of a page's address; a filter that a form sends once for each choice is one with commas."""
    query = request.query_params
    return {key: ','.join(filter(None, query.getlist(key))) for key in query}


def bound(html: str, states: Mapping[str, State], moment: Moment) -> str:
    """The frame with its figures, as ``ui/static/frame.js`` binds them."""

    def filled(hit: re.Match[str]) -> str:
        opening, classes, rest, topic, template, closing = hit.groups()
        state = states.get(unescape(topic))
        text = moment.fill(unescape(template), state) if state is not None else '–'
        if 'pill' in classes and text not in ('0', '–'):
            classes = classes.replace(' none', '')
        return f'{opening}{classes}{rest}{"" if text == "–" else escape(text)}{closing}'

    return _BOUND.sub(filled, html).replace(_ZONE, f'<span data-zone>{escape(moment.zone_name)}</span>')


def _block(found: Mapping[str, Snapshot], now: float) -> str:
    """The states as data: frames as the live line would have sent them."""
    frames = ','.join(one.frame for one in found.values())
    data = f'{{"at":{msgspec.json.encode(now).decode()},"frames":[{frames}]}}'.replace('<', '\\u003c')
    return f'<script type="application/json" id="cw-snapshot">{data}</script>'
