"""The editor of a maintenance window."""

from collections.abc import Callable

from nicegui import context, ui

from domain.access.actors import Actor
from domain.common.errors import DomainError, Invalid
from domain.common.text import comma_separated, natural
from domain.fleet.fleet import Fleet
from domain.maintenance.input import NewMaintenanceWindow
from domain.maintenance.model import MaintenanceWindow
from domain.maintenance.service import MaintenanceService
from domain.towers.model import Tower
from ui.components.controls import button, check, complaint, field, select, sheet
from ui.pages.label_field import labels_typed
from ui.pages.maintenance.wording import ONCE, OWN, REPEATS, rule_of
from ui.pages.page import guarded
from ui.pages.typed_zone import zone_of
from ui.sign_in import SignedIn


class WindowForm:
    """A dialog for a new window, or for one that is there."""

    def __init__(self, windows: MaintenanceService, who: SignedIn, fleet: Fleet, after: Callable[[], None]) -> None:
        self._windows, self._who, self._fleet, self._after = windows, who, fleet, after
        self._row: MaintenanceWindow | None = None

    def open(self, row: MaintenanceWindow | None = None) -> None:
        """Show the form."""
        self._row = row
        with context.client, sheet('Edit window' if row else 'New window') as self._dialog:
            self._dialog.on('hide', self._dialog.delete)
            with ui.element('div').classes('cw-form'):
                self._draw(row)
                with ui.element('div').classes('ends'):
                    button('Cancel', self._dialog.close)
                    button('Save window', self._save, rank='primary').mark('save').props('data-testid=save')
        self._dialog.open()

    def _draw(self, row: MaintenanceWindow | None) -> None:
        self._name = field('Name', value=row.name if row else '', placeholder='Antenna works in the west').mark(
            'window-name'
        )
        begin = row.starts_on.replace('T', ' ') if row else ''
        self._begin = field(
            'Begins', value=begin, placeholder='2026-12-01 01:30', hint='Local time of the zone below.'
        ).mark('window-begin')
        zone = row.zone if row else zone_of(self._fleet, self._who.person.id)
        self._zone = field('Time zone', value=zone, placeholder='Europe/Amsterdam').mark('window-zone')
        minutes = f'{row.length_min}' if row else '120'
        self._length = field(
            'Minutes', value=minutes, hint='Elapsed time, also in the night on which clocks are changed.'
        )
        self._repeats = select('Repeats', REPEATS, value=(OWN if row.rule else ONCE) if row else ONCE).mark('repeats')
        rule = row.rule if row else ''
        self._rule = field(
            'Rule', value=rule, placeholder='FREQ=MONTHLY;BYDAY=2TU', hint='Where a rule is chosen above.'
        )
        towers = sorted(self._fleet[Tower].values(), key=lambda one: natural(one.name))
        self._towers = select('Towers', {one.id: one.name for one in towers}, many=True).mark('window-towers')
        self._towers.value = [id for id in row.towers if id in self._fleet[Tower]] if row else []
        regions, operators = (', '.join(row.regions), ', '.join(row.operators)) if row else ('', '')
        self._regions = field('Regions', value=regions, placeholder='West, North').mark('window-regions')
        self._operators = field('Operators', value=operators)
        labels = '\n'.join(f'{key}={value}' for key, value in row.labels.items()) if row else ''
        self._labels = field(
            'Labels of devices', value=labels, hint='key=value, one a line: those that carry all of them.', area=True
        ).mark('window-labels')
        self._below = check('With the towers that these cut off', value=row.below if row else True)
        self._trouble = complaint(
            name=self._name,
            starts_on=self._begin,
            zone=self._zone,
            length_min=self._length,
            rule=self._rule,
            towers=self._towers,
            regions=self._regions,
            operators=self._operators,
            labels=self._labels,
        )

    def _read(self) -> NewMaintenanceWindow:
        begin, minutes = str(self._begin.value or ''), str(self._length.value or '').strip()
        if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 7):
            raise Invalid('must be a number of minutes', field='length_min')
        return NewMaintenanceWindow(
            name=str(self._name.value or ''),
            zone=str(self._zone.value or '').strip(),
            starts_on=begin,
            length_min=int(minutes),
            rule=rule_of(str(self._repeats.value), begin, str(self._rule.value or '')),
            towers=tuple(str(id) for id in self._towers.value or ()),
            regions=comma_separated(self._regions.value),
            operators=comma_separated(self._operators.value),
            labels=labels_typed(str(self._labels.value or '')),
            below=bool(self._below.value),
        )

    async def _save(self) -> None:
        self._trouble.say('')
        row = self._row

        async def act(actor: Actor) -> MaintenanceWindow:
            return await self._windows.save(actor, self._read(), row.id if row else '', row.version if row else 0)

        if await guarded(self._who, act, done='Window saved', refused=self._refused) is not None:
            self._dialog.close()
            self._after()

    def _refused(self, refusal: DomainError) -> None:
        place = (refusal.field or '').split('.')[0]
        self._trouble.refuse(Invalid(refusal.detail, field=place or None))
