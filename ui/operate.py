"""``cellwarden config | enterprise | token``: what an operator does by command, in the running server or on its data at rest."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from domain.access import Permission
from ui.answers import Answer
from ui.configuration import Configuration
from ui.spans import counted

Do = Callable[..., Answer]
"""Carries out an operation: the data folder (``None``: as the settings say), its name, its arguments."""
Data = Annotated[Path | None, typer.Option(help='Folder of everything that is kept [CELLWARDEN_DATA].')]
Config = Annotated[
    Path | None, typer.Option(help='File of settings; without, cellwarden.toml in the data folder [CELLWARDEN_CONFIG].')
]
Owner = Annotated[str, typer.Option(help='Name or id of the enterprise.')]
Labels = Annotated[
    list[str] | None,
    typer.Option('--label', help='Only devices with this label, as key=value; may be repeated: any value of a key.'),
]
Regions = Annotated[
    list[str] | None,
    typer.Option('--region', help='Or devices that towers of this region serve; may be repeated.'),
]
Days = Annotated[
    float | None, typer.Option('--days', help='Days until it expires; without, it does not.', min=0, max=36_500)
]


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


def enterprise_commands(do: Do) -> typer.Typer:
    group = typer.Typer(no_args_is_help=True)

    @group.command('add')
    def add(
        name: str,
        data: Data = None,
        starter: Annotated[bool, typer.Option(help='Begin with the starter policies, all in audit.')] = True,
        plmn: Annotated[
            list[str] | None, typer.Option(help='A network of yours, as 204-08, for "Only our networks".')
        ] = None,
    ) -> None:
        """Add an enterprise."""
        answer = do(data, 'enterprise add', name=name, starter=starter, plmns=plmn or [])
        typer.echo(f'{answer["id"]}  {answer["name"]}')

    @group.command('list')
    def show(data: Data = None) -> None:
        """List enterprises."""
        for item in do(data, 'enterprise list')['items']:
            typer.echo(f'{item["id"]}  {item["name"]}  {item["devices"]} devices, {item["towers"]} towers')

    return group


def token_commands(do: Do) -> typer.Typer:
    group = typer.Typer(no_args_is_help=True)

    @group.command('enrolment')
    def enrolment(
        enterprise: Owner,
        name: Annotated[str, typer.Option(help='What it is for.')] = 'enrolment',
        uses: Annotated[
            int | None, typer.Option(help='How many devices it lets in; without, any number.', min=1)
        ] = None,
        label: Annotated[
            list[str] | None, typer.Option(help='Label that its devices get, as key=value; may be repeated.')
        ] = None,
        approval: Annotated[bool, typer.Option('--approval', help='Somebody has to approve each device.')] = False,
        replace: Annotated[
            bool, typer.Option('--replace', help='Devices in use may enrol again by it: for machines set up anew.')
        ] = False,
        days: Days = 7,
        data: Data = None,
    ) -> None:
        """Make a token that lets devices enrol, and print it once."""
        made = do(
            data,
            'token enrolment',
            enterprise=enterprise,
            name=name,
            uses=uses,
            expires_in_s=_seconds(days),
            labels=_labels(label or []),
            approval=approval,
            replaces=replace,
        )
        typer.echo(made['secret'])

    @group.command('api')
    def api(
        enterprise: Owner,
        scope: Annotated[list[Permission], typer.Option(help='What it may do; may be repeated.')],
        name: Annotated[str, typer.Option(help='What it is for.')] = 'program',
        account: Annotated[
            str,
            typer.Option(
                help='Service account that it belongs to, made if there is none; without, named as the token.'
            ),
        ] = '',
        label: Labels = None,
        region: Regions = None,
        days: Days = 365,
        data: Data = None,
    ) -> None:
        """Make a token for a program, and print it once."""
        answer = do(
            data, 'token api', enterprise=enterprise, name=name, scopes=[one.value for one in scope],
            expires_in_s=_seconds(days), account=account, labels=label or [], regions=region or [],
        )  # fmt: skip
        typer.echo(answer['secret'])

    @group.command('list')
    def show(data: Data = None) -> None:
        """List tokens with the beginning of each; their secrets are not kept."""
        for item in do(data, 'token list')['items']:
            until = _day(item['expires_at']) if item['expires_at'] else 'no end'
            uses = '' if item['uses_left'] is None else f'  {counted(item["uses_left"], "use")} left'
            used = (
                f'  last used {_day(item["used_at"])} from {item["used_from"]}' if item['used_at'] else '  never used'
            )
            of = f' of {item["account"]}' if item['account'] else ''
            begins = f'  {item["beginning"]}…' if item['beginning'] else ''
            typer.echo(
                f'{item["id"]}{begins}  {item["kind"]}  {item["enterprise"]}  {item["name"]}{of}  until {until}{uses}{used}'
                f'  {" ".join(item["scopes"])}'
            )

    @group.command('revoke')
    def revoke(id: str, data: Data = None) -> None:
        """End a token at once."""
        do(data, 'token revoke', id=id)
        typer.echo(f'{id} is revoked')

    return group


def _labels(items: list[str]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for item in items:
        key, equals, value = item.partition('=')
        if not (key and equals and value):
            raise typer.BadParameter(f'{item[:60]!r} is not a label; write key=value', param_hint='--label')
        if labels.setdefault(key, value) != value:
            raise typer.BadParameter(f'a device has one {key[:60]}, not two', param_hint='--label')
    return labels


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def _seconds(days: float | None) -> float | None:
    return None if days is None else days * 86_400
