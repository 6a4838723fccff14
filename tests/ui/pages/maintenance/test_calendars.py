"""The card of calendars of planned works: connected, read, what asks is answered, what cannot be read is said."""

from domain.access.permissions import Role
from domain.common.feeds import FeedAnswer, FeedEvent, FeedOutcome
from domain.maintenance.calendars.model import WorksCalendar
from domain.maintenance.model import MaintenanceWindow
from tests.domain.towers.test_service import tower
from tests.ui.conftest import Console
from tests.ui.until import until


async def told(console: Console, *titles: str, unread: tuple[str, ...] = ()) -> None:
    """The calendar is asked and says this."""
    application = console.application
    begin = application.clock() + 3600
    events = tuple(FeedEvent(uid=one, key=one, summary=one, starts_at=begin, ends_at=begin + 60) for one in titles)
    for enterprise, asked in application.works_calendars.feeds_due():
        said = FeedAnswer(outcome=FeedOutcome.READ, events=events, unread=unread)
        await application.works_calendars.take_feed(enterprise, asked, said)


async def test_a_calendar_is_connected_and_what_asks_is_answered(console: Console) -> None:
    application = console.application
    await tower(application, 'Botlek', region='West')
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/maintenance')
    await console.user.should_see('None is connected')
    console.user.find(marker='new-calendar').click()
    await console.user.should_see(marker='works-name')
    console.user.find(marker='works-name').type('Carrier')
    console.user.find(marker='works-url').type('ftp://x')
    console.user.find(marker='save-works').click()
    await console.user.should_see('https://, http:// or webcal://')
    console.user.find(marker='works-url').clear().type('https://works.example.com/key-1234.ics')
    console.user.find(marker='save-works').click()
    await until(lambda: application.fleet[WorksCalendar])
    await told(console, 'Works at Botlek', 'RTM-0417', unread=('“Fibre”: it has no begin (DTSTART)',))
    await console.user.open('/maintenance')
    await console.user.should_see('Cannot be read: “Fibre”: it has no begin (DTSTART)')
    await console.user.should_see('Nothing here has a name that it says')
    await console.user.should_not_see('key-1234')
    assert len(application.fleet[MaintenanceWindow]) == 1
    console.user.find(marker='say-works').click()
    await console.user.should_see(marker='works-contains')
    console.user.find(marker='save-rule').click()
    await console.user.should_see('Say a tower, a region, an operator or a label')
    console.user.find(marker='works-regions').type('West')
    console.user.find(marker='save-rule').click()
    await until(lambda: len(application.fleet[MaintenanceWindow]) == 2)
    await console.user.should_not_see('Nothing here has a name that it says')


async def test_rules_are_typed_as_lines_and_read_back(console: Console) -> None:
    application = console.application
    mast = await tower(application, 'Botlek')
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/maintenance')
    console.user.find(marker='new-calendar').click()
    await console.user.should_see(marker='works-name')
    console.user.find(marker='works-name').type('Carrier')
    console.user.find(marker='works-url').type('https://works.example.com/x.ics')
    console.user.find(marker='works-rules').type('RTM-0417 -> Nowhere')
    console.user.find(marker='save-works').click()
    await console.user.should_see('here is no tower “Nowhere”')
    lines = 'RTM-0417 -> botlek, region: West, site=west\nRehearsal -> -'
    console.user.find(marker='works-rules').clear().type(lines)
    console.user.find(marker='save-works').click()
    await until(lambda: application.fleet[WorksCalendar])
    (row,) = application.fleet[WorksCalendar].values()
    first, second = row.rules
    assert (first.towers, first.regions, dict(first.labels)) == ((mast.id,), ('West',), {'site': 'west'})
    assert second.is_of_none
    await console.user.open('/maintenance')
    console.user.find(marker='edit-works').click()
    await console.user.should_see('RTM-0417 -> Botlek, region: West, site=west')


async def test_security_sees_calendars_and_changes_none(console: Console) -> None:
    await console.sign_in(Role.SECURITY)
    await console.user.open('/maintenance')
    await console.user.should_see('None is connected')
    await console.user.should_not_see(marker='new-calendar')
