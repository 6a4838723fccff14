"""What the public sees, and what it does not."""

from dataclasses import fields, is_dataclass

from domain.status_page.input import NewNotice
from domain.status_page.model import ComponentKind, Impact, NoticeState
from domain.status_page.shown import PAST_DAYS, ShownPage, shown_page
from domain.status_page.status import ComponentStatus
from tests.domain.status_page.pages import REGION, checked, component, published, tower
from tests.fakes import RunningApplication, running_application


def shown(application: RunningApplication) -> ShownPage:
    page = application.status_page.read(application.actor)
    assert page.shown is not None
    return shown_page(application.fleet, page.shown, application.clock())


def texts(value: object) -> list[str]:
    """Every text and number in it."""
    if is_dataclass(value):
        return [text for field in fields(value) for text in texts(getattr(value, field.name))]
    if isinstance(value, tuple):
        return [text for each in value for text in texts(each)]
    return [str(value)]


async def test_names_and_counts_are_there_only_where_they_were_chosen() -> None:
    async with running_application() as application:
        mast, other = await tower(application), await tower(application, 'Mast-Secret-8')
        await checked(application, mast, ok=False)
        await published(
            application,
            component(REGION, 'Quiet', ComponentKind.REGION),
            component(REGION, 'Open', ComponentKind.REGION, is_counted=True, is_named=True),
        )
        quiet, frank = shown(application).components
        assert (quiet.members, quiet.up, quiet.not_up) == (None, None, ())
        assert (frank.members, frank.up, frank.not_up) == (2, 1, ('Mast-Secret-7',))
        assert quiet.status is frank.status is ComponentStatus.PARTIAL
        inside = {mast.id, other.id, mast.name, other.name, REGION, '10.9.8.7', application.enterprise, '51.9123'}
        assert not inside & set(texts(quiet))


async def test_an_incident_shows_the_names_of_its_components_and_raises_their_word() -> None:
    async with running_application() as application:
        mast = await tower(application)
        page = await published(application, component(mast.id), component(REGION, 'All', ComponentKind.REGION))
        west = page.draft.components[0].id
        notice = await application.notices.begin(
            application.actor, NewNotice(title='Slow', text='We look.', impact=Impact.MAJOR, components=[west])
        )
        seen = shown(application)
        assert [one.components for one in seen.incidents] == [('West side',)]
        assert [one.status for one in seen.components] == [ComponentStatus.PARTIAL, ComponentStatus.OPERATIONAL]
        assert seen.status is ComponentStatus.PARTIAL
        assert 'test' not in {text for one in seen.incidents for text in texts(one)}, 'who said it'
        await application.notices.update(application.actor, notice.id, NoticeState.RESOLVED, 'Over.')
        after = shown(application)
        assert (after.incidents, [one.title for one in after.past]) == ((), ['Slow'])
        assert after.status is ComponentStatus.OPERATIONAL
        application.clock.tick((PAST_DAYS + 1) * 86_400)
        assert shown(application).past == ()


async def test_an_incident_of_a_component_that_is_not_shown_is_not_told() -> None:
    async with running_application() as application:
        mast = await tower(application)
        page = await published(application, component(mast.id), component(REGION, 'Inside', ComponentKind.REGION))
        await application.notices.begin(
            application.actor, NewNotice(title='Slow', text='We look.', components=[page.draft.components[1].id])
        )
        await published(application, page.draft.components[0])
        assert shown(application).notices == ()
