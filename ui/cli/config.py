"""``cellwarden config``: what is set, and where."""

import json
from collections.abc import Callable
from typing import Annotated

import typer

from ui.cli.options import Config, Data
from ui.operator.answers import Answer
from ui.settings.sources import Configuration

Do = Callable[..., Answer]
"""Carries out an operation: the data folder (``None``: as the settings say), its name, its arguments."""


def config_commands(configuration: Callable[..., Configuration]) -> typer.Typer:
    group = typer.Typer(no_args_is_help=True)

    @group.callback()
    def _whole() -> None:
        """So that ``show`` stays a command of its own although it is the only one."""

    @group.command('show')
    def show(
        data: Data = None,
        config: Config = None,
        as_json: Annotated[bool, typer.Option('--json', help='As one JSON object.')] = False,
    ) -> None:
        """Print every setting with its value and where it came from; secrets are hidden."""
        found = configuration(config, data=data)
        if as_json:
            typer.echo(json.dumps(found.shown(), indent=2, ensure_ascii=False))
        else:
            for written in found.lines():
                typer.echo(written)
        for warning in found.warnings:
            typer.secho(f'cellwarden: {warning}', err=True)

    return group
