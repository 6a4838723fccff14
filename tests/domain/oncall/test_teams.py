"""Across the files of the noun: a team is called with its people and its channels, and its editors choose who is in it."""

from dataclasses import replace

import pytest

from domain.accounts.model import Person
from domain.channels.input import NewChannel
from domain.common.errors import Conflict, Invalid, NotAllowed
from domain.common.severity import Severity
from domain.oncall.input import NewTeam
from domain.oncall.model import CallTarget, EscalationStep, TargetKind, Team
from domain.oncall.reaching import calls
from tests.domain.channels.channels import outage
from tests.domain.oncall.desk import MAIL, mail, person, policy, route, told
from tests.fakes import RunningApplication, running_application


async def radio(application: RunningApplication, least: Severity = Severity.WARNING) -> Team:
    """Ann, and a chat."""
    await mail(application)
    chat = NewChannel(name='Chat of radio', kind='mail', settings=MAIL, least_severity=Severity.CRITICAL)
    channel = (await application.channels.add(application.actor, chat))[0]
    ann, _ = await person(application, 'ann'), await person(application, 'bob')
    new = NewTeam(name='Radio', members=(ann.id,), editors=(ann.id,), channels=(channel.id,), least_severity=least)
    return await application.on_call.save_team(application.actor, new)


async def test_a_team_is_called_with_its_people_and_told_on_its_channels_what_is_bad_enough() -> None:
    async with running_application() as application:
        team = await radio(application, Severity.MAJOR)
        target = (CallTarget(kind=TargetKind.TEAM, id=team.id),)
        now = application.clock()
        for severity, channels in ((Severity.MAJOR, 1), (Severity.CRITICAL, 1), (Severity.MINOR, 0)):
            found = calls(application.fleet, target, severity, now)
            assert [one.recipient for one in found if one.recipient] == ['P-ann']
            assert len([one for one in found if not one.recipient]) == channels


async def test_a_route_tells_a_team_on_its_channels() -> None:
    async with running_application() as application:
        team = await radio(application)
        way = await route(application, teams=(team.id,))
        await outage(application)
        assert told(application) == [('channel', 'raised')]
        with pytest.raises(Conflict, match='All leads to it'):
            await application.on_call.retire(application.actor, Team, team.id, team.version)
        assert way.teams == (team.id,)


async def test_a_team_that_a_policy_calls_stays() -> None:
    async with running_application() as application:
        team = await radio(application)
        await policy(application, EscalationStep(targets=(CallTarget(kind=TargetKind.TEAM, id=team.id),)))
        with pytest.raises(Conflict, match='Nights leads to it'):
            await application.on_call.retire(application.actor, Team, team.id, team.version)


async def test_an_editor_changes_the_people_and_nothing_else() -> None:
    async with running_application() as application:
        team = await radio(application)
        people = {name: application.as_(application.fleet[Person][f'P-{name}']) for name in ('ann', 'bob')}
        new = NewTeam(name='Radio', members=('P-ann', 'P-bob'), editors=team.editors, channels=team.channels)
        changed = await application.on_call.save_team(people['ann'], new, team.id, team.version)
        assert changed.members == ('P-ann', 'P-bob')
        mine = NewTeam(name='Mine', members=new.members, editors=team.editors, channels=team.channels)
        with pytest.raises(NotAllowed, match='the rest needs'):
            await application.on_call.save_team(people['ann'], mine, team.id, changed.version)
        with pytest.raises(NotAllowed):
            await application.on_call.save_team(people['bob'], new, team.id, changed.version)
        with pytest.raises(NotAllowed):
            await application.on_call.save_team(people['ann'], mine)


async def test_a_channel_or_person_that_is_not_there_is_refused_by_its_field() -> None:
    async with running_application() as application:
        for field in ('members', 'editors', 'channels'):
            new = replace(NewTeam(name='Radio'), **{field: ('nobody',)})  # type: ignore[arg-type]
            with pytest.raises(Invalid) as refused:
                await application.on_call.save_team(application.actor, new)
            assert refused.value.field == field
