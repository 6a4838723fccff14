"""``cellwarden audit``: whether the journals are as they were written, where their chains end, and copies of them."""

import asyncio
import re
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, Protocol

import typer

from domain.audit.model import ChainReport, Form, Head, HeadsFile, JournalArchive, Kept, KeptHeads
from domain.common.errors import Conflict, Invalid, NotFound
from ui.cli.options import Data
from ui.durations import counted
from ui.moments import span

ENDS_EARLY, NO_HEADS, HEADS_DAMAGED = 3, 4, 5
"""Exit codes of ``verify`` for what a file of kept heads says, or cannot say, of a chain that is whole."""
STALE_S = 7200.0
"""A server keeps heads every ten minutes; entries that are newer than the newest head by more than this were written without."""
_HEAD = re.compile(r'([0-9]{1,18}):([0-9a-f]{64})')
_FORMS = 'A day or a moment, such as 2026-11-25 or 2026-11-25T14:00 (UTC).'
Name = Annotated[
    str | None, typer.Option(help='Name or id of the enterprise; "installation" for what belongs to none.')
]
Run = Callable[[Coroutine[Any, Any, Any]], Any]
"""Runs the work of a command to its end."""


class Archive(Protocol):
    """Where the journals are: of an installation by its data folder, or in a copy."""

    def opened(self, data: Path | None) -> AbstractAsyncContextManager[JournalArchive]:
        """The journals of an installation."""

    def kept(self, data: Path | None) -> HeadsFile:
        """The heads that were kept outside of its database."""

    def check_copy(self, path: Path, kept: Head | None) -> list[ChainReport]:
        """Look at every line of a copy."""


def audit_commands(archive: Archive, run: Run) -> typer.Typer:
    """The commands, one function each."""
    group = typer.Typer(no_args_is_help=True)
    for command in (_verify, _print_heads, _export):
        command(group, archive, run)
    return group


def _verify(group: typer.Typer, archive: Archive, run: Run) -> None:
    @group.command('verify')
    def verify(
        enterprise: Name = None,
        head: Annotated[
            str | None,
            typer.Option(help='A head that was kept elsewhere, as SEQUENCE:DIGEST; with --enterprise or --file.'),
        ] = None,
        file: Annotated[
            Path | None, typer.Option(help='Check a copy instead, made by "cellwarden audit export".')
        ] = None,
        data: Data = None,
    ) -> None:
        """Look for altered, removed, inserted or moved entries; exit code 1 when there are any. Nothing is written.

        The heads that the server keeps in a file are compared: 3 means that the journal ends before the newest of them, 4 that there is
        no such file, 5 that it is damaged or ends too early.
        """
        witnesses = archive.kept(data).read() if file is None else KeptHeads()  # before the journal, which only grows

        async def work() -> list[tuple[str, ChainReport]]:
            kept = _head(head)
            if file is not None:
                return [(found.enterprise, found) for found in await asyncio.to_thread(archive.check_copy, file, kept)]
            if kept is not None and enterprise is None:
                raise Invalid('say with --enterprise whose head it is', field='head')
            async with archive.opened(data) as trail:
                names = await trail.names()
                chosen = names if enterprise is None else [_named(names, enterprise)]
                looked = [(names[one], await trail.check(one, kept, witnesses.heads.get(one, ()))) for one in chosen]
                lost = witnesses.heads.keys() - names.keys() if enterprise is None else ()
                return looked + [(one, _lost(one, witnesses.heads[one])) for one in sorted(lost)]

        verdicts: list[tuple[str, ChainReport]] = run(work())
        findings = sum(len(verdict.findings) + verdict.more for _, verdict in verdicts)
        for name, verdict in verdicts:
            _tell(name, verdict)
        if not verdicts:
            typer.echo('no entries in this copy')
        if findings and all(_only_ends_early(verdict) for _, verdict in verdicts):
            _end(
                ENDS_EARLY,
                'the journal ends before its newest kept head: its end was cut off, or an older backup was restored',
            )
        if findings:
            run(_refuse(findings))
        if file is None:
            _weigh(witnesses, [verdict for _, verdict in verdicts])


def _print_heads(group: typer.Typer, archive: Archive, run: Run) -> None:
    @group.command('head')
    def heads(enterprise: Name = None, data: Data = None) -> None:
        """Print where each chain ends, to be kept elsewhere: a history written anew contradicts it."""

        async def work() -> None:
            async with archive.opened(data) as trail:
                names, ends = await trail.names(), await trail.heads()
                for one in names if enterprise is None else [_named(names, enterprise)]:
                    typer.echo(f'{ends.get(one, Head(0, ""))}  {one}  {_plain(names[one])}')

        run(work())


def _export(group: typer.Typer, archive: Archive, run: Run) -> None:
    @group.command('export')
    def export(
        enterprise: Annotated[str, typer.Option(help='Name or id of the enterprise, or "installation".')],
        since: Annotated[str, typer.Option(help=f'{_FORMS} From then on.')] = '',
        until: Annotated[str, typer.Option(help=f'{_FORMS} Up to then; a day is whole.')] = '',
        form: Annotated[str, typer.Option('--format', help='ndjson or csv.')] = 'ndjson',
        data: Data = None,
    ) -> None:
        """Write a span of a journal with its digests to standard output; "cellwarden audit verify --file" checks the copy."""

        async def work() -> None:
            async with archive.opened(data) as trail:
                one = _named(await trail.names(), enterprise)
                begins, ends = span({'since': since, 'until': until})
                async for piece in trail.copy(one, since=begins, until=ends, form=_form(form)):
                    sys.stdout.buffer.write(piece)
            sys.stdout.flush()

        run(work())


async def _refuse(findings: int) -> None:
    raise Conflict(f'{counted(findings, "finding")}: the journal is not as it was written')


def _tell(name: str, verdict: ChainReport) -> None:
    state = 'intact' if verdict.intact else 'NOT INTACT'
    typer.echo(f'{_plain(name)}: {state}, {counted(verdict.entries, "entry", "entries")}, head {verdict.head}')
    if verdict.begins > 1:
        typer.echo(f'  begins at {verdict.begins}: what came before has left by retention')
    if verdict.unchained:
        typer.echo(f'  {counted(verdict.unchained, "entry", "entries")} at its beginning from before there was a chain')
    for finding in verdict.findings:
        typer.echo(f'  {finding.sequence} {finding.what}')
    if verdict.more:
        typer.echo(f'  and {counted(verdict.more, "finding")} more')


def _lost(enterprise: str, heads: Sequence[Kept]) -> ChainReport:
    """What is to be said of a journal that is not there, though heads of it were kept."""
    verdict = ChainReport(enterprise, ends_before=max(heads, key=lambda one: one.head.sequence))
    verdict.find(1, 'is missing, with the enterprise: heads of its journal were kept')
    return verdict


def _only_ends_early(verdict: ChainReport) -> bool:
    return verdict.intact or (verdict.ends_before is not None and len(verdict.findings) == 1)


def _weigh(kept: KeptHeads, verdicts: list[ChainReport]) -> None:
    """Say what the kept heads are worth as witnesses; returns when they speak for every journal."""
    chained = [verdict for verdict in verdicts if verdict.head.digest]
    if not kept.found and chained:
        _end(
            NO_HEADS,
            'there is no file of kept heads: nothing outside of the database speaks for it (setting audit_heads)',
        )
    if kept.damaged:
        _end(
            HEADS_DAMAGED, f'{counted(kept.damaged, "line")} of the file of kept heads cannot be read; the others agree'
        )
    for verdict in chained:
        newest = max((one.at for one in kept.heads.get(verdict.enterprise, ())), default=0.0)
        if verdict.newest_at - newest > STALE_S:
            since = f'{datetime.fromtimestamp(newest, UTC):%Y-%m-%d %H:%M}' if newest else 'its beginning'
            _end(
                HEADS_DAMAGED,
                f'{verdict.enterprise}: no head was kept since {since}, so the file was cut off or could not be written',
            )


def _end(code: int, words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(code)


def _named(names: Any, wanted: str) -> str:
    for id, name in names.items():
        if wanted in (id, name):
            return str(id)
    raise NotFound(f'there is no enterprise {wanted[:80]!r}')


def _head(text: str | None) -> Head | None:
    if text is None:
        return None
    found = _HEAD.fullmatch(text)
    if found is None:
        raise Invalid('write it as "cellwarden audit head" does: SEQUENCE:DIGEST', field='head')
    return Head(int(found[1]), found[2])


def _form(text: str) -> Form:
    if text == 'csv':
        return 'csv'
    if text == 'ndjson':
        return 'ndjson'
    raise Invalid('ndjson or csv', field='format')


def _plain(name: str) -> str:
    """A name as a terminal may show it."""
    return ''.join(char if char.isprintable() else '?' for char in name)
