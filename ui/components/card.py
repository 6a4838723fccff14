"""The one card style, the heading of a page, and the grids they stand in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from ui.components.age import age
from ui.components.live_value import live_text


def text(words: str, tag: str = 'span') -> ui.element:
    """Plain words in an HTML element of that tag; they are never read as HTML."""
    return Text(tag, words)


class Text(TextElement):
    """An element that holds nothing but text."""

    def __init__(self, tag: str, words: str) -> None:
        super().__init__(tag=tag, text=words)


def link(words: str, href: str) -> ui.element:
    """A link in the accent colour."""
    element = text(words, 'a').classes('cw-link')
    element.props['href'] = href
    return element


@contextmanager
def card(
    title: str,
    *,
    caption: str = '',
    caption_topic: str = '',
    at: float | None = None,
    more: tuple[str, str] | None = None,
    body: bool = False,
) -> Iterator[None]:
    """A card with its title; ``more`` is (words, address) of the list behind it. With ``caption_topic`` the caption is a live template.
    ``at`` is the moment of which it tells, in epoch seconds, shown in the zone of the page.

    ``body`` puts space around what is inside; tables, feeds and maps bring their own.
    """
    with ui.element('section').classes('cw-card'):
        with ui.element('header'):
            text(title, 'h2')
            if caption_topic:
                live_text(caption, caption_topic).classes('cw-caption')
            elif caption:
                text(caption).classes('cw-caption')
            if at is not None:
                age(at, 'asof').classes('cw-caption')
            if more:
                link(*more)
        if body:
            with ui.element('div').classes('body'):
                yield
        else:
            yield


@contextmanager
def grid(shape: Literal['four', 'two', 'wide'], *, top: bool = False) -> Iterator[None]:
    """Four equal columns, two equal ones, or a wide and a narrow one; ``top`` lets each be as high as it needs."""
    with ui.element('div').classes(f'cw-grid {shape}' + (' top' if top else '')):
        yield


@contextmanager
def stack() -> Iterator[None]:
    """Cards below each other in one column of a grid."""
    with ui.element('div').classes('cw-stack'):
        yield


@contextmanager
def heading(title: str, *, parent: tuple[str, str] | None = None, topic: str = '') -> Iterator[None]:
    """The head of a detail page: where it belongs and its name; what is built inside (chips, ages) follows the name.

    With ``topic`` the name is kept current by the topic's field ``name``. With ``parent`` it names the browser's tab as well.
    """
    if parent:
        ui.page_title(f'{title} · Cellwarden')
    with ui.element('div').classes('cw-heading'):
        if parent:
            with ui.element('span').classes('where'):
                up = text(parent[0], 'a').classes('cw-door')
                up.props['href'] = parent[1]
                text(' /')
        if topic:
            with ui.element('h2'):
                live_text('{name}', topic, initial=title)
        else:
            text(title, 'h2')
        yield


@contextmanager
def actions() -> Iterator[ui.element]:
    """The buttons at the right end of a heading."""
    with ui.element('div').classes('actions') as row:
        yield row
