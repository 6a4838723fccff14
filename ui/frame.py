"""The frame around every page: rail, top bar, bottom bar on a phone. Plain HTML, so it stands before NiceGUI has run."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import escape

from nicegui import context, ui
from starlette.requests import HTTPConnection

from ui.colours import COLOURS
from ui.design import look
from ui.doors import DOORS, Door
from ui.server import offline
from ui.server.assets import FONT, FRAME_SHEET, REST_SHEET, head, remembered_theme
from ui.server.headers import nonce
from ui.server.nonces import nonce_of
from ui.server.opening import OPENING, is_begun
from ui.server.prefetching import rules

MARK = (
    '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" aria-hidden="true">'
    '<circle cx="12" cy="9" r="1.7" fill="currentColor" stroke="none"/><path d="M12 11v10M8.6 21h6.8"/>'
    '<path d="M8.4 12.6a5 5 0 0 1 0-7.2M15.6 5.4a5 5 0 0 1 0 7.2M5.2 15.8a9.6 9.6 0 0 1 0-13.6M18.8 2.2a9.6 9.6 0 0 1 0 13.6"/></svg>'
)
FAVICON = MARK.replace('currentColor', COLOURS['accent'][0]).replace(
    '<svg ', '<svg xmlns="http://www.w3.org/2000/svg" '
)
_ZONE = 'Times in <span data-zone>UTC</span>'
"""Said of the moments on the page; a script puts the reader's zone in the place of UTC."""
_GLASS = (
    '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">'
    '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/></svg>'
)


_MORE = 'M5 12h.01M12 12h.01M19 12h.01'
_BELOW_A_PATH = (
    '<p class="cw-unstyled">This page is shown without its style and scripts. Where Cellwarden is served below a path of a host, such as '
    'example.org/cellwarden/, that cannot work: give it a host name of its own, such as cellwarden.example.org.</p>'
)
"""Seen when the style sheet that hides it was not found, since its address begins at the root of the host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who looks at the page, as the frame shows it.

    ``person`` is the id of the membership that the page is built for; ``others`` are the enterprises (id and name) that they may
    switch to; ``part`` is the part of the enterprise that they see, when it is not all of it; ``desk`` is what they have set, as the
    browser is told; ``landed`` says that they begin with a view of a list, so that the overview has an address of its own; ``kept`` is
    the name under which the browser keeps things for them, if any. ``is_rtl`` says that their locale is written from right to left.
    """

    person: str
    name: str
    email: str
    enterprise: str
    others: Sequence[tuple[str, str]] = ()
    part: str = ''
    desk: Mapping[str, object] | None = None
    landed: bool = False
    kept: str = ''
    is_rtl: bool = False

    @property
    def initials(self) -> str:
        """Two letters for the round button."""
        words = self.name.split() or ['?']
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else words[0][1:2])).upper()


@contextmanager
def frame(title: str, *, reader: Reader, active: str, administration: Sequence[Door] = ()) -> Iterator[None]:
    """Put what is built inside into the frame; ``active`` is the id of the link that leads here."""
    ui.page_title(f'{title} · Cellwarden')
    request = context.client.request
    if not is_begun(request.scope):
        ui.add_head_html(_head(request, reader))
        ui.add_body_html(_html(title, reader, active, administration))
    ui.add_head_html(rules(nonce()))
    with ui.element('div').classes('cw-main').props('id=main tabindex=-1'):  # <main> is NiceGUI's page around it
        if reader.part:  # where the top bar has no room for it
            ui.label(f'You see {reader.part}').classes('cw-part-of below')
        yield


@contextmanager
def bare(title: str, *, strangers: bool = False) -> Iterator[None]:
    """A page without rail and live line, for people who have not signed in; in a browser of ``strangers`` nothing is kept."""
    ui.page_title(f'{title} · Cellwarden')
    ui.add_head_html(
        head(nonce(), kept='' if strangers else None, theme=remembered_theme(context.client.request)) + offline.head()
    )
    ui.add_body_html(_BELOW_A_PATH)
    with ui.element('div').classes('cw-bare').props('id=main tabindex=-1'):
        yield


def beginning(
    title: str, *, request: HTTPConnection, reader: Reader, active: str, administration: Sequence[Door] = ()
) -> str:
    """The same frame as the beginning of a page that is still to be built (:mod:`ui.server.opening`)."""
    return (
        f'{OPENING}<title>{escape(title)} · Cellwarden</title>{_head(request, reader)}{FRAME_SHEET}</head><body>{FONT}'
        f'{_html(title, reader, active, administration)}{REST_SHEET}'
    )


def _head(request: HTTPConnection, reader: Reader) -> str:
    theme = remembered_theme(request)
    return head(nonce_of(request.scope), reader.desk, reader.kept, theme=theme, is_rtl=reader.is_rtl) + offline.head()


def _html(title: str, reader: Reader, active: str, administration: Sequence[Door]) -> str:
    overview = replace(DOORS[0], href='/?overview=1') if reader.landed else DOORS[0]
    doors = (overview, *DOORS[1:])
    rail = ''.join(_door(door, active) for door in doors)
    if administration:
        rail += '<h2>Administration</h2>' + ''.join(_door(door, active) for door in administration)
    feet = ''.join(_foot(door, active) for door in doors if door.foot)
    others = [door for door in (*doors, *administration) if not door.foot]
    more_active = ' aria-current="page"' if active in {door.id for door in others} else ''
    live = look('presence', 'never_seen')
    whom = ' · '.join(filter(None, (reader.email, reader.enterprise, reader.part)))
    part = (
        f'<span class="cw-part-of" title="Your role is narrowed to this part of the enterprise">You see {escape(reader.part)}</span>'
        if reader.part
        else ''
    )
    return (
        '<a class="cw-skip" href="#main">Skip to content</a>'
        f'<nav class="cw-rail" aria-label="Main" data-cw-live="{escape(reader.person)}" data-name="{escape(reader.name)}">'
        f'<a class="cw-brand" href="{overview.href}" data-name="Overview">{MARK}<span class="name">Cellwarden</span></a>'
        f'<div class="cw-nav">{rail}</div></nav>'
        f'<header class="cw-top"><h1>{escape(title)}</h1>'
        '<button class="cw-find" id="cw-find" type="button" aria-keyshortcuts="Control+K">'
        f'{_GLASS}<span>Find a device, tower, policy…</span> <kbd aria-hidden="true">Ctrl K</kbd></button> <span class="cw-spring"></span>'
        f'<span class="cw-badge" id="cw-badge"><i class="cw-shape {live.shape} cw-{live.tone}"></i><span>Connecting</span></span> '
        f'{part} {_enterprise(reader)} '
        f'<button class="cw-me" type="button" data-cw-menu="me" aria-haspopup="true" aria-expanded="false">'
        f'{escape(reader.initials)}<span class="cw-sr"> {escape(reader.name)}: account, theme, keyboard, sign out</span></button></header>'
        f'<nav class="cw-foot" aria-label="Main, short">{feet}<button type="button" data-cw-menu="more" aria-haspopup="true" '
        f'aria-expanded="false"{more_active}>{_icon(_MORE)}<span>More</span></button></nav>'
        f'<template data-menu="more"><div class="cw-pop" data-menu="more">{"".join(_item(door) for door in others)}</div></template>'
        f'<template data-menu="me"><div class="cw-pop" data-menu="me"><div class="who"><b>{escape(reader.name)}</b>'
        f'<span>{escape(whom)}</span></div><div data-theme-switch></div>{_switches(reader)}'
        '<a class="cw-item" href="/account">My account</a> <a class="cw-item" href="/api">API</a> '
        '<button class="cw-item" type="button" data-help>Keyboard<span class="count"><kbd>?</kbd></span></button>'
        f'<p class="cw-zone">{_ZONE}</p>'
        '<form method="post" action="/auth/sign-out"><button class="cw-item" type="submit">Sign out</button></form></div></template>'
        '<div class="cw-banner" id="cw-banner" role="status" hidden></div>'
        '<div class="cw-sr" id="cw-said" role="status"></div>'
        f'<footer class="cw-zone">{_ZONE}</footer>'
    )


def _enterprise(reader: Reader) -> str:
    """The name of the enterprise; a menu for a person who belongs to several."""
    name = escape(reader.enterprise)
    if not reader.others:
        return f'<span class="cw-who" title="Enterprise">{name}</span>'
    return (
        f'<button class="cw-who" type="button" data-cw-menu="where" aria-haspopup="true" '
        f'aria-expanded="false" aria-label="Enterprise {name}: switch to another"><span>{name}</span></button>'
        f'<template data-menu="where"><div class="cw-pop" data-menu="where"><h2>Switch to</h2>{_forms(reader)}</div></template>'
    )


def _switches(reader: Reader) -> str:
    """The same where the top bar has no room for the name."""
    return f'<div class="cw-narrow"><h2>Switch to</h2>{_forms(reader)}</div>' if reader.others else ''


def _forms(reader: Reader) -> str:
    return ''.join(
        f'<form method="post" action="/auth/switch"><input type="hidden" name="enterprise" value="{escape(id)}">'
        f'<button class="cw-item" type="submit">{escape(name)}</button></form>'
        for id, name in reader.others
    )


def _count(door: Door) -> str:
    if not door.count:
        return ''
    pill = ' pill none' if door.alarm else ''
    return f' <span class="count{pill}" data-topic="counters" data-text="{escape(door.count)}"></span>'


def _current(door: Door, active: str) -> str:
    return ' aria-current="page"' if door.id == active else ''


def _door(door: Door, active: str) -> str:
    return (
        f'<a href="{escape(door.href)}" title="{escape(door.name)}" data-name="{escape(door.name)}" data-key="{escape(door.key)}"'
        f'{_current(door, active)}>'
        f'{_icon(door.icon)}<span class="name">{escape(door.name)}</span>{_count(door)}</a> '
    )


def _foot(door: Door, active: str) -> str:
    count = _count(door) if door.alarm else ''
    return f'<a href="{escape(door.href)}"{_current(door, active)}>{_icon(door.icon)}<span>{escape(door.name)}</span>{count}</a> '


def _item(door: Door) -> str:
    return f'<a class="cw-item" href="{escape(door.href)}">{escape(door.name)}{_count(door)}</a> '


def _icon(path: str) -> str:
    return (
        '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true"><path d="{path}"/></svg>'
    )
