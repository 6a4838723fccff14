"""The page is off until it is published, and the public sees what was published last."""

import pytest

from domain.access.permissions import Permission, Role
from domain.common.errors import Conflict, Invalid, NotAllowed, Stale
from domain.status_page.events import StatusPagePublished, StatusPageSaved, StatusPageWithdrawn
from domain.status_page.input import NewPageContent
from domain.status_page.live import Slugs
from domain.status_page.model import Component, ComponentKind
from tests.domain.status_page.pages import REGION, component, published, tower
from tests.fakes import running_application


async def test_a_draft_is_shown_to_nobody_and_an_edit_of_a_published_page_waits() -> None:
    async with running_application() as application:
        pages, actor = application.status_page, application.actor
        mast = await tower(application)
        saved = await pages.save(
            actor, 0, NewPageContent(slug='harbour', title='Harbour', components=[component(mast.id)])
        )
        assert (saved.shown, application.fleets.index(Slugs).page('harbour')) == (None, None)
        page = await pages.publish(actor, saved.version)
        renamed = NewPageContent(slug='other', title='New', components=page.draft.components)
        edited = await pages.save(actor, page.version, renamed)
        assert edited.shown == saved.draft
        assert application.fleets.index(Slugs).page('other') is None
        off = await pages.withdraw(actor)
        assert (off.shown, off.draft.title) == (None, 'New')
        assert application.fleets.index(Slugs).every() == []
        for kind in (StatusPageSaved, StatusPagePublished, StatusPageWithdrawn):
            assert application.entries(kind)


async def test_a_page_that_is_not_complete_is_not_published() -> None:
    async with running_application() as application:
        pages, actor, mast = application.status_page, application.actor, await tower(application)
        for content, lacks in (
            (NewPageContent(), 'slug'),
            (NewPageContent(slug='harbour'), 'title'),
            (NewPageContent(slug='harbour', title='Harbour'), 'components'),
        ):
            saved = await pages.save(actor, pages.read(actor).version, content)
            with pytest.raises(Invalid) as refusal:
                await pages.publish(actor, saved.version)
            assert refusal.value.field == lacks
        await published(application, component(mast.id))


async def test_an_address_belongs_to_one_page() -> None:
    async with running_application() as application:
        await published(application, component((await tower(application)).id))
        other = await application.enterprises.add('Other')
        actor = application.actor.__class__(application.actor.kind, 'x', 'test', other.id, frozenset(Permission))
        wants = NewPageContent(slug='harbour', title='Mine', components=[component('site=x', kind=ComponentKind.LABEL)])
        saved = await application.status_page.save(actor, 0, wants)
        with pytest.raises(Conflict, match='taken'):
            await application.status_page.publish(actor, saved.version)
        await application.status_page.withdraw(application.actor)
        await application.status_page.publish(actor, saved.version)


@pytest.mark.parametrize(
    ('given', 'field'),
    [
        (NewPageContent(slug='Harbour'), 'slug'),
        (NewPageContent(slug='../x'), 'slug'),
        (NewPageContent(slug='-a'), 'slug'),
        (NewPageContent(slug='a.json'), 'slug'),
        (NewPageContent(title='x' * 81), 'title'),
        (NewPageContent(components=[component('no-such-tower')]), 'components.0.target'),
        (NewPageContent(components=[component('Nowhere', kind=ComponentKind.REGION)]), 'components.0.target'),
        (NewPageContent(components=[component('site', kind=ComponentKind.LABEL)]), 'components.0.target'),
        (NewPageContent(components=[component('a=b', '', ComponentKind.LABEL)]), 'components.0.name'),
        (
            NewPageContent(components=[component('a=b', kind=ComponentKind.LABEL, is_named=True)]),
            'components.0.is_named',
        ),
        (
            NewPageContent(
                components=[component('a=b', 'One', ComponentKind.LABEL), component('a=c', 'ONE', ComponentKind.LABEL)]
            ),
            'components.1.name',
        ),
        (
            NewPageContent(components=[component(f'a=b{n}', f'n{n}', ComponentKind.LABEL) for n in range(51)]),
            'components',
        ),
    ],
)
async def test_what_cannot_be_meant_is_refused_at_its_field(given: NewPageContent, field: str) -> None:
    async with running_application() as application:
        with pytest.raises(Invalid) as refusal:
            await application.status_page.save(application.actor, 0, given)
        assert refusal.value.field == field


async def test_an_id_that_the_page_does_not_know_is_given_anew_and_a_known_one_stays() -> None:
    async with running_application() as application:
        await tower(application)
        made = Component(id='made up', kind=ComponentKind.REGION, target=REGION, name='West')
        page = await published(application, made)
        (first,) = page.draft.components
        assert first.id != 'made up'
        again = await published(application, first)
        assert again.draft.components == page.draft.components
        assert again.version == page.version


async def test_two_editors_do_not_overwrite_each_other_and_operators_do_not_publish() -> None:
    async with running_application() as application:
        pages = application.status_page
        await pages.save(application.actor, 0, NewPageContent(title='One'))
        with pytest.raises(Stale):
            await pages.save(application.actor, 0, NewPageContent(title='Two'))
        operator = await application.people.add_service(application.actor, 'desk', Role.OPERATOR)
        actor = application.as_(operator)
        assert pages.read(actor).draft.title == 'One'
        with pytest.raises(NotAllowed):
            await pages.save(actor, 1, NewPageContent())
        with pytest.raises(NotAllowed):
            await pages.publish(actor, 1)
        with pytest.raises(NotAllowed):
            await pages.withdraw(actor)
