"""The editor of a team: who is in it, who may edit that, and on which channels the team is told."""

from typing import Any

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.channels.model import Channel
from domain.common.severity import RANK, Severity
from domain.fleet.fleet import Fleet
from domain.oncall.input import NewTeam
from domain.oncall.model import Team
from domain.oncall.reaching import members
from ui.components.card import text
from ui.components.controls import field, select
from ui.design import look
from ui.pages.oncall.form import Form, people_options


class TeamEditor(Form):
    """A dialog. An editor of the team who does not set up rotations chooses its people alone."""

    noun, kind = 'team', Team

    def draw(self) -> dict[str, Any]:
        """See :class:`Form`."""
        row: Team | None = self.row
        people = people_options(self.fleet)
        self._is_whole = self.who.may(Permission.CHANNELS_WRITE)
        if self._is_whole:
            self._name = field('Name', value=row.name if row else '', placeholder='Radio west').mark('team-name')
            self._name.props('data-testid=team-name')
        self._members = select('People', people, many=True, hint='All of them are called when the team is.')
        self._members.value = [id for id in (row.members if row else ()) if id in people]
        self._members.mark('team-members').props('data-testid=team-members')
        if not self._is_whole:
            text('Who may edit it and what it is told is set by administrators.', 'p').classes('cw-hint')
            return {'members': self._members}
        self._editors = select('Who else may change the people', people, many=True)
        self._editors.value = [id for id in (row.editors if row else ()) if id in people]
        channels = {id: one.name for id, one in self.fleet[Channel].items()}
        self._channels = select('Told with the people, on', channels, many=True, hint='Such as the chat of the team.')
        self._channels.value = [id for id in (row.channels if row else ()) if id in channels]
        worse = {
            one.value: f'{look("severity", one.value).word} and worse' if RANK[one] else 'Critical alone'
            for one in Severity
            if one is not Severity.CLEARED
        }
        self._least = select('Of alerts that are', worse, value=(row.least_severity if row else Severity.WARNING).value)
        return {
            'name': self._name,
            'members': self._members,
            'editors': self._editors,
            'channels': self._channels,
            'least_severity': self._least,
        }

    async def save(self, actor: Actor) -> object:
        """See :class:`Form`. People who left stay in it, as nobody chose otherwise."""
        row: Team | None = self.row
        chosen = tuple(str(id) for id in self._members.value or ())
        if not self._is_whole and row is not None:
            new = NewTeam(
                name=row.name,
                members=chosen,
                editors=row.editors,
                channels=row.channels,
                least_severity=row.least_severity,
            )
            return await self.on_call.save_team(actor, new, self.id, self.version)
        new = NewTeam(
            name=str(self._name.value or ''),
            members=chosen,
            editors=tuple(str(id) for id in self._editors.value or ()),
            channels=tuple(str(id) for id in self._channels.value or ()),
            least_severity=Severity(str(self._least.value)),
        )
        return await self.on_call.save_team(actor, new, self.id, self.version)


def team_words(fleet: Fleet, team: Team) -> tuple[str, str]:
    """Who is in it, and what it is told beside that."""
    people = members(fleet)
    names = ', '.join(people[id].name for id in team.members if id in people) or 'Nobody'
    channels = [row.name for id in team.channels if (row := fleet.find(Channel, id)) is not None]
    word = look('severity', team.least_severity.value).word
    least = f'{word} and worse' if RANK[team.least_severity] else 'critical alone'
    return names, f'told on {", ".join(channels)}: {least}' if channels else ''
