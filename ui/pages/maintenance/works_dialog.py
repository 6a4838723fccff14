"""The dialog in which a person says what the works of an event are of; the calendar keeps it as a rule."""

from collections.abc import Callable

from nicegui import context, ui

from domain.access.actors import Actor
from domain.common.errors import DomainError, Invalid
from domain.common.text import comma_separated, natural
from domain.fleet.fleet import Fleet
from domain.maintenance.calendars.matching import PlannedWorks
from domain.maintenance.calendars.model import EventText, WorksCalendar, WorksRule
from domain.maintenance.calendars.service import WorksCalendarService
from domain.towers.model import Tower
from ui.components.card import text
from ui.components.controls import button, check, complaint, field, select, sheet
from ui.pages.label_field import labels_typed
from ui.pages.page import guarded
from ui.sign_in import SignedIn


class WorksDialog:
    """A dialog for one event of a calendar."""

    def __init__(self, calendars: WorksCalendarService, who: SignedIn, fleet: Fleet, after: Callable[[], None]) -> None:
        self._calendars, self._who, self._fleet, self._after = calendars, who, fleet, after

    def open(self, row: WorksCalendar, one: PlannedWorks) -> None:
        """Show it, with words of the event to begin with."""
        self._row = row
        event = one.event
        said = event.location if event.location and EventText.LOCATION in row.texts else event.summary
        with context.client, sheet('What are these works of?') as self._dialog:
            self._dialog.on('hide', self._dialog.delete)
            with ui.element('div').classes('cw-form'):
                text(' · '.join(part for part in (event.summary, event.location, *event.categories) if part), 'p')
                hint = 'Also of the events to come: keep what names the place, such as the number of a site.'
                self._contains = field('Events with the words', value=said[:120], hint=hint).mark('works-contains')
                towers = sorted(self._fleet[Tower].values(), key=lambda tower: natural(tower.name))
                self._towers = select('Towers', {tower.id: tower.name for tower in towers}, many=True).mark(
                    'works-towers'
                )
                self._regions = field('Regions', placeholder='West, North').mark('works-regions')
                self._operators = field('Operators')
                self._labels = field('Labels of devices', hint='key=value, one a line.', area=True)
                self._others = check('They are works of others: no window follows them').mark('works-others')
                self._trouble = complaint(
                    contains=self._contains,
                    towers=self._towers,
                    regions=self._regions,
                    operators=self._operators,
                    labels=self._labels,
                )
                with ui.element('div').classes('ends'):
                    button('Cancel', self._dialog.close)
                    button('Save rule', self._save, rank='primary').mark('save-rule').props('data-testid=save-rule')
        self._dialog.open()

    def _read(self) -> WorksRule:
        rule = WorksRule(
            contains=str(self._contains.value or ''),
            towers=tuple(str(id) for id in self._towers.value or ()),
            regions=comma_separated(self._regions.value),
            operators=comma_separated(self._operators.value),
            labels=labels_typed(str(self._labels.value or '')),
        )
        if rule.is_of_none != bool(self._others.value):
            raise Invalid('say a tower, a region, an operator or a label, or that they are of others', field='towers')
        return rule

    async def _save(self) -> None:
        self._trouble.say('')
        row = self._row

        async def act(actor: Actor) -> WorksCalendar:
            return await self._calendars.add_rule(actor, row.id, row.version, self._read())

        if await guarded(self._who, act, done='Rule saved', refused=self._refused) is not None:
            self._dialog.close()
            self._after()

    def _refused(self, refusal: DomainError) -> None:
        place = (refusal.field or '').split('.')[-1]
        self._trouble.refuse(Invalid(refusal.detail, field=place or None))
