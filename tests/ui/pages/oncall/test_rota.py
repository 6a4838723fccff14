"""The rota as a picture: shifts are taken, swapped with consent, and refused with words."""

from datetime import date

from nicegui import ui

from domain.oncall.model import Rotation
from domain.oncall.swaps.model import SwapOffer
from tests.domain.oncall.desk import person, rotation
from tests.ui.conftest import Console
from tests.ui.until import until
from ui.pages.oncall.rota import span_of

NOW = 1_800_000_000.0


def test_days_of_the_address_that_cannot_be_shown_are_those_from_today_on() -> None:
    assert (span_of({}, 'UTC', NOW).first, span_of({}, 'UTC', NOW).days) == (date(2027, 1, 15), 14)
    asked = span_of({'from': '2027-03-27', 'days': '31'}, 'Europe/Berlin', NOW)
    assert (asked.first, asked.days) == (date(2027, 3, 27), 31)
    for hostile in ({'from': '9999-12-31'}, {'from': '<script>'}, {'days': '9999'}, {'days': '-1'}):
        assert (span_of(hostile, 'UTC', NOW).first, span_of(hostile, 'UTC', NOW).days) == (date(2027, 1, 15), 14)


def test_a_day_that_is_an_hour_shorter_is_narrower() -> None:
    span = span_of({'from': '2027-03-28', 'days': '14'}, 'Europe/Berlin', NOW)
    assert span.ends_at - span.starts_at == 14 * 86_400 - 3600
    assert span.spoken(span.starts_at + 2 * 3600) == 'Sun 28 Mar 03:00'


async def test_a_shift_is_handed_over_by_who_sets_up_rotations(console: Console) -> None:
    for name in ('ann', 'bob'):
        await person(console.application, name)
    row = await rotation(console.application, 'ann')
    await console.sign_in()
    await console.user.open('/on-call/rota')
    await console.user.should_see(marker='bar')
    console.user.find(marker='bar').click()
    await console.user.should_see(marker='handing')
    (choice,) = console.user.find(kind=ui.select, marker='handing').elements
    choice.value = 'P-bob//'
    console.user.find(marker='hand').click()
    await until(lambda: console.application.fleet[Rotation][row.id].overrides)
    assert console.application.fleet[Rotation][row.id].overrides[0].person == 'P-bob'


async def test_a_swap_is_asked_for_and_answered_on_the_page(console: Console) -> None:
    ann, bob = await person(console.application, 'ann'), await person(console.application, 'bob')
    row = await rotation(console.application, 'ann', 'bob')
    now = console.application.clock()
    shift = next(
        one
        for one in console.application.duty.shifts_of(row, now + 86_400, now + 4 * 86_400)[1:]
        if one.person == ann.id
    )
    offer = await console.application.swaps.ask(
        console.application.as_(ann), row.id, bob.id, (shift.starts_at, shift.ends_at), note='<b>please</b>'
    )
    await console.sign_in()
    await console.user.open('/on-call/rota')
    await console.user.should_see('ann asks bob')
    await console.user.should_see('“<b>please</b>”')
    console.user.find(marker='accept').click()
    await until(lambda: offer.id not in console.application.fleet[SwapOffer])
    assert console.application.fleet[Rotation][row.id].overrides[0].person == bob.id
    await console.user.should_not_see('ann asks bob')


async def test_without_a_rotation_the_page_says_so(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/on-call/rota')
    await console.user.should_see('No rotation yet')
