"""``cellwarden doctor``: what is wrong with this installation, and what to do; the first thing that support asks for."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from domain.common.errors import DomainError
from ui.cli.options import Config, Data
from ui.doctor.model import NO_SERVER, Said, State, fault, unknown
from ui.doctor.support import write_file
from ui.operator.answers import Answer
from ui.operator.socket import SOCKET, ask
from ui.settings.model import Settings
from ui.settings.sources import Configuration

if TYPE_CHECKING:
    from ui.doctor.sources import Sources  # needs the whole domain

ANSWERS_WITHIN_S = 15.0
"""A running server looks for five seconds at most, and may be busy."""
_OPERATION = 'doctor'


def doctor_command(
    configuration: Callable[..., Configuration], sources: Callable[[Settings], 'Sources']
) -> Callable[..., None]:
    """The command. ``sources`` gives what is to be looked at where no server answers."""

    def doctor(
        data: Data = None,
        config: Config = None,
        as_json: Annotated[bool, typer.Option('--json', help='As one JSON object.')] = False,
        file: Annotated[
            Path | None, typer.Option(help='Write the report and the settings, without secrets, for support.')
        ] = None,
    ) -> None:
        """Look at everything and say what is wrong and what to do. Works beside a running server and without one. Exit code 1: a fault."""
        found = configuration(config, data=data)
        report = asyncio.run(_report(found.settings, sources))
        told = {name: one for name, one in report.items() if name != 'settings'}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False) if as_json else '\n'.join(_lines(report)))
        if file is not None:
            try:
                write_file(file, report, found)
            except OSError as error:
                typer.secho(f'cellwarden: {file}: {(error.strerror or str(error)).lower()}', err=True)
                raise typer.Exit(1) from None
            typer.secho(
                f'written to {file}: without secrets and addresses of people; look at it before you send it', err=True
            )
        raise typer.Exit(1 if report['state'] == State.FAULT else 0)

    return doctor


async def _report(settings: Settings, sources: Callable[[Settings], 'Sources']) -> dict[str, Any]:
    """The running server's own report, or what can be seen without it."""
    said: Said
    try:
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            answer: Answer | None = await ask(settings.data, _OPERATION, {})
    except TimeoutError:
        said = fault(
            f'A server runs on {settings.data} and does not answer within {ANSWERS_WITHIN_S:g} s.',
            'Look at its log and at the lines below; when it stays so, restart it: what was acknowledged is kept.',
        )
    except DomainError as refusal:
        said = fault(f'A server ran on {settings.data} and has just ended: {refusal.detail}.', 'Look at its log.')
    except PermissionError:
        said = unknown(
            f'This user may not ask the server that runs on {settings.data}.',
            'Run this as the user of the server (sudo -u).',
        )
    except OSError as error:
        said = fault(f'{settings.data / SOCKET} cannot be opened: {error.strerror}.', 'Look at the data folder.')
    else:
        if answer is not None and 'error' not in answer:
            return answer
        said = _not_there(settings) if answer is None else _older(answer)
    from ui.doctor.table import no_server, of_installation, report

    return report([no_server(said), *await of_installation(sources(settings))])


def _not_there(settings: Settings) -> Said:
    if not settings.data.exists():
        return unknown(
            f'No server has run on {settings.data} yet.',
            'Start one: cellwarden serve. Or name its folder: --data, --config.',
        )
    return fault(
        f'No server runs on {settings.data}; or it is starting, or was started with another folder.',
        'Start it (systemctl start cellwarden), and look at the end of its log (journalctl -u cellwarden).',
    )


def _older(answer: Answer) -> Said:
    return unknown(
        f'The server that runs cannot report: {answer["error"]}.',
        'It is of an older version than this command: restart it.',
    )


def _lines(report: dict[str, Any]) -> list[str]:
    """A line for each finding, what to do below it."""
    lines, unseen = [], []
    for finding in report['findings']:
        if finding['words'] == NO_SERVER:
            unseen.append(finding['title'])
            continue
        lines.append(f'{finding["state"]:<10} {finding["title"]:<22} {finding["words"]}')
        if advice := finding.get('advice'):
            lines.append(f'{"":<33} → {advice}')
    if unseen:
        lines.append(f'{State.UNKNOWN:<10} seen by a running server alone: {", ".join(unseen)}')
    return [*lines, '', f'In all: {report["state"]}. Cellwarden {report["version"]}, {report["at"]}.']
