"""The page On call: a rotation, a policy and a route are set up, tried, and a shift is taken."""

from nicegui import ui

from domain.access.permissions import Role
from domain.accounts.model import Person
from domain.alerts.model import AlarmType
from domain.common.severity import Severity
from domain.devices.model import Criticality
from domain.oncall.calendars.model import CalendarSource
from domain.oncall.limits import ContactLimits
from domain.oncall.model import AlertRoute, Conditions, Contact, ContactWay, EscalationPolicy, Rotation, Team
from domain.oncall.silences.input import NewSilence
from tests.domain.oncall.desk import mail, person, policy, rotation, route, step
from tests.ui.conftest import Console
from tests.ui.until import until


async def test_a_rotation_is_set_up(console: Console) -> None:
    ann = await person(console.application, 'ann')
    await console.sign_in()
    await console.user.open('/on-call')
    await console.user.should_see('No rotation yet')
    console.user.find(marker='new-rotation').click()
    await console.user.should_see(marker='rotation-name')
    console.user.find(marker='rotation-name').type('Night desk')
    console.user.find(marker='save').click()
    (people,) = console.user.find(kind=ui.select, marker='layer-people').elements
    await until(lambda: 'the people who take turns' in str(people.error))
    people.value = [ann.id]
    console.user.find(marker='save').click()
    await until(lambda: console.application.fleet[Rotation])
    await console.user.should_see('Night desk')


async def test_a_policy_is_set_up(console: Console) -> None:
    await person(console.application, 'ann')
    await rotation(console.application, 'ann')
    await console.sign_in()
    await console.user.open('/on-call')
    console.user.find(marker='new-policy').click()
    await console.user.should_see(marker='policy-name')
    console.user.find(marker='policy-name').type('Nights')
    (row,) = console.application.fleet[Rotation].values()
    (target,) = console.user.find(kind=ui.select, marker='step-1').elements
    target.value = [f'rotation/{row.id}']
    console.user.find(marker='save').click()
    await until(lambda: console.application.fleet[EscalationPolicy])
    await console.user.should_see('At once: who is on call in Night desk')


async def test_a_route_is_set_up(console: Console) -> None:
    await person(console.application, 'ann')
    await policy(console.application, step('ann'))
    await console.sign_in()
    await console.user.open('/on-call')
    console.user.find(marker='new-route').click()
    await console.user.should_see(marker='route-name')
    console.user.find(marker='route-name').type('All')
    (chosen,) = console.user.find(kind=ui.select, marker='route-policy').elements
    chosen.value = next(iter(console.application.fleet[EscalationPolicy]))
    console.user.find(marker='save').click()
    await until(lambda: console.application.fleet[AlertRoute])
    await console.user.should_see('Every alert')


async def test_the_test_says_who_would_hear_of_an_alert(console: Console) -> None:
    await person(console.application, 'ann')
    await mail(console.application)
    made = await policy(console.application, step('ann'))
    await route(console.application, policy=made.id)
    await console.sign_in()
    await console.user.open('/on-call')
    console.user.find(marker='ask-routes').click()
    await console.user.should_see('ann, by Mail')
    await console.user.should_see('Nobody has answered')
    first, end = sorted(console.user.find(marker='heard-line').elements, key=lambda line: line.id)
    words = [[part._text for part in line.descendants() if part._text] for line in (first, end)]
    assert ['At once' in said for said in words] == [True, False]


async def test_the_test_says_that_a_silence_keeps_people_from_hearing(console: Console) -> None:
    application = console.application
    when = Conditions(severity=Severity.MINOR)
    works = NewSilence(reason='Works', conditions=when, ends_at=application.clock() + 3600)
    await application.silences.save(application.actor, works)
    await console.sign_in()
    await console.user.open('/on-call')
    console.user.find(marker='ask-routes').click()
    await console.user.should_see('Nobody hears of it now: silenced by')


async def test_a_route_says_types_and_criticality(console: Console) -> None:
    await person(console.application, 'ann')
    await policy(console.application, step('ann'))
    await console.sign_in()
    await console.user.open('/on-call')
    console.user.find(marker='new-route').click()
    await console.user.should_see(marker='route-name')
    console.user.find(marker='route-name').type('Break-ins')
    for marker, value in (
        ('types', [AlarmType.SECURITY.value]),
        ('criticality', Criticality.HIGH.value),
        ('route-policy', next(iter(console.application.fleet[EscalationPolicy]))),
    ):
        (chosen,) = console.user.find(kind=ui.select, marker=marker).elements
        chosen.value = value
    console.user.find(marker='save').click()
    await until(lambda: console.application.fleet[AlertRoute])
    await console.user.should_see('security · devices of high criticality and more')


async def test_an_operator_takes_a_shift_and_sets_up_nothing(console: Console) -> None:
    await person(console.application, 'ann')
    row = await rotation(console.application, 'ann')
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/on-call')
    await console.user.should_see('ann')
    await console.user.should_not_see(marker='new-rotation')
    console.user.find(marker='take').click()
    await console.user.should_see(marker='save-shift')
    console.user.find(marker='save-shift').click()
    await until(lambda: console.application.fleet[Rotation][row.id].overrides)
    taken = console.application.fleet[Rotation][row.id].overrides[0]
    assert console.application.fleet[Person][taken.person].role is Role.OPERATOR


async def test_a_person_says_how_they_are_reached(console: Console) -> None:
    channel = await mail(console.application)
    me = await console.sign_in(Role.OPERATOR)
    await console.user.open('/on-call')
    console.user.find(marker='contact').click()
    await console.user.should_see(marker='way-0')
    (way,) = console.user.find(kind=ui.select, marker='way-0').elements
    way.value = channel.id
    console.user.find(marker='save').click()
    await until(lambda: console.application.fleet[Contact])
    assert console.application.fleet[Contact][me.id].ways == (ContactWay(channel=channel.id, address=me.email),)


async def test_a_team_is_set_up_and_told_on_its_channels(console: Console) -> None:
    ann = await person(console.application, 'ann')
    channel = await mail(console.application)
    await console.sign_in()
    await console.user.open('/on-call')
    console.user.find(marker='new-team').click()
    await console.user.should_see(marker='team-name')
    console.user.find(marker='team-name').type('Radio <west>')
    (people,) = console.user.find(kind=ui.select, marker='team-members').elements
    people.value = [ann.id]
    console.user.find(marker='save').click()
    await until(lambda: console.application.fleet[Team])
    (team,) = console.application.fleet[Team].values()
    assert (team.name, team.members, channel.id in team.channels) == ('Radio <west>', (ann.id,), False)
    await console.user.should_see('Radio <west>')


async def test_a_calendar_is_connected_and_says_how_it_fares(console: Console) -> None:
    await person(console.application, 'ann')
    await rotation(console.application, 'ann')
    await console.sign_in()
    await console.user.open('/on-call')
    console.user.find(marker='calendars').click()
    await console.user.should_see(marker='calendar-name')
    console.user.find(marker='calendar-name').type('Team calendar')
    console.user.find(marker='calendar-url').type('webcal://calendar.example.com/secret.ics')
    console.user.find(marker='connect').click()
    await until(lambda: console.application.fleet[CalendarSource])
    await console.user.should_see('calendar.example.com: is about to be read')


async def test_limits_of_quiet_hours_are_set_and_who_is_not_reached_is_named(console: Console) -> None:
    await person(console.application, 'ann')
    await rotation(console.application, 'ann')
    await console.sign_in()
    await console.user.open('/on-call')
    console.user.find(marker='limits').click()
    await console.user.should_see(marker='limits-must')
    (must,) = console.user.find(kind=ui.select, marker='limits-must').elements
    must.value = 'on_call'
    console.user.find(marker='save-limits').click()
    await until(lambda: console.application.fleet[ContactLimits])
    await console.user.should_see('No way reaches ann')


async def test_a_new_rotation_is_in_the_zone_in_which_its_author_types_times(console: Console) -> None:
    me = await console.sign_in()
    await console.application.desks.change(console.application.as_(me), {'zone': 'Asia/Tokyo'})
    await console.user.open('/on-call')
    console.user.find(marker='new-rotation').click()
    await console.user.should_see(marker='rotation-zone')
    (zone,) = console.user.find(kind=ui.input, marker='rotation-zone').elements
    assert zone.value == 'Asia/Tokyo'


async def test_a_team_of_nobody_is_saved_and_says_that_nobody_is_called(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/on-call')
    console.user.find(marker='new-team').click()
    await console.user.should_see(marker='team-name')
    console.user.find(marker='team-name').type('Radio')
    console.user.find(marker='save').click()
    await until(lambda: console.application.fleet[Team])
    await console.user.should_see('Saved. Team Radio has nobody in it: nobody is called')
    await console.user.should_see(marker='warning')
