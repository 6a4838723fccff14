"""How a person likes to see the console, kept for them on every browser."""

from fastapi import Request
from nicegui import ui

from domain.access.actors import Actor
from domain.desks.input import checked_locale, zones
from domain.desks.model import BROWSER, Density, Desk, HourCycle, Loud, Theme
from domain.desks.service import DeskService, desk_of, views_of
from domain.fleet.fleets import Fleets
from ui.components.card import card
from ui.components.controls import button, check, complaint, field, labelled, select
from ui.components.draft import draft
from ui.components.fields import Choice
from ui.design import look
from ui.pages.page import guarded
from ui.sign_in import SignedIn

_THEMES = {Theme.SYSTEM: 'As the browser', Theme.LIGHT: 'Light', Theme.DARK: 'Dark'}
_DENSITIES = {Density.COMFORTABLE: 'Comfortable', Density.COMPACT: 'Compact'}
_ZONES = {BROWSER: 'That of the browser', 'UTC': 'UTC', 'site': 'That of a site'}
_LOUD = {
    Loud.CRITICAL.value: 'Critical alone',
    **{one.value: f'{look("severity", one.value).word} and worse' for one in (Loud.MAJOR, Loud.MINOR, Loud.WARNING)},
    Loud.NOTHING.value: 'Are not told',
}
_LOUD_HINT = 'Told on every page that waits open: a word in its corner, and to screen readers.'
_HOURS = {HourCycle.LOCALE: 'As the locale has it', HourCycle.HALF: '12 hours', HourCycle.WHOLE: '24 hours'}


def desk_card(fleets: Fleets, desks: DeskService, who: SignedIn, request: Request) -> None:
    """Theme, density, time zone, numbers and dates, and the view to begin with."""
    desk = desk_of(fleets, who.person)
    with (
        card('My desk', caption='kept for you on every browser', body=True),
        draft('desk'),
        ui.element('div').classes('cw-form'),
    ):
        theme = select('Theme', {str(key): word for key, word in _THEMES.items()}, value=desk.theme)
        density = select('Rows', {str(key): word for key, word in _DENSITIES.items()}, value=desk.density)
        chosen = desk.zone if desk.zone in _ZONES else 'site'
        zone = select('Time zone', _ZONES, value=chosen)
        site = _site_field(desk, zone)
        locale = field(
            'Numbers and dates',
            value=desk.locale,
            placeholder='As the browser',
            hint='A language and region such as en-GB, en-US, de-DE or ar-EG. Texts stay English.',
            check=lambda words: checked_locale(words.strip()),
        ).mark('locale')
        hours = select('Clock', {str(key): word for key, word in _HOURS.items()}, value=desk.hours)
        landing = _landing(fleets, who, desk)
        loud = select('New alerts in an open page', _LOUD, value=desk.loud, hint=_LOUD_HINT).mark('loud')
        sound = check('With a sound', value=desk.sound).mark('sound').props('data-testid=sound')
        trouble = complaint(zone=site, locale=locale)

        async def save() -> None:
            wanted = {
                'theme': theme.value,
                'density': density.value,
                'zone': str(site.value or '').strip() if zone.value == 'site' else zone.value,
                'locale': str(locale.value or '').strip(),
                'hours': hours.value,
                'landing': landing.value or '',
                'loud': loud.value,
                'sound': bool(sound.value),
            }
            trouble.say('')

            async def act(actor: Actor) -> Desk:
                return await desks.change(actor, wanted)

            if await guarded(who, act, refused=trouble.refuse) is not None:
                ui.navigate.reload()

        with ui.element('div'):
            button('Save my desk', save).mark('save-desk').props('data-testid=save-desk')


def _landing(fleets: Fleets, who: SignedIn, desk: Desk) -> ui.select:
    """The view that a sign-in leads to."""
    views = {'': 'Overview'} | {view.id: view.name for view in views_of(fleets, who.person)}
    landing = select('Begin with', views, value=None).mark('landing')
    landing.value = desk.landing if desk.landing in views else ''
    return landing


def _site_field(desk: Desk, zone: ui.select) -> Choice:
    """A zone by its name, shown while ``zone`` says that it is a site's."""
    places = [desk.zone] if desk.zone not in (*_ZONES, *zones()) else []  # chosen under another release of the database
    with labelled('Time zone of the site', hint='By its name in the IANA time zone database.') as told:
        site = (
            Choice(
                [*sorted(zones()), *places],
                value=desk.zone if desk.zone not in _ZONES else None,
                with_input=True,
            )
            .classes('cw-field')
            .props('borderless dense options-dense hide-bottom-space dropdown-icon=expand_more')
            .mark('zone')
        )
        site.props['aria-label'] = 'Time zone of the site'
        site.with_note(hint=told)
    site.parent_slot.parent.bind_visibility_from(zone, 'value', value='site')  # type: ignore[union-attr]
    return site
