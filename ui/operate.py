"""``cellwarden config | enterprise | user | token``: what an operator does by command, in the running server or on its data at rest."""

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from domain.access import Permission, Role
from ui.configuration import Configuration
from ui.control import Answer

Do = Callable[..., Answer]
"""Carries out an operation: the data folder (``None``: as the settings say), its name, its arguments."""
Data = Annotated[Path | None, typer.Option(help='Folder of everything that is kept [CELLWARDEN_DATA].')]
Config = Annotated[
    Path | None, typer.Option(help='File of settings; without, cellwarden.toml in the data folder [CELLWARDEN_CONFIG].')
]
Owner = Annotated[str, typer.Option(help='Name or id of the enterprise.')]
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


def user_commands(do: Do) -> typer.Typer:
    group = typer.Typer(no_args_is_help=True)
    read = 'Read the password from standard input instead of making one.'

    @group.command('add')
    def add(
        email: str,
        enterprise: Annotated[str, typer.Option(help='Name or id of the enterprise.')],
        role: Annotated[Role, typer.Option(help='What the person may do.')] = Role.VIEWER,
        name: Annotated[str | None, typer.Option(help='How the person is called.')] = None,
        password_stdin: Annotated[bool, typer.Option('--password-stdin', help=read)] = False,
        data: Data = None,
    ) -> None:
        """Add a person with a local account and print the password once."""
        password = _password(password_stdin)
        called = name or email.partition('@')[0]
        do(data, 'user add', enterprise=enterprise, email=email, name=called, role=role.value, password=password)
        typer.echo(
            f'{email} may sign in as {role.value}' + ('' if password_stdin else f' with the password {password}')
        )

    @group.command('reset')
    def reset(
        email: str,
        password_stdin: Annotated[bool, typer.Option('--password-stdin', help=read)] = False,
        data: Data = None,
    ) -> None:
        """Give a person a new password and end their sessions."""
        password = _password(password_stdin)
        do(data, 'user reset', email=email, password=password)
        typer.echo(f'{email} signs in anew' + ('' if password_stdin else f' with the password {password}'))

    @group.command('list')
    def show(data: Data = None) -> None:
        """List people."""
        for item in do(data, 'user list')['items']:
            typer.echo(f'{item["email"]}  {item["role"]}  {item["enterprise"]}  {item["name"]}')

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
        days: Days = 7,
        data: Data = None,
    ) -> None:
        """Make a token that lets devices enrol, and print it once."""
        typer.echo(
            do(data, 'token enrolment', enterprise=enterprise, name=name, uses=uses, expires_in_s=_seconds(days))[
                'secret'
            ]
        )

    @group.command('api')
    def api(
        enterprise: Owner,
        scope: Annotated[list[Permission], typer.Option(help='What it may do; may be repeated.')],
        name: Annotated[str, typer.Option(help='What it is for.')] = 'program',
        days: Days = 365,
        data: Data = None,
    ) -> None:
        """Make a token for a program, and print it once."""
        scopes = [one.value for one in scope]
        answer = do(data, 'token api', enterprise=enterprise, name=name, scopes=scopes, expires_in_s=_seconds(days))
        typer.echo(answer['secret'])

    @group.command('list')
    def show(data: Data = None) -> None:
        """List tokens; their secrets are not kept."""
        for item in do(data, 'token list')['items']:
            until = datetime.fromtimestamp(item['expires_at'], UTC).date() if item['expires_at'] else 'no end'
            uses = '' if item['uses_left'] is None else f'  {item["uses_left"]} uses left'
            typer.echo(
                f'{item["id"]}  {item["kind"]}  {item["enterprise"]}  {item["name"]}  until {until}{uses}  {" ".join(item["scopes"])}'
            )

    @group.command('revoke')
    def revoke(id: str, data: Data = None) -> None:
        """End a token at once."""
        do(data, 'token revoke', id=id)
        typer.echo(f'{id} is revoked')

    return group


def _password(from_input: bool) -> str:
    return typer.get_text_stream('stdin').readline().rstrip('\n') if from_input else secrets.token_urlsafe(15)


def _seconds(days: float | None) -> float | None:
    return None if days is None else days * 86_400
