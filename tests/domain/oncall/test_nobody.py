"""What tells nobody is saved, said, and an alert while a route leads to it."""

from dataclasses import replace

from domain.alerts.model import Alert
from domain.channels.model import Delivery
from domain.common.severity import Severity
from domain.oncall.input import NewAlertRoute, NewEscalationPolicy, NewRotation, NewTeam
from domain.oncall.model import CallTarget, EscalationStep, Layer, TargetKind
from tests.domain.oncall.desk import mail, person, policy, route, step
from tests.fakes import RunningApplication, running_application


def team_step(team: str) -> EscalationStep:
    return EscalationStep(targets=(CallTarget(kind=TargetKind.TEAM, id=team),))


def said(application: RunningApplication, row: object) -> tuple[str, ...]:
    return application.on_call.warnings(application.actor, [row])[0]


async def alerts(application: RunningApplication) -> list[tuple[str, Severity, str]]:
    await application.duty.look_ahead(application.enterprise)
    return [(one.problem, one.severity, one.detail) for one in application.fleet[Alert].values()]


async def test_a_team_of_nobody_is_saved_with_a_warning_that_goes_with_its_first_person() -> None:
    async with running_application() as application:
        await mail(application)
        ann = await person(application, 'ann')
        team = await application.on_call.save_team(application.actor, NewTeam(name='Radio'))
        assert said(application, team) == ('Team Radio has nobody in it: nobody is called',)
        full = NewTeam(name='Radio', members=(ann.id,))
        team = await application.on_call.save_team(application.actor, full, team.id, team.version)
        assert said(application, team) == ()


async def test_a_route_whose_policy_calls_a_team_of_nobody_is_a_major_alert_until_it_calls_a_person() -> None:
    async with running_application() as application:
        await mail(application)
        ann = await person(application, 'ann')
        team = await application.on_call.save_team(application.actor, NewTeam(name='Radio'))
        nights = await policy(application, team_step(team.id))
        why = 'Step 1 tells nobody: team Radio has nobody in it'
        assert said(application, nights) == (why,)
        assert await alerts(application) == []
        row = await route(application, policy=nights.id)
        assert await alerts(application) == [('Route All tells nobody', Severity.MAJOR, f'Nights: {why}')]
        more = NewEscalationPolicy(name='Nights', steps=(team_step(team.id), step('ann')))
        await application.on_call.save_policy(application.actor, more, nights.id, nights.version)
        assert await alerts(application) == [('A part of route All tells nobody', Severity.MINOR, f'Nights: {why}')]
        full = NewTeam(name='Radio', members=(ann.id,))
        team = await application.on_call.save_team(application.actor, full, team.id, team.version)
        assert await alerts(application) == []
        left = replace(ann, disabled_at=application.clock())
        await application.transactor.transact(lambda tx: tx.put(left), application.enterprise)
        ((problem, severity, _),) = await alerts(application)
        assert (problem, severity) == ('Route All tells nobody', Severity.MAJOR)
        off = NewAlertRoute(name='All', policy=nights.id, enabled=False)
        await application.on_call.save_route(application.actor, off, row.id, row.version)
        assert await alerts(application) == []


async def test_a_route_to_a_team_without_a_channel_and_a_rotation_whose_people_left_tell_nobody() -> None:
    async with running_application() as application:
        await mail(application)
        ann = await person(application, 'ann')
        team = await application.on_call.save_team(application.actor, NewTeam(name='Radio', members=(ann.id,)))
        row = await route(application, teams=(team.id,))
        assert said(application, row) == ('Team Radio tells nobody: it has no channel that is on',)
        layer = Layer(name='days', people=(ann.id,), zone='UTC', starts_on='2020-01-01')
        desk = NewRotation(name='Desk', zone='UTC', layers=(layer,))
        made = await application.on_call.save_rotation(application.actor, desk)
        target = CallTarget(kind=TargetKind.ROTATION, id=made.id)
        nights = await policy(application, EscalationStep(targets=(target,)))
        assert said(application, nights) == ()
        left = replace(ann, disabled_at=application.clock())
        await application.transactor.transact(lambda tx: tx.put(left), application.enterprise)
        assert said(application, nights) == ('Step 1 tells nobody: rotation Desk has nobody in it',)


async def test_a_person_without_a_way_is_not_told() -> None:
    async with running_application() as application:
        await person(application, 'ann')
        nights = await policy(application, step('ann'))
        assert said(application, nights) == ('Step 1 tells nobody: ann has no way to be reached',)


async def test_the_alert_of_a_route_that_tells_nobody_is_not_swallowed_by_that_route() -> None:
    async with running_application() as application:
        desk = await mail(application)
        team = await application.on_call.save_team(application.actor, NewTeam(name='Radio'))
        nights = await policy(application, team_step(team.id))
        await route(application, policy=nights.id)
        await alerts(application)
        assert [one.channel for one in application.fleet[Delivery].values()] == [desk.id], 'as if there were no route'
