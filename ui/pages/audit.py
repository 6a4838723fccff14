"""The audit trail: who did what to what, from where, when, with before and after; and whether the journal is as it was written."""

from fastapi import Request
from nicegui import ui

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.accounts.model import Person
from domain.audit.model import ChainReport
from domain.audit.service import AuditService
from domain.common.text import folded
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.journal.model import Recorded
from domain.tokens.model import Token, TokenKind
from ui.components.age import age
from ui.components.card import Text, link, text
from ui.components.columns import Column
from ui.components.command import command
from ui.components.controls import button, door, sheet
from ui.components.live_table import Act, Filter, live_table
from ui.components.page_state import Empty
from ui.components.zoned import zoned
from ui.durations import counted
from ui.pages.page import guarded, not_for_you, page
from ui.pages.screen import screen
from ui.sentences.fields import before_and_after, label, text_of
from ui.sentences.sentence import sentence
from ui.sign_in import SignedIn
from ui.topics.audit import changed
from ui.topics.audit import who as behind

_KINDS = ('device', 'tower', 'policy', 'alert', 'person', 'token', 'enterprise')
_INSTALLATION_KINDS = (*((kind, kind.capitalize()) for kind in _KINDS), ('clock', 'Time not watched'))
_MOST_UNWATCHED = 20
"""Times that the page lists; programs read all of them."""
_MOST_OPTIONS = 200
_COLUMNS = (
    Column(field='at', label='When', kind='time', phone='age'),
    Column(field='who', label='Who', kind='strong', phone='title', empty='nobody known'),
    Column(field='name', label='What', href='{href}', detail='text', phone='line', width='380px'),
    Column(field='change', label='Before and after', kind='quiet', grow=True, phone='more', empty=''),
    Column(field='address', label='From', kind='code', room='wide', empty=''),
)


def register(*, fleets: Fleets, audit: AuditService) -> None:
    """Register ``/audit`` and ``/audit/installation``."""

    @screen('/audit')
    async def enterprise_audit(request: Request) -> None:
        with page(request, fleets, 'Audit', active='audit') as (who, fleet):
            if not who.may(Permission.AUDIT_READ):
                not_for_you('the audit trail', who, fleet.enterprise.name)
                return
            await guarded(who, lambda actor: _unwatched(audit, actor))
            _trail(fleets, audit, who, fleet, installation=False)

    @screen('/audit/installation')
    def installation_audit(request: Request) -> None:
        with page(request, fleets, 'Audit of the installation', active='audit') as (who, fleet):
            if not who.may(Permission.INSTALLATION_WRITE):
                not_for_you('the audit trail of the installation', who, fleet.enterprise.name)
                return
            _trail(fleets, audit, who, fleets.installation, installation=True)


def _trail(fleets: Fleets, audit: AuditService, who: SignedIn, fleet: Fleet, *, installation: bool) -> None:
    where = 'trail=installation' if installation else ''

    async def details(sequence: str) -> None:
        number = int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 18 else 0
        found = await guarded(who, lambda actor: audit.entry(actor, number, installation=installation))
        if found is not None:
            _details(audit, who, fleet, found, installation=installation)

    with (
        live_table(
            'installation-audit' if installation else 'audit',
            _COLUMNS,
            noun=('entry', 'entries'),
            linked=True,
            size=50,
            search='Search who, what, values…',
            filters=_filters(fleet, installation=installation),
            actions=(Act(name='details', label='Show entry', tone='quiet'),),
            on_act=lambda acted: details(acted.ids[0]),
            empty=Empty(
                title='Nothing has been done yet',
                text='Owners who come and go, and sign-ins that were refused because the account is not known, are written down here.'
                if installation
                else 'Everything that a person or program changes, and every sign-in, is written down here and can be proven later.',
            ),
            tall=True,
        )
        .classes('cw-trail')
        .props('data-testid=audit')
        .mark('audit')
    ):
        if installation:
            home = fleets.of(who.person.enterprise).enterprise.name
            link(f'Journal of {home}', '/audit')
        elif who.may(Permission.INSTALLATION_WRITE):
            across = link('Installation journal', '/audit/installation')
            across.props['title'] = (
                'What belongs to no single enterprise: who owns the installation, and sign-ins that were refused'
            )
        button('Verify journal', lambda: _verify(audit, who, installation=installation)).props(
            'data-testid=verify'
        ).mark('verify')
        for form, words in (('csv', 'Export CSV'), ('ndjson', 'Export NDJSON')):
            export = door(words, f'/ui/audit.{form}?{where}').props(f'data-testid=export-{form} download=audit.{form}')
            export.props['title'] = (
                'All entries that match the search and filters, with their times in UTC; that you took them is written down'
            )
            # The table keeps its view in the page's address; the file is of that view.
            export.on(
                'click',
                js_handler=f'(event) => {{ event.currentTarget.search = location.search + (location.search ? "&" : "?") + "{where}" }}',
            )


async def _unwatched(audit: AuditService, actor: Actor) -> None:
    """The times in which nothing was noticed, since this server was away or its clock was set; nothing where there was none."""
    found = await audit.unwatched(actor, limit=_MOST_UNWATCHED + 1)
    if not found:
        return
    shown = found[:_MOST_UNWATCHED]
    count = f'more than {len(shown)} times' if len(found) > len(shown) else counted(len(shown), 'time')
    with ui.element('details').classes('cw-unwatched').props('data-testid=unwatched').mark('unwatched'):
        text(f'Not watched: {count}', 'summary')
        text('What happened then was noticed later, or never.', 'p').classes('cw-quiet')
        with ui.element('ul').classes('cw-entries'):
            for recorded in shown:
                entry, said = recorded.entry, sentence(recorded)
                with ui.element('li'), ui.element('div').classes('what'):
                    text(f'{entry.subject.name} {said["text"]}')
                    with ui.element('p').classes('cw-quiet'):
                        age(entry.at, 'exact')
                        text(f' · {said["why"]}' if said['why'] else '')


def _filters(fleet: Fleet, *, installation: bool) -> list[Filter]:
    people = sorted((folded(person.name), f'person/{person.id}', person.name) for person in fleet[Person].values())
    programs = sorted(
        (folded(token.name), f'program/{token.id}', f'{token.name} (program)')
        for token in fleet[Token].values()
        if token.kind is TokenKind.API
    )
    actors = tuple((reference, name) for _, reference, name in (*people, *programs))[:_MOST_OPTIONS]
    filters = [
        Filter(field='actor', label='Who', options=actors),
        Filter(field='kind', label='Kind', options=_INSTALLATION_KINDS if installation else _INSTALLATION_KINDS[:-1]),
        Filter(field='since', until='until', label='Time'),
        Filter(field='about', label='Object', placeholder='device/01K…', extra=True),
    ]
    return [one for one in filters if one.options != ()]


def _details(audit: AuditService, who: SignedIn, fleet: Fleet, recorded: Recorded, *, installation: bool) -> None:
    entry, said = recorded.entry, sentence(recorded)
    with sheet(f'{entry.subject.name} {said["text"]}') as dialog, ui.element('div').classes('cw-entry'):
        dialog.props('data-testid=details')
        rows = [
            ('Who', behind(fleet, entry) or 'nobody known'),
            ('Identity', entry.actor),
            ('From', entry.address),
            ('What', said['text']),
            ('Thing', f'{entry.subject.kind}/{entry.subject.id}'),
            ('Entry', f'{recorded.sequence:,}'),
            ('Digest', recorded.digest or 'written before the journal was chained'),
        ]
        with ui.element('dl').classes('cw-facts'):
            text('When', 'dt')
            with ui.element('dd'):
                age(entry.at, 'exact')
            for label, value in rows:
                if value:
                    text(label, 'dt')
                    with ui.element('dd').classes(
                        'cw-mono' if label in ('Identity', 'Thing', 'Digest', 'From') else ''
                    ):
                        zoned(value)
        _before_and_after(recorded)
        outcome = Text('p', '').classes('cw-snug').mark('outcome').props('role=status data-testid=outcome')

        async def check() -> None:
            verdict = await guarded(who, lambda actor: audit.check(actor, installation=installation))
            if verdict is not None:
                outcome.text = '\n'.join(_outcome(verdict))

        with ui.element('div').classes('ends'):
            button('Close', dialog.close)
            button('Verify journal', check).mark('verify-here').props('data-testid=verify-here')
    dialog.on('hide', dialog.delete)
    dialog.open()


def _before_and_after(recorded: Recorded) -> None:
    changes = getattr(recorded.entry, 'changes', {})
    own = changed(recorded.entry)[len(changes) :]
    if not changes and not own:
        return
    # it scrolls where it has no room: by keyboard as well (WCAG 2.1.1)
    wrap = ui.element('div').classes('cw-table-wrap').props('tabindex=0 role=region aria-label="What changed"')
    with wrap, ui.element('table').classes('cw-diff').props('data-testid=diff'):
        with ui.element('thead'), ui.element('tr'):
            for column in ('Field', 'Before', 'After') if changes else ('Field', 'Value'):
                text(column, 'th').props('scope=col')
        with ui.element('tbody'):
            for name, value in changes.items():
                before, after = before_and_after(value) or ('', value)
                with ui.element('tr'):
                    text(label(name, recorded.entry.subject.kind), 'td')
                    with ui.element('td').classes('cw-quiet'):
                        zoned(text_of(before, name))
                    with ui.element('td'):
                        zoned(text_of(after, name))
            for name, words in own:
                with ui.element('tr'):
                    text(name, 'td')
                    if changes:
                        text('', 'td')
                    with ui.element('td'):
                        zoned(words)


async def _verify(audit: AuditService, who: SignedIn, *, installation: bool) -> None:
    verdict = await guarded(who, lambda actor: audit.check(actor, installation=installation))
    if verdict is None:
        return
    with sheet('The journal is as it was written' if verdict.intact else 'The journal was tampered with') as dialog:
        dialog.props('data-testid=verdict')
        for line in _outcome(verdict):
            text(line, 'p').classes('' if verdict.intact else 'cw-because cw-bad')
        text('Head, to be kept elsewhere', 'div').classes('cw-label')
        command(str(verdict.head)).mark('head')
        with ui.element('div').classes('ends'):
            button('Close', dialog.close, rank='primary')
    dialog.on('hide', dialog.delete)
    dialog.open()


def _outcome(verdict: ChainReport) -> list[str]:
    if verdict.intact:
        lines = [f'{counted(verdict.entries, "entry", "entries")} checked: each follows on the one before it.']
    else:
        found = len(verdict.findings) + verdict.more
        lines = [f'{counted(found, "finding")} in {counted(verdict.entries, "entry", "entries")}:']
        lines += [f'Entry {finding.sequence:,} {finding.what}.' for finding in verdict.findings[:10]]
    if verdict.begins > 1:
        lines.append(f'It begins at entry {verdict.begins:,}; what came before has left by retention.')
    if verdict.unchained:
        lines.append(
            f'{counted(verdict.unchained, "entry", "entries")} at its beginning are from before it was chained.'
        )
    return lines
