"""What people choose of how they are reached stays within what the enterprise allows."""

import pytest

from domain.access.permissions import Role
from domain.common.errors import Invalid, NotAllowed, Stale
from domain.common.severity import Severity
from domain.oncall.allowing import NewContactLimits, longest_stretch
from domain.oncall.input import NewContact
from domain.oncall.limits import MustReach
from domain.oncall.model import CallTarget, Hours, TargetKind
from domain.oncall.reaching import calls
from tests.domain.oncall.desk import mail, person, rotation
from tests.fakes import running_application

NIGHT = Hours(begins='22:00', ends='07:00')
ALL_DAY = Hours(begins='00:00', ends='00:00', days=(6, 7))


@pytest.mark.parametrize(
    ('quiet', 'hours'),
    [
        ((), 0),
        ((NIGHT,), 9),
        ((ALL_DAY,), 48),
        ((NIGHT, ALL_DAY), 57),  # from Friday 22:00 to Monday 07:00
        ((Hours(begins='00:00', ends='00:00'),), 168),
        ((Hours(begins='08:00', ends='12:00'), Hours(begins='12:00', ends='14:00')), 6),
        ((Hours(begins='22:00', ends='06:00', days=(7,)), Hours(begins='06:00', ends='08:00', days=(1,))), 10),
    ],
)
def test_the_longest_stretch_of_quiet_hours_runs_over_midnight_and_the_end_of_the_week(
    quiet: tuple[Hours, ...], hours: int
) -> None:
    assert longest_stretch(quiet) == hours * 60


async def test_quiet_hours_outside_of_the_limits_are_refused_by_their_field() -> None:
    async with running_application() as application:
        bob = await person(application, 'bob')
        limits = NewContactLimits(breaks=Severity.MINOR, longest_min=600)
        await application.on_call.save_limits(application.actor, limits, 1)
        for new, field in (
            (NewContact(quiet=(NIGHT, ALL_DAY), breaks=Severity.MINOR), 'quiet'),
            (NewContact(quiet=(NIGHT,), breaks=Severity.MAJOR), 'breaks'),
        ):
            with pytest.raises(Invalid) as refused:
                await application.on_call.save_contact(application.as_(bob), bob.id, new, 1)
            assert refused.value.field == field
        fits = NewContact(quiet=(NIGHT,), breaks=Severity.MINOR)
        await application.on_call.save_contact(application.as_(bob), bob.id, fits, 1)


async def test_limits_break_quiet_hours_that_were_chosen_before() -> None:
    async with running_application() as application:
        await mail(application)
        bob = await person(application, 'bob')
        always = NewContact(quiet=(Hours(begins='00:00', ends='23:59'),))
        await application.on_call.save_contact(application.as_(bob), bob.id, always, 1)
        target, now = (CallTarget(kind=TargetKind.PERSON, id=bob.id),), application.clock()
        assert calls(application.fleet, target, Severity.MINOR, now)[0].at > now
        await application.on_call.save_limits(application.actor, NewContactLimits(breaks=Severity.MINOR), 1)
        assert calls(application.fleet, target, Severity.MINOR, now)[0].at == now
        assert calls(application.fleet, target, Severity.WARNING, now)[0].at > now


async def test_who_must_be_reached_and_is_not_is_named() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        await person(application, 'bob')
        await rotation(application, 'ann')

        def names() -> list[str]:
            return [row.name for row in application.on_call.unreached(application.actor)]

        assert names() == []
        await application.on_call.save_limits(application.actor, NewContactLimits(must_reach=MustReach.ON_CALL), 1)
        assert names() == ['ann'], 'there is no mail channel'
        await application.on_call.save_limits(application.actor, NewContactLimits(must_reach=MustReach.ALL), 2)
        assert {'ann', 'bob'} <= set(names())
        await mail(application)
        assert names() == []


async def test_limits_are_set_by_who_sets_up_rotations_and_not_over_a_newer_version() -> None:
    async with running_application() as application:
        bob = await person(application, 'bob', Role.OPERATOR)
        with pytest.raises(NotAllowed):
            await application.on_call.save_limits(application.as_(bob), NewContactLimits(), 1)
        await application.on_call.save_limits(application.actor, NewContactLimits(longest_min=60), 1)
        with pytest.raises(Stale):
            await application.on_call.save_limits(application.actor, NewContactLimits(longest_min=120), 1)
        for new, field in (
            (NewContactLimits(longest_min=-1), 'longest_min'),
            (NewContactLimits(breaks=Severity.CLEARED), 'breaks'),
        ):
            with pytest.raises(Invalid) as refused:
                await application.on_call.save_limits(application.actor, new, 2)
            assert refused.value.field == field
