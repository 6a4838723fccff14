"""Who is on call now and in the next weeks, shifts that are taken, routes and policies, and a test of both."""

from collections.abc import Callable
from functools import partial

from fastapi import Request
from nicegui import ui

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.oncall.calendars.service import CalendarService
from domain.oncall.duty import AHEAD_S, DutyService
from domain.oncall.model import AlertRoute, EscalationPolicy, Rotation, Team
from domain.oncall.reaching import members
from domain.oncall.rota import Shift
from domain.oncall.service import OnCallService
from ui.components.card import card, grid, stack, text
from ui.components.chip import chip
from ui.components.controls import button, door
from ui.components.looking import DrawnAnew
from ui.components.zoned import zoned
from ui.pages.oncall.calendars import CalendarsDialog, calendar_words
from ui.pages.oncall.contact import ContactDialog
from ui.pages.oncall.limits import LimitsDialog, unreached_words
from ui.pages.oncall.policies import PolicyEditor
from ui.pages.oncall.rotations import RotationEditor
from ui.pages.oncall.routes import RouteEditor
from ui.pages.oncall.shifts import FeedDialog, TakeDialog
from ui.pages.oncall.teams import TeamEditor, team_words
from ui.pages.oncall.tester import tester
from ui.pages.oncall.wording import conditions_words, moment, steps_words
from ui.pages.page import guarded, not_for_you, page
from ui.pages.screen import screen
from ui.sign_in import SignedIn

LOOK_S = 15.0
WEEKS_S = 4 * 7 * 86_400.0
MOST_SHIFTS = 8


def register(
    *, fleets: Fleets, on_call: OnCallService, duty: DutyService, calendars: CalendarService, base: str
) -> None:
    """Register ``/on-call``; ``base`` is the address of this console."""

    @screen('/on-call')
    def on_call_page(request: Request) -> None:
        with page(request, fleets, 'On call', active='on-call') as (who, fleet):
            if not who.may(Permission.CHANNELS_READ):
                not_for_you('who is called', who, fleet.enterprise.name)
                return
            with grid('two', top=True):
                _Page(on_call, duty, calendars, who, fleet, base).build()


class _Page:
    def __init__(
        self,
        on_call: OnCallService,
        duty: DutyService,
        calendars: CalendarService,
        who: SignedIn,
        fleet: Fleet,
        base: str,
    ) -> None:
        self._calendars = calendars
        self._drawn = DrawnAnew(self._newest, self._draw)
        self._read_from = CalendarsDialog(calendars, who, self._drawn.show)
        self._on_call, self._duty, self._who, self._fleet = on_call, duty, who, fleet
        self._may_set_up = who.may(Permission.CHANNELS_WRITE)
        self._may_take = who.may(Permission.ALERTS_WRITE)
        self._take = TakeDialog(duty, who, fleet, self._drawn.show)
        self._contact = ContactDialog(on_call, who, fleet)
        self._limits = LimitsDialog(on_call, who, self._drawn.show)
        self._feed = FeedDialog(duty, who, base, self._drawn.show)
        self._rotations = RotationEditor(on_call, who, fleet, self._drawn.show)
        self._teams = TeamEditor(on_call, who, fleet, self._drawn.show)
        self._policies = PolicyEditor(on_call, who, fleet, self._drawn.show)
        self._routes = RouteEditor(on_call, who, fleet, self._drawn.show)

    def build(self) -> None:
        """Two columns: who is on call, and where alerts go."""
        with stack():
            with card('On call', caption='now, and in the next four weeks'):
                self._duties = ui.element('div')
                with ui.element('div').classes('cw-entries-foot'):
                    door('Rota, day by day', '/on-call/rota').props('data-testid=rota')
                    button('How I am reached…', self._contact.open).mark('contact').props('data-testid=contact')
                    if self._may_set_up:
                        button('Limits of quiet hours…', self._limits.open).mark('limits')
            with card('Escalation policies', caption='who is told one after the other'):
                self._policy_list = ui.element('div')
            with card('Teams', caption='people who are called together'):
                self._team_list = ui.element('div')
        with stack():
            with card('Routes', caption='asked in order; the first that fits takes the alert'):
                self._route_list = ui.element('div')
            tester(self._who, self._fleet, self._duty.now)
        self._drawn.follow(LOOK_S)

    def _newest(self) -> object:
        actor, now = self._who.actor(), self._duty.now()
        rows: list[Rotation | EscalationPolicy | Team] = [
            *self._on_call.rows(actor, Team),
            *self._on_call.rows(actor, Rotation),
            *self._on_call.rows(actor, EscalationPolicy),
        ]
        more = [(row.id, row.version) for row in self._on_call.rows(actor, AlertRoute)]
        read = [one.version for row in self._on_call.rows(actor, Rotation) for one in self._calendars.of(actor, row.id)]
        ends = [self._duty.shifts_of(row, now, now + 60.0)[0].person for row in self._on_call.rows(actor, Rotation)]
        warned = self._warned(actor)
        return [(row.id, row.version) for row in rows], more, ends, read, warned, len(self._on_call.unreached(actor))

    def _warned(self, actor: Actor) -> dict[str, tuple[str, ...]]:
        """By id, what tells nobody."""
        every: list[Team | EscalationPolicy | AlertRoute] = [
            *self._on_call.rows(actor, Team),
            *self._on_call.rows(actor, EscalationPolicy),
            *self._on_call.rows(actor, AlertRoute),
        ]
        return {row.id: said for row, said in zip(every, self._on_call.warnings(actor, every), strict=True) if said}

    def _draw(self) -> None:
        actor = self._who.actor()
        self._warnings = self._warned(actor)
        for place in (self._duties, self._policy_list, self._team_list, self._route_list):
            place.clear()
        unreached = [one.name for one in self._on_call.unreached(actor)]
        with self._duties:
            if unreached:
                _none(unreached_words(unreached))
            self._show_duties(self._on_call.rows(actor, Rotation))
        with self._policy_list:
            self._show_policies(self._on_call.rows(actor, EscalationPolicy))
        with self._team_list:
            self._show_teams(self._on_call.rows(actor, Team))
        with self._route_list:
            self._show_routes(self._on_call.rows(actor, AlertRoute))

    def _show_duties(self, rows: list[Rotation]) -> None:
        now = self._duty.now()
        for row in rows:
            found = self._duty.shifts_of(row, now, now + WEEKS_S)
            gap = next((one for one in found if not one.person), None)
            with (
                ui.element('ul')
                .classes('cw-entries cw-doctor')
                .props(f'id={row.id} data-testid=rotation data-rotation={row.id}')
            ):
                with ui.element('li'):
                    is_soon = gap is not None and gap.starts_at < now + AHEAD_S and row.always
                    chip('duty', 'gap' if not found[0].person else 'gap-ahead' if is_soon else 'covered')
                    with ui.element('div').classes('what'):
                        text(row.name, 'b')
                        text(self._name(found[0].person)).mark('on-call-now').props('data-testid=on-call-now')
                        with ui.element('p').classes('cw-quiet'):
                            zoned(f'until {moment(found[0].ends_at)}')
                            if gap is not None and found[0].person:
                                zoned(f' · next gap {moment(gap.starts_at)}')
                    with ui.element('div').classes('cw-ends'):
                        if self._may_take:
                            button('Take a shift…', partial(self._take.open, row)).mark('take').props(
                                'data-testid=take'
                            )
                for shift in found[1:MOST_SHIFTS]:
                    self._shift(row, shift)
                for one in self._calendars.of(self._who.actor(), row.id):
                    with ui.element('li').props(f'id={one.id} data-testid=calendar'):
                        calendar_words(one, self._calendars.unknown(one))
            if self._may_set_up:
                with ui.element('div').classes('cw-entries-foot'):
                    button('Read from calendars…', partial(self._read_from.open, row)).mark('calendars')
                    button('Calendar address…', partial(self._feed.open, row)).mark('feed').props('data-testid=feed')
                    button('Edit…', partial(self._rotations.open, row)).mark('edit-rotation').props(
                        'data-testid=edit-rotation'
                    )
        if not rows:
            _none('No rotation yet. A rotation says who is on call when, so that a route can lead to that person.')
        self._new('New rotation…', self._rotations.open, 'new-rotation')

    def _shift(self, row: Rotation, shift: Shift) -> None:
        with ui.element('li').mark('shift').props('data-testid=shift'):
            chip('duty', 'shift' if shift.person else 'gap')
            with ui.element('div').classes('what'):
                text(self._name(shift.person), 'b')
                with ui.element('p').classes('cw-quiet'):
                    zoned(f'{moment(shift.starts_at)} to {moment(shift.ends_at)}')
                    if shift.is_override:
                        text(' · takes the shift')
            with ui.element('div').classes('cw-ends'):
                if shift.is_override and self._may_take:
                    button('Give back', partial(self._give_back, row, shift.source))
                elif self._may_take:
                    button('Take…', partial(self._take.open, row, shift))

    async def _give_back(self, row: Rotation, override: str) -> None:
        done = 'The layers say again who is on call'
        if await guarded(self._who, lambda actor: self._duty.give_back(actor, row.id, override), done=done):
            self._drawn.show()

    def _show_policies(self, rows: list[EscalationPolicy]) -> None:
        with ui.element('ul').classes('cw-entries cw-doctor'):
            for row in rows:
                with ui.element('li').mark('policy').props('data-testid=policy'):
                    with ui.element('div').classes('what'):
                        text(row.name, 'b')
                        for line in steps_words(self._fleet, row):
                            text(line, 'p').classes('cw-quiet')
                        self._warn(row)
                    if self._may_set_up:
                        with ui.element('div').classes('cw-ends'):
                            button('Edit…', partial(self._policies.open, row)).mark('edit-policy').props(
                                'data-testid=edit-policy'
                            )
        if not rows:
            _none('No policy yet. A policy says who is told first, and who next when nobody acknowledges.')
        self._new('New policy…', self._policies.open, 'new-policy')

    def _show_teams(self, rows: list[Team]) -> None:
        with ui.element('ul').classes('cw-entries cw-doctor'):
            for row in rows:
                with ui.element('li').mark('team').props('data-testid=team'):
                    with ui.element('div').classes('what'):
                        text(row.name, 'b')
                        for words in filter(None, team_words(self._fleet, row)):
                            text(words, 'p').classes('cw-quiet')
                        self._warn(row)
                    is_editor = self._who.person.id in row.editors and self._may_take
                    if self._may_set_up or is_editor:
                        with ui.element('div').classes('cw-ends'):
                            button('Edit…', partial(self._teams.open, row)).mark('edit-team').props(
                                'data-testid=edit-team'
                            )
        if not rows:
            _none(
                'No team yet. A step of a policy can call a team as a whole, and a route can tell it on its channels.'
            )
        self._new('New team…', self._teams.open, 'new-team')

    def _show_routes(self, rows: list[AlertRoute]) -> None:
        with ui.element('ul').classes('cw-entries cw-doctor'):
            for row in rows:
                with ui.element('li').mark('route').props(f'id={row.id} data-testid=route'):
                    with ui.element('div').classes('what'):
                        text(row.name, 'b')
                        if not row.enabled:
                            text('Off').classes('cw-tag')
                        takes, leads = conditions_words(self._fleet, row)
                        text(takes, 'p').classes('cw-quiet')
                        text(leads, 'p').classes('cw-quiet')
                        self._warn(row)
                    if self._may_set_up:
                        with ui.element('div').classes('cw-ends'):
                            button('Edit…', partial(self._routes.open, row)).mark('edit-route').props(
                                'data-testid=edit-route'
                            )
        if not rows:
            _none('No route yet: every channel is told of the alerts that it says by itself.')
        self._new('New route…', self._routes.open, 'new-route')

    def _warn(self, row: Team | EscalationPolicy | AlertRoute) -> None:
        """What of it tells nobody: it stands there until that is mended."""
        for words in self._warnings.get(row.id, ()):
            with ui.element('p').mark('warning').props('data-testid=warning'):
                chip('duty', 'nobody')
                text(words)

    def _new(self, words: str, act: Callable[[], object], mark: str) -> None:
        if self._may_set_up:
            with ui.element('div').classes('cw-entries-foot'):
                button(words, act).mark(mark).props(f'data-testid={mark}')

    def _name(self, person: str) -> str:
        found = members(self._fleet).get(person)
        return found.name if found is not None else 'Nobody' if not person else 'A person who left'


def _none(words: str) -> None:
    with ui.element('ul').classes('cw-entries'), ui.element('li').classes('none'):
        text(words, 'p')
