"""Who is on call, against a slow and obvious model; and the two nights on which clocks are changed."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.oncall.model import DayOff, Hours, Layer, Override, Rotation
from domain.oncall.rota import Known, gaps, is_within, on_call, shifts

BERLIN, ZONES = 'Europe/Berlin', ('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC')
PEOPLE = ('ann', 'bob', 'cem')
CHANGES = ('2027-03-28', '2027-10-31', '2027-04-04', '2027-11-07')
"""Days on which clocks are changed, of one zone or another."""
STEP_S = 900


def rota(*layers: Layer, zone: str = BERLIN, **more: object) -> Rotation:
    return Rotation(id='R', enterprise='E', name='r', zone=zone, created_at=0, changed_at=0, layers=layers, **more)  # type: ignore[arg-type]


def when(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def daily(**more: object) -> Layer:
    known = {'name': 'days', 'people': PEOPLE, 'zone': BERLIN, 'starts_on': '2027-03-27', 'turn_days': 1}
    return Layer(**{**known, **more})  # type: ignore[arg-type]


# the model: no arithmetic of turns, no shortcuts; every local time is looked for


def instant(day: date, clock: str, zone: str) -> float:
    """The first moment at which the clocks there show it; a time that they skip is read with the offset from before."""
    hour, minute = map(int, clock.split(':'))
    wall = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)
    before = (wall - timedelta(days=1)).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    after = (wall + timedelta(days=1)).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    shown = [
        moment
        for moment in sorted((wall - before, wall - after))
        if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC) == wall
    ]
    return (shown[0] if shown else wall - before).timestamp()


def slow(rotation: Rotation, moment: float) -> str:
    today = datetime.fromtimestamp(moment, ZoneInfo(rotation.zone)).date().isoformat()
    off = [one.person for one in rotation.days_off if one.day == today]
    person = ''
    for layer in rotation.layers:
        day, turn, turns = date.fromisoformat(layer.starts_on), -1, 0
        while turns < 60:
            if instant(day + timedelta(days=turns * layer.turn_days), layer.handover, layer.zone) <= moment:
                turn = turns
            turns += 1
        if turn < 0 or ('' in off and not layer.on_holidays):
            continue
        if layer.hours and not any(covers(one, layer.zone, moment) for one in layer.hours):
            continue
        order = layer.people * 2
        fit = [one for one in order[turn % len(layer.people) :] if one not in off]
        person = fit[0] if fit else person
    found = person
    for override in rotation.overrides:
        is_now = override.starts_at <= moment < override.ends_at
        if is_now and (not override.instead_of or override.instead_of == person):
            found = override.person
    return found


def covers(hours: Hours, zone: str, moment: float) -> bool:
    day = datetime.fromtimestamp(moment, ZoneInfo(zone)).date() - timedelta(days=2)
    for _ in range(5):
        end = day if hours.ends > hours.begins else day + timedelta(days=1)
        if day.isoweekday() in hours.days and instant(day, hours.begins, zone) <= moment < instant(
            end, hours.ends, zone
        ):
            return True
        day += timedelta(days=1)
    return False


clocks = st.sampled_from(('00:00', '02:00', '02:30', '03:00', '08:00', '17:15', '23:45'))
people = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3).map(tuple)
hours = st.builds(
    Hours, begins=clocks, ends=clocks, days=st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True).map(tuple)
)


@st.composite
def rotations(draw: st.DrawFn) -> tuple[Rotation, float]:
    day = date.fromisoformat(draw(st.sampled_from(CHANGES)))
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() - 86_400
    starts = st.integers(-3, 20).map(lambda days: (day - timedelta(days=days)).isoformat())
    layers = st.builds(
        Layer,
        name=st.just('layer'),
        people=people,
        zone=st.sampled_from(ZONES),
        starts_on=starts,
        handover=clocks,
        turn_days=st.sampled_from((1, 2, 7)),
        hours=st.lists(hours, max_size=2).map(tuple),
        on_holidays=st.booleans(),
    )
    moments = st.integers(0, 3 * 96).map(lambda steps: begin + steps * STEP_S)
    overrides = st.builds(
        lambda person, a, b, instead: Override(
            id='O', person=person, starts_at=min(a, b), ends_at=max(a, b), instead_of=instead
        ),
        st.sampled_from(PEOPLE),
        moments,
        moments,
        st.sampled_from(('', *PEOPLE)),
    )
    days = st.integers(-1, 2).map(lambda more: (day + timedelta(days=more)).isoformat())
    off = st.builds(DayOff, day=days, person=st.sampled_from(('', *PEOPLE)))
    made = rota(
        *draw(st.lists(layers, min_size=1, max_size=3)),
        zone=draw(st.sampled_from(ZONES)),
        overrides=tuple(draw(st.lists(overrides, max_size=2))),
        days_off=tuple(draw(st.lists(off, max_size=2))),
    )
    return made, begin


@settings(max_examples=12, deadline=None)
@given(rotations())
def test_the_person_and_the_shifts_are_those_of_the_model_around_every_change_of_the_clock(
    made: tuple[Rotation, float],
) -> None:
    rotation, begin = made
    found = shifts(rotation, begin, begin + 3 * 86_400)
    assert (found[0].starts_at, found[-1].ends_at) == (begin, begin + 3 * 86_400)
    assert all(one.ends_at == two.starts_at for one, two in pairwise(found))
    for step in range(0, 3 * 96, 3):
        moment = begin + step * STEP_S
        shift = next(one for one in found if one.starts_at <= moment < one.ends_at)
        assert on_call(rotation, moment) == slow(rotation, moment) == shift.person, datetime.fromtimestamp(moment, UTC)


def test_a_turn_is_handed_over_at_the_same_local_time_in_summer_and_winter() -> None:
    found = shifts(rota(daily()), when('2027-03-27T12:00'), when('2027-03-29T12:00'))
    assert [(one.person, one.starts_at) for one in found[1:]] == [
        ('bob', when('2027-03-28T06:00')),
        ('cem', when('2027-03-29T06:00')),
    ]


def test_a_handover_that_the_clock_skips_or_repeats_happens_once() -> None:
    spring = shifts(rota(daily(handover='02:30')), when('2027-03-27T12:00'), when('2027-03-28T12:00'))
    assert [one.starts_at for one in spring[1:]] == [when('2027-03-28T01:30')]
    layer = daily(handover='02:30', starts_on='2027-10-30')
    autumn = shifts(rota(layer), when('2027-10-30T12:00'), when('2027-10-31T12:00'))
    assert [one.starts_at for one in autumn[1:]] == [when('2027-10-31T00:30')]


def test_the_last_layer_that_covers_a_moment_counts_and_what_none_covers_is_a_gap() -> None:
    base = daily(people=('ann',), hours=(Hours(begins='08:00', ends='20:00'),))
    night = daily(people=('bob',), hours=(Hours(begins='22:00', ends='06:00', days=(6,)),))
    rotation = rota(base, night)
    assert on_call(rotation, when('2027-04-03T21:00')) == 'bob'
    assert on_call(rotation, when('2027-04-04T03:00')) == 'bob'
    assert on_call(rotation, when('2027-04-05T03:00')) == ''
    found = gaps(rotation, when('2027-04-03T06:00'), when('2027-04-04T06:00'))
    assert [(one.starts_at, one.ends_at) for one in found] == [
        (when('2027-04-03T18:00'), when('2027-04-03T20:00')),
        (when('2027-04-04T04:00'), when('2027-04-04T06:00')),
    ]


def test_the_sun_is_followed_around_the_world_without_a_gap() -> None:
    office = (Hours(begins='08:00', ends='16:00'),)
    layers = [
        daily(name=zone, people=(zone,), zone=zone, hours=office)
        for zone in ('Asia/Singapore', 'Africa/Algiers', 'America/Phoenix')  # zones without summer time
    ]
    layers[2] = daily(
        name='west', people=('west',), zone='America/Phoenix', hours=(Hours(begins='08:00', ends='17:00'),)
    )
    rotation = rota(*layers)
    assert gaps(rotation, when('2027-04-05T00:00'), when('2027-04-12T00:00')) == []
    assert on_call(rotation, when('2027-04-06T02:00')) == 'Asia/Singapore'


def test_an_override_counts_before_the_layers_and_a_swap_where_that_person_is_alone() -> None:
    start, end = when('2027-03-28T00:00'), when('2027-03-29T00:00')
    taken = Override(id='1', person='cem', starts_at=start, ends_at=end)
    assert on_call(rota(daily(), overrides=(taken,)), start + 60) == 'cem'
    swap = Override(id='2', person='cem', starts_at=start, ends_at=end, instead_of='ann')
    swapped = shifts(rota(daily(), overrides=(swap,)), start, end)
    assert [(one.person, one.is_override) for one in swapped] == [('cem', True), ('bob', False)]


def test_who_is_off_or_gone_is_skipped_and_a_layer_that_keeps_holidays_is_silent_then() -> None:
    rotation = rota(daily(), days_off=(DayOff(day='2027-03-28', person='bob'),))
    assert on_call(rotation, when('2027-03-28T12:00')) == 'cem'
    assert on_call(rotation, when('2027-03-29T04:00')) == 'bob', 'his turn, and it is not his day off any more'
    holiday = rota(daily(people=('ann',)), daily(on_holidays=False), days_off=(DayOff(day='2027-03-28'),))
    assert on_call(holiday, when('2027-03-28T12:00')) == 'ann'
    assert on_call(rota(daily()), when('2027-03-28T12:00'), Known(away=frozenset({'bob'}))) == 'cem'
    assert on_call(rota(daily(people=('bob',))), when('2027-03-28T12:00'), Known(away=frozenset({'bob'}))) == ''


def test_hours_that_begin_and_end_at_once_are_a_whole_day() -> None:
    day = (Hours(begins='08:00', ends='08:00', days=(1,)),)
    assert is_within(day, 'UTC', when('2027-03-30T07:59'))
    assert not is_within(day, 'UTC', when('2027-03-30T08:00'))
