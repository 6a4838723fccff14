"""The files follow what is shown: at once, but many changes are one, and not while nothing can be taken in."""

from pathlib import Path

from structlog.testing import capture_logs

from domain.status_page.input import NewNotice
from domain.status_page.model import NoticeState
from tests.domain.status_page.pages import checked, component, published, tower
from tests.fakes import RunningApplication, running_application
from tests.ui.until import until
from ui.status_page.files import StatusFiles
from ui.status_page.publisher import REFRESH_S, Publisher


def publisher_of(application: RunningApplication, files: StatusFiles) -> Publisher:
    return Publisher(application.transactor, availability=application.availability, files=files)


async def test_a_change_is_on_the_page_and_on_disk_and_a_page_that_is_off_is_gone(tmp_path: Path) -> None:
    files = StatusFiles(tmp_path)
    async with running_application() as application:
        mast = await tower(application)
        await published(application, component(mast.id))
        publisher = publisher_of(application, files)
        publisher.start()
        try:
            await until(lambda: 'All systems operational' in html(files))
            await checked(application, mast, ok=False)
            await until(lambda: 'Major outage' in html(files))
            notice = await application.notices.begin(application.actor, NewNotice(title='Dark', text='We know.'))
            await application.notices.update(application.actor, notice.id, NoticeState.IDENTIFIED, 'A cable.')
            await until(lambda: 'A cable.' in html(files))
            await until(lambda: 'A cable.' in (tmp_path / 'harbour.json').read_text())
            await application.status_page.withdraw(application.actor)
            await until(lambda: files.find('harbour') is None and not list(tmp_path.iterdir()))
        finally:
            await publisher.stop()


async def test_what_was_left_of_a_page_that_went_off_meanwhile_goes_at_the_start(tmp_path: Path) -> None:
    files = StatusFiles(tmp_path)
    files.show('harbour', {'html': 'x', 'json': 'x', 'atom': 'x', 'svg': 'x'})
    files.write('harbour')
    async with running_application() as application:
        await publisher_of(application, files).publish()
    assert list(tmp_path.iterdir()) == []


async def test_a_page_is_written_when_it_says_something_new_and_else_every_few_minutes(tmp_path: Path) -> None:
    files = StatusFiles(tmp_path)
    async with running_application() as application:
        await published(application, component((await tower(application)).id))
        publisher = publisher_of(application, files)
        await publisher.publish()
        first = html(files)
        application.clock.tick(60)
        await publisher.publish()
        assert html(files) == first, 'nothing has changed, and caches may go on with it'
        application.clock.tick(REFRESH_S)
        await publisher.publish()
        assert html(files) != first
        second = html(files)
        application.fleets.watch.lose_sight()
        application.clock.tick(REFRESH_S)
        await publisher.publish()
        assert html(files) == second, 'it says how old it is while nothing can be taken in'


async def test_a_full_disk_keeps_no_page_from_being_answered(tmp_path: Path) -> None:
    folder = tmp_path / 'status'
    folder.write_text('a file, where the folder should be')
    files = StatusFiles(folder)
    async with running_application() as application:
        await published(application, component((await tower(application)).id))
        with capture_logs() as said:
            await publisher_of(application, files).publish()
        assert 'All systems operational' in html(files)
        assert [each['event'] for each in said] == ['status_page_not_written']


def html(files: StatusFiles) -> str:
    kept = files.find('harbour')
    return kept.text if kept is not None else ''
