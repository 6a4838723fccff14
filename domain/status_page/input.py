"""What people and programs say of the status page and of its notices, checked field by field."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from domain.common.errors import Invalid
from domain.common.ids import new_id
from domain.common.text import clean_labels, clean_line, clean_text, folded
from domain.status_page.model import STATES, Component, ComponentKind, Impact, NoticeKind, NoticeState, PageContent

MOST_COMPONENTS = 50
MOST_UPDATES = 100
MOST_MAINTENANCE_S = 30 * 86_400.0
_SLUG = re.compile(r'[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?')


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPageContent:
    """See :class:`domain.status_page.model.PageContent`; the id of a component is left empty for a new one."""

    slug: str = ''
    title: str = ''
    about: str = ''
    components: Sequence[Component] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """See :class:`domain.status_page.model.Notice`: what it is about, and its first update. Moments in epoch seconds."""

    kind: NoticeKind = NoticeKind.INCIDENT
    title: str
    text: str
    state: NoticeState | None = None
    impact: Impact = Impact.NONE
    components: Sequence[str] = field(default_factory=tuple)
    begins_at: float | None = None
    ends_at: float | None = None
    alert_id: str | None = None


def checked_slug(slug: str) -> None:
    """Raise ``Invalid`` for what cannot be the end of an address; a draft may be without one."""
    if slug and not _SLUG.fullmatch(slug):
        raise Invalid('write small letters, digits and dashes between them, at most 48', field='slug')


def content_of(base: PageContent, known: frozenset[str], new: NewPageContent) -> PageContent:
    """The draft that this makes of ``base``; what is missing for the public is asked for when it is published.

    ``known`` are the ids of components that there are.
    """
    checked_slug(new.slug)
    if len(new.components) > MOST_COMPONENTS:
        raise Invalid(f'a page has at most {MOST_COMPONENTS} components', field='components')
    components = tuple(_component(one, f'components.{place}', known) for place, one in enumerate(new.components))
    for place, one in enumerate(components):
        if any(one.id == other.id for other in components[:place]):
            raise Invalid('this component is listed twice', field=f'components.{place}.id')
        if any(folded(one.name) == folded(other.name) for other in components[:place]):
            raise Invalid('another component has this name', field=f'components.{place}.name')
    return replace(
        base,
        slug=new.slug,
        title=clean_line(new.title, 'title', most=80, least=0),
        about=clean_text(new.about, 'about', most=1000),
        components=components,
    )


def check_complete(content: PageContent) -> None:
    """Raise ``Invalid`` naming what a page needs before the public sees it."""
    if not content.slug:
        raise Invalid('choose the end of the address first', field='slug')
    if not content.title:
        raise Invalid('give the page a title first', field='title')
    if not content.components:
        raise Invalid('choose at least one component first', field='components')


def _component(one: Component, place: str, known: frozenset[str]) -> Component:
    target = one.target.strip()
    if one.kind is ComponentKind.LABEL:
        key, equals, value = target.partition('=')
        if not equals:
            raise Invalid('write a label as key=value', field=f'{place}.target')
        ((key, value),) = clean_labels({key: value}, f'{place}.target').items()
        target = f'{key}={value}'
    if not target:
        raise Invalid(f'choose a {one.kind}', field=f'{place}.target')
    if one.is_named and one.kind is ComponentKind.LABEL:
        raise Invalid('the names of devices are never shown', field=f'{place}.is_named')
    return replace(
        one,
        id=one.id if one.id in known else new_id(),
        target=target,
        name=clean_line(one.name, f'{place}.name', most=80),
        description=clean_line(one.description, f'{place}.description', most=200, least=0),
    )


def checked_notice(new: NewNotice, now: float) -> NewNotice:
    """The same with what was left out, clean; raises ``Invalid`` naming the field."""
    states = STATES[new.kind]
    state = new.state or states[0]
    if state not in states:
        raise Invalid(f'choose one of {", ".join(states)}', field='state')
    begins, ends = new.begins_at if new.begins_at is not None else now, new.ends_at
    if new.kind is NoticeKind.MAINTENANCE:
        if new.begins_at is None or ends is None:
            raise Invalid('say when it begins and ends', field='begins_at' if new.begins_at is None else 'ends_at')
        if not begins < ends <= begins + MOST_MAINTENANCE_S:
            raise Invalid('must be after the beginning, by 30 days at most', field='ends_at')
        if ends < now:
            raise Invalid('must not be over', field='ends_at')
    elif ends is not None:
        raise Invalid('an incident has no planned end', field='ends_at')
    elif begins > now:
        raise Invalid('an incident has begun; plan a maintenance for later', field='begins_at')
    return replace(
        new,
        title=clean_line(new.title, 'title'),
        text=update_text(new.text),
        state=state,
        components=tuple(dict.fromkeys(new.components)),
        begins_at=begins,
    )


def update_text(text: str) -> str:
    """The words of an update; raises ``Invalid`` when there are none."""
    clean = clean_text(text, 'text', most=2000)
    if not clean:
        raise Invalid('say what is known', field='text')
    return clean
