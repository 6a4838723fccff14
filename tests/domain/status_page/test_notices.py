"""Incidents and maintenance, from the first word to the last."""

import pytest

from domain.access.permissions import Role
from domain.alerts.model import Alert
from domain.common.errors import Invalid, NotAllowed, NotFound, Stale
from domain.status_page.events import NoticeRemoved, NoticeUpdated
from domain.status_page.input import NewNotice
from domain.status_page.model import DAY_S, DAYS, Notice, NoticeKind, NoticeState
from tests.domain.status_page.pages import checked, component, published, tower
from tests.fakes import running_application

INCIDENT = NewNotice(title='Radio is slow', text='We look into it.')
NOW = 1_800_000_000.0


async def test_an_incident_goes_from_word_to_word_and_can_be_opened_again() -> None:
    async with running_application() as application:
        notices, actor = application.notices, application.actor
        notice = await notices.begin(actor, INCIDENT)
        assert (notice.state, notice.closed_at, notice.version) == (NoticeState.INVESTIGATING, None, 1)
        for state in (NoticeState.IDENTIFIED, NoticeState.MONITORING, NoticeState.RESOLVED):
            application.clock.tick(60)
            notice = await notices.update(actor, notice.id, state, f'Now {state}.')
        assert notice.closed_at == application.clock()
        assert not notice.is_under_way(application.clock())
        notice = await notices.update(actor, notice.id, NoticeState.IDENTIFIED, 'It is back.')
        assert notice.closed_at is None
        told = application.entries(NoticeUpdated)
        assert [entry.state for entry in told][:2] == ['investigating', 'identified']
        assert [entry.created for entry in told] == [True, False, False, False, False]


async def test_it_is_begun_from_an_open_alert_of_ones_own() -> None:
    async with running_application() as application:
        mast = await tower(application)
        page = await published(application, component(mast.id))
        await checked(application, mast, ok=False)
        (alert,) = application.fleet[Alert].values()
        about = [page.draft.components[0].id]
        notice = await application.notices.begin(
            application.actor, NewNotice(title='Down', text='We know.', components=about, alert_id=alert.id)
        )
        assert (notice.alert, notice.components) == (alert.id, tuple(about))
        for wrong, field in (
            (NewNotice(title='a', text='b', alert_id='no such'), 'alert_id'),
            (NewNotice(title='a', text='b', components=['x']), 'components.0'),
        ):
            with pytest.raises(Invalid) as refusal:
                await application.notices.begin(application.actor, wrong)
            assert refusal.value.field == field


@pytest.mark.parametrize(
    ('new', 'field'),
    [
        (NewNotice(title='', text='b'), 'title'),
        (NewNotice(title='a', text=' '), 'text'),
        (NewNotice(title='a', text='b', state=NoticeState.SCHEDULED), 'state'),
        (NewNotice(title='a', text='b', ends_at=NOW + 60), 'ends_at'),
        (NewNotice(title='a', text='b', begins_at=NOW + 60), 'begins_at'),
        (NewNotice(kind=NoticeKind.MAINTENANCE, title='a', text='b'), 'begins_at'),
        (NewNotice(kind=NoticeKind.MAINTENANCE, title='a', text='b', begins_at=NOW), 'ends_at'),
        (NewNotice(kind=NoticeKind.MAINTENANCE, title='a', text='b', begins_at=NOW, ends_at=NOW), 'ends_at'),
        (NewNotice(kind=NoticeKind.MAINTENANCE, title='a', text='b', begins_at=NOW - 9, ends_at=NOW - 5), 'ends_at'),
        (
            NewNotice(kind=NoticeKind.MAINTENANCE, title='a', text='b', begins_at=NOW, ends_at=NOW + 31 * DAY_S),
            'ends_at',
        ),
    ],
)
async def test_what_cannot_be_meant_is_refused_at_its_field(new: NewNotice, field: str) -> None:
    async with running_application() as application:
        with pytest.raises(Invalid) as refusal:
            await application.notices.begin(application.actor, new)
        assert refusal.value.field == field


async def test_a_maintenance_is_under_way_by_plan_or_by_word() -> None:
    async with running_application() as application:
        notices, actor = application.notices, application.actor
        planned = NewNotice(
            kind=NoticeKind.MAINTENANCE, title='New radios', text='At night.', begins_at=NOW + 60, ends_at=NOW + 120
        )
        notice = await notices.begin(actor, planned)
        assert [notice.is_under_way(NOW + at) for at in (0, 60, 119, 120)] == [False, True, True, False]
        early = await notices.update(actor, notice.id, NoticeState.IN_PROGRESS, 'We began early.')
        assert early.is_under_way(NOW)
        assert early.is_under_way(NOW + 500), 'until it is said to be completed'
        done = await notices.update(actor, notice.id, NoticeState.COMPLETED, 'Done.')
        assert not done.is_under_way(NOW + 90)


async def test_what_was_removed_or_is_over_for_long_is_gone() -> None:
    async with running_application() as application:
        notices, actor = application.notices, application.actor
        wrong, old = await notices.begin(actor, INCIDENT), await notices.begin(actor, INCIDENT)
        with pytest.raises(Stale):
            await notices.remove(actor, wrong.id, 7)
        await notices.remove(actor, wrong.id, wrong.version)
        with pytest.raises(NotFound):
            notices.read(actor, wrong.id)
        with pytest.raises(NotFound):
            await notices.update(actor, wrong.id, NoticeState.RESOLVED, 'x')
        assert application.entries(NoticeRemoved)
        await notices.update(actor, old.id, NoticeState.RESOLVED, 'Over.')
        application.clock.tick(DAYS * DAY_S - 60)
        await notices.forget(application.enterprise)
        assert old.id in application.fleet[Notice]
        application.clock.tick(120)
        await notices.forget(application.enterprise)
        assert not application.fleet[Notice]


async def test_viewers_tell_the_public_nothing() -> None:
    async with running_application() as application:
        viewer = application.as_(await application.people.add_service(application.actor, 'desk', Role.VIEWER))
        with pytest.raises(NotAllowed):
            await application.notices.begin(viewer, INCIDENT)
        assert application.notices.list(viewer) == []
