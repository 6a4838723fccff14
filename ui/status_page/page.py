"""The public page as HTML: whole without a script, in one file, readable from 320 pixels on, in the dark and on paper."""

from collections.abc import Iterable
from html import escape

from domain.status_page.model import DAYS, NoticeKind
from domain.status_page.shown import ShownComponent, ShownNotice, ShownPage
from ui.design import Shape
from ui.durations import counted
from ui.status_page.style import CSS
from ui.status_page.words import (
    COMPONENT,
    IMPACT,
    KIND,
    OVERALL,
    both,
    date,
    day_grade,
    day_words,
    iso,
    moment,
    state_word,
)

_SHAPES: dict[Shape, str] = {
    'disc': '<circle cx="6" cy="6" r="5"/>',
    'triangle': '<path d="M6 1l5.500 10H.5z"/>',
    'square': '<path d="M1.500 1.500h9v9h-9z"/>',
    'diamond': '<path d="M6 .5L11.500 6 6 11.500.5 6z"/>',
    'ring': '<circle cx="6" cy="6" r="4.200" fill="none" stroke-width="1.600"/>',
}
_HEIGHTS = {'good': 34, 'rest': 34, 'fair': 24, 'poor': 14, 'gap': 3}
"""Of 34: a day is told by the height of its bar too, not by its colour alone."""


def page_html(page: ShownPage, *, preview: bool = False) -> str:
    """The page. A ``preview`` says so on top, and leads to no other form of it."""
    _, tone, shape = COMPONENT[page.status]
    said = OVERALL[page.status][0]
    about = f'<p class="about text">{escape(page.about)}</p>' if page.about else ''
    title = escape(page.title or 'Status page without a title')
    links = f'<link rel="alternate" type="application/atom+xml" title="{title}" href="{page.slug}.atom">'
    forms = f'<a href="{page.slug}.atom">Atom feed</a> · <a href="{page.slug}.json">JSON</a> · <a href="{page.slug}.svg">Badge</a><br>'
    note = '<p class="preview">Preview: this is not what the public sees</p>' if preview else ''
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{title}: {escape(said.lower())}</title><meta name="color-scheme" content="light dark">'
        f'{"" if preview else links}<style>{CSS}</style></head><body>{note}'
        f'<header class="page"><h1>{title}</h1>{about}<p class="card overall {tone}">{_mark(shape)}{escape(said)}</p></header><main>'
        f'{_section("Open incidents", map(_notice, page.incidents))}{_section("Maintenance", map(_notice, page.maintenance))}'
        f'<h2>Components</h2>{"".join(map(_component, page.components)) or _NONE}'
        f'{_section("Past notices", map(_notice, page.past))}</main>'
        f'<footer>{"" if preview else forms}As of <time datetime="{iso(page.at)}">{moment(page.at)}</time>. '
        f'Availability counts the last {DAYS} days, each from midnight to midnight UTC; what was not observed is a gap, and '
        'maintenance does not count as down.</footer></body></html>'
    )


_NONE = '<p class="quiet">No component was chosen yet.</p>'


def _section(title: str, cards: Iterable[str]) -> str:
    inside = ''.join(cards)
    return f'<h2>{title}</h2>{inside}' if inside else ''


def _mark(shape: Shape) -> str:
    return f'<svg class="mark" viewBox="0 0 12 12" aria-hidden="true">{_SHAPES[shape]}</svg>'


def _component(one: ShownComponent) -> str:
    word, tone, shape = COMPONENT[one.status]
    lines = []
    if one.description:
        lines.append(f'<p class="quiet small">{escape(one.description)}</p>')
    if one.members is not None:
        lines.append(f'<p class="quiet small">{one.up} of {counted(one.members, one.unit)} up</p>')
    if one.not_up:
        lines.append(f'<p class="quiet small">Not up: {escape(", ".join(one.not_up))}</p>')
    if one.maintained_until is not None:
        until = f'<time datetime="{iso(one.maintained_until)}">{moment(one.maintained_until)}</time>'
        lines.append(f'<p class="quiet small">Maintenance until {until}</p>')
    return (
        f'<section class="card"><div class="row"><h3>{escape(one.name)}</h3>'
        f'<span class="state {tone}">{_mark(shape)}{word}</span></div>{"".join(lines)}{_bars(one)}</section>'
    )


def _bars(one: ShownComponent) -> str:
    bars, worse = [], []
    first = DAYS - len(one.days)
    for place, day in enumerate(one.days, first):
        grade, words = day_grade(day), day_words(day)
        height = _HEIGHTS[grade]
        told = f'{date(day.at)}: {words}' if day is not None else words
        bars.append(
            f'<rect class="{grade}" x="{place * 10}" y="{34 - height}" width="7" height="{height}"><title>{told}</title></rect>'
        )
        if day is not None and grade != 'good':
            worse.append(f'<li>{told}</li>')
    observed = sum(day is not None for day in one.days)
    label = f'{both(one.shares)}; {counted(observed, "day")} of {DAYS} observed'
    details = (
        f'<details><summary>Days that were not good</summary><ul>{"".join(worse[::-1])}</ul></details>' if worse else ''
    )
    return (
        f'<svg class="bars" viewBox="0 0 897 34" preserveAspectRatio="none" role="img" aria-label="{escape(label)}">{"".join(bars)}</svg>'
        f'<div class="ends"><span>{DAYS} days ago</span><span>Today</span></div><p class="small">{both(one.shares)}</p>{details}'
    )


def _notice(one: ShownNotice) -> str:
    word, tone = IMPACT[one.impact]
    kind = KIND[one.kind] if one.kind is NoticeKind.MAINTENANCE else f'{word} incident' if tone != 'unk' else 'Incident'
    tone = 'info' if one.kind is NoticeKind.MAINTENANCE else tone
    when = f'<time datetime="{iso(one.begins_at)}">{moment(one.begins_at)}</time>'
    if one.ends_at is not None:
        when += f' to <time datetime="{iso(one.ends_at)}">{moment(one.ends_at)}</time>'
    where = f'<p class="quiet small">Concerns {escape(", ".join(one.components))}</p>' if one.components else ''
    updates = ''.join(
        f'<li><b>{state_word(each.state)}</b> <span class="quiet small"><time datetime="{iso(each.at)}">{moment(each.at)}</time></span>'
        f'<p class="text">{escape(each.text)}</p></li>'
        for each in one.updates
    )
    return (
        f'<article class="card"><div class="row"><h3>{escape(one.title)}</h3><span class="state {tone}">{kind} · '
        f'{state_word(one.state)}</span></div><p class="quiet small">{when}</p>{where}<ol>{updates}</ol></article>'
    )


MISSING = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
    f'<title>No such page</title><meta name="color-scheme" content="light dark"><style>{CSS}</style></head><body><main>'
    '<h1>No such page</h1><p>There is no status page at this address. Ask the people who gave it to you.</p></main></body></html>'
)
"""The one answer for every address without a page: never written, switched off, or another's."""
