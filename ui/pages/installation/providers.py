"""The identity providers of the installation, as they were set when it started: whom they lead in, and as what."""

from collections.abc import Sequence

from nicegui import ui

from domain.access.scopes import words
from domain.fleet.fleets import Fleets
from domain.sign_in.providers import GroupRule, Provider
from ui.components.card import card, text


def providers_card(fleets: Fleets, providers: Sequence[Provider]) -> None:
    """What the settings say of each provider; nothing of it can be changed here, and no secret is in it."""
    with (
        card('Identity providers', caption='from the settings file, read when the server starts'),
        ui.element('ul').classes('cw-entries').props('data-testid=providers'),
    ):
        for provider in providers:
            _entry(fleets, provider)
        if not providers:
            none = 'People sign in with passwords alone. A provider is set under [[providers]] in cellwarden.toml.'
            with ui.element('li').classes('none'):
                text(none, 'p')


def _entry(fleets: Fleets, provider: Provider) -> None:
    with ui.element('li'), ui.element('div').classes('what'):
        text(provider.label, 'b')
        text(provider.issuer).classes('cw-mono')
        domains = ', '.join(sorted(provider.email_domains))
        told = f'Direct link /login/{provider.name}' + (f', and for addresses of {domains}' if domains else '')
        text(told, 'div').classes('cw-quiet')
        with ui.element('div'):
            for rule in provider.rules:
                text(_told(fleets, rule)).classes('cw-tag')


def _told(fleets: Fleets, rule: GroupRule) -> str:
    """``crane drivers → operator of Port of Delft, site=port-1 only``; a rule may name its enterprise by id."""
    whom = 'everybody' if rule.groups is None else ' or '.join(sorted(rule.groups))
    place = fleets.of(rule.enterprise).enterprise.name if fleets.has(rule.enterprise) else rule.enterprise
    part = f', {narrowed}' if (narrowed := words(rule.scope)) else ''
    return f'{whom} → {rule.role} of {place}{part}'
