"""What is wrong and what to do: for owners the whole installation, for people who read the audit trail their enterprise."""

from collections.abc import Callable, Sequence

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from ui.components.card import card, link, text
from ui.components.controls import button
from ui.design import look
from ui.doctor.bounded import WITHIN_S
from ui.doctor.model import Finding, worst
from ui.doctor.table import Examine, of_enterprise
from ui.pages.page import not_for_you, page
from ui.pages.screen import screen
from ui.sign_in import SignedIn


def register(*, fleets: Fleets, examine: Examine, clock: Callable[[], float]) -> None:
    """Register ``/doctor``."""

    @screen('/doctor', response_timeout=4 * WITHIN_S)
    async def doctor(request: Request) -> None:
        with page(request, fleets, 'Doctor', active='doctor') as (who, fleet):
            if not (who.may(Permission.AUDIT_READ) or who.may(Permission.INSTALLATION_WRITE)):
                not_for_you('how the enterprise stands', who, fleet.enterprise.name)
                return
            with ui.element('div').classes('cw-stack'):
                await _reports(who, fleet, examine, clock)


async def _reports(who: SignedIn, fleet: Fleet, examine: Examine, clock: Callable[[], float]) -> None:
    if who.may(Permission.AUDIT_READ):
        findings = await of_enterprise(fleet, clock)
        with card(fleet.enterprise.name, caption='devices and policies of the enterprise', at=clock()):
            _list(findings, 'enterprise', linked=True)
    if who.may(Permission.INSTALLATION_WRITE):
        findings = await examine()
        with card('Installation', caption='this server and its machine, numbers of all enterprises', at=clock()):
            _list(findings, 'installation', linked=False)
            with ui.element('p').classes('cw-doctor-file'):
                text('For support: ')
                text('cellwarden doctor --file report.json', 'code').classes('cw-mono')
                text(' writes this and the settings, without secrets.')
    with ui.element('div').classes('cw-entries-foot'):
        button('Look again', ui.navigate.reload).props('data-testid=again').mark('again')


def _list(findings: Sequence[Finding], name: str, *, linked: bool) -> None:
    """A line for each finding, the worst first. ``linked`` where the page that it leads to is about the same."""
    with ui.element('ul').classes('cw-entries cw-doctor').props(f'data-testid={name} data-state="{worst(findings)}"'):
        for finding in sorted(findings, key=lambda finding: _RANK[finding.said.state.value]):
            said, entry = finding.said, look('doctor', finding.said.state.value)
            with ui.element('li').props(f'data-probe={finding.name}'):
                with (
                    ui.element('div').classes('mark'),
                    ui.element('span').classes(f'cw-state cw-{entry.tone} loud'),
                ):
                    ui.element('i').classes(f'cw-shape {entry.shape} cw-{entry.tone}').props('aria-hidden=true')
                    text(entry.word)
                with ui.element('div').classes('what'):
                    text(finding.title, 'b')
                    if linked and said.href:
                        link(said.words, said.href)
                    else:
                        text(said.words)
                    if said.advice:
                        text(said.advice, 'p').classes('cw-quiet')


_RANK = {'fault': 0, 'warning': 1, 'not known': 2, 'ok': 3}
