"""``cellwarden config | enterprise | user | token``: what an operator does by command, in the running server or on its data at rest."""

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from domain.access import Permission, Role
from ui.configuration import Configuration, configure
from ui.control import Answer

Do = Callable[..., Answer]
"""Carries out an operation: the data folder (``None``: as the settings say), its name, its arguments."""
Data = Annotated[Path | None, typer.Option(help='Folder of everything that is kept [CELLWARDEN_DATA].')]
Config = Annotated[
    Path | None, typer.Option(help='File of settings; without, cellwarden.toml in the data folder [CELLWARDEN_CONFIG].')
]
Address = Annotated[
    str | None,
    typer.Option(help='Where people reach the console, such as https://cellwarden.example.com; for --link.'),
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
        link: Annotated[
            bool, typer.Option('--link', help='Print an invitation instead; the person chooses the password.')
        ] = False,
        address: Address = None,
        owner: Annotated[bool, typer.Option('--owner', help='Make them an owner of the installation too.')] = False,
        data: Data = None,
    ) -> None:
        """Add a person with a local account and print the password once. Somebody who has an account joins with it."""
        password = '' if link else _password(password_stdin)
        called = name or email.partition('@')[0]
        answer = do(
            data, 'user add', enterprise=enterprise, email=email, name=called, role=role.value, password=password,
            link=link, owner=owner,
        )  # fmt: skip
        may = f'{answer["email"]} may sign in as {answer["role"]}' + (' and owner of the installation' if owner else '')
        said = {
            'account': may + ('' if password_stdin else f' with the password {password}'),
            'member': f'{may}; they keep the password that they have',
            'owner': f'{answer["email"]} is an owner of the installation now, and still {answer["role"]} there',
        }
        typer.echo(said[answer['made']] if 'secret' not in answer else _link(answer, address, data, 'joins', '7 days'))

    @group.command('reset')
    def reset(
        email: str,
        password_stdin: Annotated[bool, typer.Option('--password-stdin', help=read)] = False,
        link: Annotated[
            bool, typer.Option('--link', help='Print a link instead; the person chooses the password.')
        ] = False,
        address: Address = None,
        second_factor: Annotated[
            bool,
            typer.Option('--second-factor', help='Turn off two-step sign-in too: the phone and the codes are lost.'),
        ] = False,
        data: Data = None,
    ) -> None:
        """Give a person a new password and end their sessions."""
        password = '' if link else _password(password_stdin)
        answer = do(data, 'user reset', email=email, password=password, link=link, second_factor=second_factor)
        if link:
            typer.echo(_link(answer, address, data, 'sets a new password', '24 hours'))
        else:
            typer.echo(f'{email} signs in anew' + ('' if password_stdin else f' with the password {password}'))

    @group.command('disable')
    def disable(
        email: str,
        last: Annotated[
            bool, typer.Option('--last', help='Even the last owner of the installation or admin of an enterprise.')
        ] = False,
        data: Data = None,
    ) -> None:
        """Let a person in no more, and end their sessions at once, in all enterprises."""
        answer = do(data, 'user disable', email=email, last=last)
        typer.echo(f'{answer["email"]} is disabled and signed out everywhere')

    @group.command('enable')
    def enable(email: str, data: Data = None) -> None:
        """Let a disabled person in again."""
        typer.echo(f'{do(data, "user enable", email=email)["email"]} may sign in again')

    @group.command('owner')
    def owner(
        email: str,
        withdraw: Annotated[bool, typer.Option('--withdraw', help='Take the ownership away.')] = False,
        data: Data = None,
    ) -> None:
        """Make somebody an owner of the installation: adds enterprises, may join any, makes other owners."""
        do(data, 'user owner', email=email, owner=not withdraw)
        typer.echo(f'{email} {"no longer owns" if withdraw else "owns"} the installation')

    @group.command('list')
    def show(data: Data = None) -> None:
        """List people."""
        for item in do(data, 'user list')['items']:
            marks = ('owner', 'disabled', 'second_factor')
            more = ''.join(f'  {mark.replace("_", " ")}' for mark in marks if item[mark])
            place = f'{item["role"]}  {item["enterprise"]}' if item['role'] else 'in no enterprise'
            typer.echo(f'{item["email"]}  {place}  {item["name"]}{more}')

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
            labels=dict(item.partition('=')[::2] for item in label or []),
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
        days: Days = 365,
        data: Data = None,
    ) -> None:
        """Make a token for a program, and print it once."""
        scopes = [one.value for one in scope]
        seconds = _seconds(days)
        answer = do(
            data, 'token api', enterprise=enterprise, name=name, scopes=scopes, expires_in_s=seconds, account=account
        )
        typer.echo(answer['secret'])

    @group.command('list')
    def show(data: Data = None) -> None:
        """List tokens; their secrets are not kept."""
        for item in do(data, 'token list')['items']:
            until = _day(item['expires_at']) if item['expires_at'] else 'no end'
            uses = '' if item['uses_left'] is None else f'  {item["uses_left"]} uses left'
            used = (
                f'  last used {_day(item["used_at"])} from {item["used_from"]}' if item['used_at'] else '  never used'
            )
            of = f' of {item["account"]}' if item['account'] else ''
            typer.echo(
                f'{item["id"]}  {item["kind"]}  {item["enterprise"]}  {item["name"]}{of}  until {until}{uses}{used}'
                f'  {" ".join(item["scopes"])}'
            )

    @group.command('revoke')
    def revoke(id: str, data: Data = None) -> None:
        """End a token at once."""
        do(data, 'token revoke', id=id)
        typer.echo(f'{id} is revoked')

    return group


def _link(answer: Answer, address: str | None, data: Path | None, does: str, lasts: str) -> str:
    settings = configure({'data': data}).settings
    base = (address or settings.public_url or f'http://{settings.host}:{settings.port}').rstrip('/')
    return f'{answer["email"]} {does} with this link, once, within {lasts}:\n{base}/join/{answer["secret"]}'


def _password(from_input: bool) -> str:
    return typer.get_text_stream('stdin').readline().rstrip('\n') if from_input else secrets.token_urlsafe(15)


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def _seconds(days: float | None) -> float | None:
    return None if days is None else days * 86_400
