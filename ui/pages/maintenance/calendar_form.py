"""The editor of a calendar of planned works."""

from collections.abc import Callable

from nicegui import context, ui

from domain.access.actors import Actor
from domain.common.errors import DomainError, Invalid
from domain.common.text import comma_separated, folded
from domain.fleet.fleet import Fleet
from domain.maintenance.calendars.input import NewWorksCalendar
from domain.maintenance.calendars.model import EventText, PlaceKind, WorksCalendar, WorksRule
from domain.maintenance.calendars.service import WorksCalendarService
from domain.towers.model import Tower
from ui.components.controls import button, check, complaint, field, select, sheet
from ui.pages.page import guarded
from ui.pages.typed_zone import zone_of
from ui.sign_in import SignedIn

TEXTS = {
    EventText.SUMMARY.value: 'Title',
    EventText.LOCATION.value: 'Place',
    EventText.CATEGORIES.value: 'Categories',
    EventText.DESCRIPTION.value: 'Description',
}
BY_NAME = {
    PlaceKind.TOWERS.value: 'Towers',
    PlaceKind.REGIONS.value: 'Regions',
    PlaceKind.OPERATORS.value: 'Operators',
}
_NONE = '-'
_RULES = (
    'Words, an arrow, what events with these words are of: a tower, region: or operator: with a name, or a label of devices. '
    'A hyphen alone says that they are works of others.'
)


class CalendarForm:
    """A dialog for a new calendar, or for one that is there."""

    def __init__(self, calendars: WorksCalendarService, who: SignedIn, fleet: Fleet, after: Callable[[], None]) -> None:
        self._calendars, self._who, self._fleet, self._after = calendars, who, fleet, after
        self._row: WorksCalendar | None = None

    def open(self, row: WorksCalendar | None = None) -> None:
        """Show the form."""
        self._row = row
        with context.client, sheet('Edit calendar' if row else 'Connect a calendar') as self._dialog:
            self._dialog.on('hide', self._dialog.delete)
            with ui.element('div').classes('cw-form'):
                self._draw(row)
                with ui.element('div').classes('ends'):
                    button('Cancel', self._dialog.close)
                    button('Save calendar', self._save, rank='primary').mark('save-works').props(
                        'data-testid=save-works'
                    )
        self._dialog.open()

    def _draw(self, row: WorksCalendar | None) -> None:
        self._name = field('Name', value=row.name if row else '', placeholder='Works of the carrier').mark('works-name')
        kept = f'Empty keeps that at {row.host}.' if row else 'Of iCalendar (.ics): https:// or webcal://.'
        self._url = field('Address', mono=True, hint=f'{kept} It is not shown again.', is_kept=False).mark('works-url')
        zone = row.zone if row else zone_of(self._fleet, self._who.person.id)
        self._zone = field('Time zone', value=zone, hint='Of whole days, and of times without a zone.')
        self._every = field('Asked every, minutes', value=f'{row.every_min}' if row else '15')
        self._texts = select('Names are looked for in', TEXTS, many=True).mark('works-texts')
        self._texts.value = [one.value for one in (row.texts if row else NewWorksCalendar(name='').texts)]
        self._by_name = select('By the names of', BY_NAME, many=True).mark('works-by-name')
        self._by_name.value = [one.value for one in (row.by_name if row else NewWorksCalendar(name='').by_name)]
        rules = '\n'.join(rule_text(self._fleet, one) for one in row.rules) if row else ''
        self._rules = field('Rules', value=rules, hint=_RULES, area=True).mark('works-rules')
        self._below = check('With the towers that these cut off', value=row.below if row else True)
        self._trouble = complaint(
            name=self._name,
            url=self._url,
            zone=self._zone,
            every_min=self._every,
            texts=self._texts,
            by_name=self._by_name,
            rules=self._rules,
        )

    def _read(self) -> NewWorksCalendar:
        minutes = str(self._every.value or '').strip()
        if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 7):
            raise Invalid('must be a number of minutes', field='every_min')
        lines = filter(None, (line.strip() for line in str(self._rules.value or '').splitlines()))
        return NewWorksCalendar(
            name=str(self._name.value or ''),
            url=str(self._url.value or ''),
            zone=str(self._zone.value or '').strip(),
            every_min=int(minutes),
            texts=tuple(EventText(str(one)) for one in self._texts.value or ()),
            by_name=tuple(PlaceKind(str(one)) for one in self._by_name.value or ()),
            rules=tuple(rule_typed(self._fleet, line, self._row.rules if self._row else ()) for line in lines),
            below=bool(self._below.value),
        )

    async def _save(self) -> None:
        self._trouble.say('')
        row = self._row

        async def act(actor: Actor) -> WorksCalendar:
            return await self._calendars.save(actor, self._read(), row.id if row else '', row.version if row else 0)

        if await guarded(self._who, act, done='Calendar saved', refused=self._refused) is not None:
            self._dialog.close()
            self._after()

    def _refused(self, refusal: DomainError) -> None:
        place = (refusal.field or '').split('.')[0]
        self._trouble.refuse(Invalid(refusal.detail, field=place or None))


def rule_text(fleet: Fleet, rule: WorksRule) -> str:
    """``RTM-0417 -> Europoort-West, region: West, site=west``; a tower that was retired is said by its id."""
    towers = [tower.name if (tower := fleet.find(Tower, id)) is not None else id for id in rule.towers]
    parts = [*towers, *(f'region: {one}' for one in rule.regions), *(f'operator: {one}' for one in rule.operators)]
    parts += [f'{key}={value}' for key, value in rule.labels.items()]
    return f'{rule.contains} -> {", ".join(parts) or _NONE}'


def rule_typed(fleet: Fleet, line: str, known: tuple[WorksRule, ...] = ()) -> WorksRule:
    """The rule of a line. One that is there already (``known``) stays as it is. Raises ``Invalid``."""
    for rule in known:
        if rule_text(fleet, rule) == line:
            return rule
    contains, arrow, of = (part.strip() for part in line.replace('→', '->').partition('->'))
    if not arrow or not contains or not of:
        raise Invalid(f'“{line[:60]}” is no rule; write words -> a tower', field='rules')
    if of == _NONE:
        return WorksRule(contains=contains)
    by_name: dict[str, list[str]] = {}
    for tower in fleet[Tower].values():
        by_name.setdefault(folded(tower.name), []).append(tower.id)
    towers: list[str] = []
    regions: list[str] = []
    operators: list[str] = []
    labels: dict[str, str] = {}
    for part in comma_separated(of):
        kind, _, name = (each.strip() for each in part.partition(':'))
        key, equals, value = (each.strip() for each in part.partition('='))
        if folded(part) in by_name:
            towers += by_name[folded(part)]
        elif name and kind.lower() in ('region', 'operator'):
            (regions if kind.lower() == 'region' else operators).append(name)
        elif equals and key:
            labels[key] = value
        else:
            raise Invalid(
                f'there is no tower “{part[:60]}”; write region: or operator: before another name', field='rules'
            )
    return WorksRule(
        contains=contains, towers=tuple(towers), regions=tuple(regions), operators=tuple(operators), labels=labels
    )
