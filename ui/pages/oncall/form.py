"""What the editors of rotations, policies and routes have in common: a dialog that saves, is refused, or removes."""

from collections.abc import Callable
from typing import Any

from nicegui import context, ui

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.common.errors import DomainError, Invalid
from domain.fleet.fleet import Fleet
from domain.oncall.model import Hours
from domain.oncall.reaching import members
from domain.oncall.service import OnCallService
from ui.components.controls import ask, button, complaint, sheet, toast
from ui.pages.page import guarded, plain
from ui.sign_in import SignedIn


class Form:
    """A dialog for something new, or for a ``row`` that is there. Those that derive from it draw the fields and read them."""

    noun = ''
    kind: type[Any]

    def __init__(self, on_call: OnCallService, who: SignedIn, fleet: Fleet, after: Callable[[], None]) -> None:
        self.on_call, self.who, self.fleet, self._after = on_call, who, fleet, after
        self.row: Any = None

    def draw(self) -> dict[str, Any]:
        """The fields, by the name under which they are refused."""
        raise NotImplementedError

    async def save(self, actor: Actor) -> object:
        """Read the fields and save."""
        raise NotImplementedError

    def open(self, row: Any = None) -> None:
        """Show the form."""
        self.row = row
        name = self.noun
        with context.client, sheet(f'{name.capitalize()} {row.name}' if row else f'New {name}') as self._dialog:
            self._dialog.on('hide', self._dialog.delete)
            with ui.element('div').classes('cw-form'):
                self._fields = self.draw()
                self._trouble = complaint(**self._fields)
                with ui.element('div').classes('ends'):
                    if row is not None and self.who.may(Permission.CHANNELS_WRITE):
                        button(f'Remove {name}…', self._ask_remove, rank='quiet')
                    button('Cancel', self._dialog.close)
                    button(f'Save {name}', self._save, rank='primary').mark('save').props('data-testid=save')
        self._dialog.open()

    @property
    def version(self) -> int:
        """The version that is edited."""
        return self.row.version if self.row is not None else 0

    @property
    def id(self) -> str:
        """The id of the row; empty for a new one."""
        return self.row.id if self.row is not None else ''

    async def _save(self) -> None:
        self._trouble.say('')
        saved = await guarded(self.who, self.save, done=f'{self.noun.capitalize()} saved', refused=self._refused)
        if saved is not None:
            self._dialog.close()
            self._after()
            for words in self.on_call.warnings(self.who.actor(), [saved])[0][:1]:
                toast(f'Saved. {words}', 'warn')

    def _refused(self, refusal: DomainError) -> None:
        place = (refusal.field or '').split('.')
        known = next((part for part in reversed(place) if part in self._fields), '')
        self._trouble.refuse(Invalid(refusal.detail, field=known) if known else refusal)

    def _ask_remove(self) -> None:
        row = self.row
        ask(
            f'Remove {self.noun} {row.name}?',
            ['Nobody is called by it any more.'],
            f'Remove {self.noun}',
            lambda: self._remove(row),
        )

    async def _remove(self, row: Any) -> bool:
        async def act(actor: Actor) -> bool:
            await self.on_call.retire(actor, self.kind, row.id, row.version)
            return True

        done = await guarded(self.who, act, refused=lambda refusal: toast(plain(refusal), 'bad'))
        if done:
            self._dialog.close()
            self._after()
        return bool(done)


def people_options(fleet: Fleet) -> dict[str, str]:
    """The people of the enterprise, by id."""
    return {id: row.name for id, row in sorted(members(fleet).items(), key=lambda pair: pair[1].name)}


def number(value: object, place: str) -> int:
    """A whole number as it is typed; raises ``Invalid``."""
    said = str(value or '').strip()
    if not said.isascii() or not said.lstrip('-').isdigit() or len(said) > 7:
        raise Invalid('must be a number', field=place)
    return int(said)


def read_hours(said: str, place: str) -> tuple[Hours, ...]:
    """Lines such as ``Mon-Fri 08:00-20:00`` or ``22:00-06:00``; raises ``Invalid``."""
    found = []
    for line in filter(None, (line.strip() for line in said.splitlines())):
        days, _, times = line.rpartition(' ')
        begin, dash, end = times.replace('–', '-').partition('-')
        if not dash:
            raise Invalid('write hours as Mon-Fri 08:00-20:00', field=place)
        found.append(Hours(begins=begin, ends=end, days=_days(days, place)))
    return tuple(found)


DAYS = ('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')


def _days(said: str, place: str) -> tuple[int, ...]:
    found: list[int] = []
    for part in filter(None, said.replace(',', ' ').split()):
        ends = [name.capitalize() for name in part.replace('–', '-').split('-')]
        if any(name not in DAYS for name in ends) or len(ends) > 2:
            raise Invalid(f'write days as {", ".join(DAYS)}', field=place)
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        found += [day % 7 + 1 for day in range(first, last + 1 if last >= first else last + 8)]
    return tuple(found) or tuple(range(1, 8))


def hours_typed(hours: tuple[Hours, ...]) -> str:
    """As :func:`read_hours` reads them."""
    lines = []
    for one in hours:
        days = '' if len(one.days) == len(DAYS) else ','.join(DAYS[day - 1] for day in one.days) + ' '
        lines.append(f'{days}{one.begins}-{one.ends}')
    return '\n'.join(lines)
