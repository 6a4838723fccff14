"""What was told on the status page, as its open editor follows it."""

from domain.status_page.input import NewNotice
from domain.status_page.model import Notice, NoticeKind
from tests.domain.status_page.pages import component, published, tower
from tests.fakes import running_application
from ui.live.channel import News
from ui.topics.notices import NoticesTopic


async def test_the_editor_hears_of_what_another_tells() -> None:
    async with running_application() as application:
        await published(application, component((await tower(application)).id))
        topic = NoticesTopic(fleet=application.fleet, store=application.store, clock=application.clock)
        assert topic.full() == {'versions': {}}
        new = NewNotice(kind=NoticeKind.INCIDENT, title='Slow', text='We look.')
        notice = await application.notices.begin(application.actor, new)
        assert topic.patch(News()) is None
        assert topic.patch(News(ids={Notice: {notice.id}})) == {'versions': {notice.id: notice.version}}
