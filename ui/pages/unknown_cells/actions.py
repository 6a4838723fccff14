"""What people do about an unknown cell: say what it is, list it at a tower, quarantine the devices that were on it."""

from collections.abc import Awaitable, Callable

from nicegui import context, ui

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.common.errors import DomainError, Invalid
from domain.common.text import folded
from domain.devices.actions import PERMISSIONS, Action
from domain.devices.unknown_cells.alerts import MOST_REASON
from domain.devices.unknown_cells.model import CellStanding, UnknownCell
from domain.devices.unknown_cells.service import UnknownCellService
from domain.devices.unknown_cells.surroundings import neighbours
from domain.enforcement.service import CommandService
from domain.fleet.fleets import Fleets
from domain.towers.model import Tower
from ui.components.card import text
from ui.components.controls import ask, button, complaint, field, select, sheet, toast
from ui.components.live_when import live_when
from ui.pages.enforcement.command_dialog import order
from ui.pages.page import guarded, plain, seen_by
from ui.sign_in import SignedIn

_DAY_S = 86_400
_SPANS = {str(days * _DAY_S): words for days, words in ((1, '1 day'), (7, '1 week'), (30, '30 days'), (365, '1 year'))}
_TRUSTED = ['While it is trusted no device on it raises an alert. Open alerts about it are closed with your reason.']
_ROGUE = [
    'Each device that comes to it raises a critical alert, in whatever area, until you take that back.',
    'The devices that are on it now are told of at once.',
]


class CellActions:
    """The buttons, as far as the person may use them."""

    def __init__(
        self, fleets: Fleets, cells: UnknownCellService, commands: CommandService, who: SignedIn, id: str
    ) -> None:
        self._fleets, self._cells, self._commands, self._who, self._id = fleets, cells, commands, who, id

    def build(self) -> None:
        """Build them where the page is being built."""
        topic = f'unknown_cell/{self._id}'
        if self._who.may(Permission.TOWERS_WRITE):
            with live_when(topic, 'standing', ('listed',), shown=True, unless=True):
                button('List at a tower…', self._list).props('data-testid=list-at').mark('list-at')
        if self._who.may(Permission.SILENCES_WRITE):
            with live_when(topic, 'standing', ('unknown', 'rogue'), shown=False):
                button('Trust…', self._trust).props('data-testid=trust').mark('trust')
            with live_when(topic, 'standing', ('unknown', 'trusted'), shown=False):
                button('It is a false one…', self._rogue).props('data-testid=rogue').mark('rogue')
            with live_when(topic, 'standing', ('trusted', 'rogue'), shown=False):
                button('Take that back…', self._take_back).props('data-testid=take-back').mark('take-back')
        if self._who.may(PERMISSIONS[Action.QUARANTINE]):
            with live_when(
                topic, 'standing', ('unknown', 'rogue'), shown=False
            ):  # on a cell of ours nobody has to be cut off
                button('Quarantine witnesses…', self._quarantine).props('data-testid=quarantine').mark('quarantine')

    def _cell(self) -> UnknownCell | None:
        return seen_by(self._fleets, self._who)[UnknownCell].get(self._id)

    def _quarantine(self) -> None:
        cell = self._cell()
        ids = [one.device for one in cell.sightings] if cell is not None else []
        order(self._fleets, self._commands, self._who, Action.QUARANTINE, ids)

    def _trust(self) -> None:
        self._judge('Trust this cell', _TRUSTED, 'Trust it', CellStanding.TRUSTED)

    def _rogue(self) -> None:
        self._judge('Call this cell a false one', _ROGUE, 'It is a false one', CellStanding.ROGUE)

    def _judge(self, title: str, plan: list[str], verb: str, standing: CellStanding) -> None:
        with context.client, sheet(title) as dialog:
            dialog.on('hide', dialog.delete)
            _plan(plan)
            with ui.element('div').classes('cw-form'):
                span = select('For', _SPANS, value=str(7 * _DAY_S)) if standing is CellStanding.TRUSTED else None
                reason = field('Reason', placeholder='A repeater that the operator set up')
                reason.props(f'autofocus maxlength={MOST_REASON} data-testid=reason').mark('reason')
                trouble = complaint(reason=reason, **({'until': span} if span is not None else {}))

                async def act(actor: Actor) -> UnknownCell:
                    return await self._cells.judge(
                        actor,
                        self._id,
                        standing,
                        reason=str(reason.value or ''),
                        until=self._cells.now() + float(str(span.value)) if span is not None else None,
                    )

                self._ends(dialog, verb, act, trouble.refuse)
        dialog.open()

    def _list(self) -> None:
        fleet = seen_by(self._fleets, self._who)
        scope = self._who.person.scope
        cell = self._cells.read(self._who.actor(), self._id)
        near = {one.tower.id: -one.came for one in neighbours(fleet, cell)}
        towers = sorted(fleet[Tower].values(), key=lambda tower: (near.get(tower.id, 1), folded(tower.name)))
        options = {tower.id: tower.name for tower in towers if scope.rules(tower.region)}
        if not options:
            toast('There is no tower that you may change.', 'info')
            return
        with context.client, sheet('List it at a tower') as dialog:
            dialog.on('hide', dialog.delete)
            _plan(['Devices on it are served by that tower from now on, and its alert ends.'])
            with ui.element('div').classes('cw-form'):
                tower = select('Tower', options, hint='Its neighbours stand first.').mark('tower')
                trouble = complaint(tower_id=tower)

                async def act(actor: Actor) -> Tower:
                    if not tower.value:  # none is proposed: a false cell would be ours by one press
                        raise Invalid('choose the tower that has this cell', field='tower_id')
                    return await self._cells.list_at(actor, self._id, str(tower.value or ''))

                self._ends(dialog, 'List it there', act, lambda refusal: trouble.refuse(_at(refusal)))
        dialog.open()

    def _take_back(self) -> None:
        what = 'It is unknown again: devices on it raise an alert where the rules say so.'
        ask('Take back what was said of this cell?', [what], 'Take it back', self._unjudge)

    async def _unjudge(self) -> bool:
        async def act(actor: Actor) -> UnknownCell:
            return await self._cells.judge(actor, self._id, CellStanding.UNKNOWN)

        return await guarded(self._who, act, refused=lambda refusal: toast(plain(refusal), 'bad')) is not None

    def _ends(
        self,
        dialog: ui.dialog,
        verb: str,
        act: Callable[[Actor], Awaitable[object]],
        refused: Callable[[DomainError], object],
    ) -> None:
        async def save() -> None:
            if await guarded(self._who, act, done='It is done', refused=refused) is not None:
                dialog.close()

        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)
            button(verb, save, rank='primary').props('data-testid=save').mark('save')


def _plan(lines: list[str]) -> None:
    with ui.element('ul').classes('cw-plan'):
        for words in lines:
            text(words, 'li')


def _at(refusal: DomainError) -> DomainError:
    """What the tower refuses of the cell is told at the choice of the tower."""
    return refusal if refusal.field == 'tower_id' else Invalid(refusal.detail, field='tower_id')
