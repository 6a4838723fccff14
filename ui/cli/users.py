"""``cellwarden user``: people with local accounts, in the running server or on its data at rest."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from domain.access.permissions import Role
from ui.cli.config import Do
from ui.cli.options import Data, Labels, Owner, Regions
from ui.durations import counted
from ui.operator.answers import Answer
from ui.server.link_address import link_address
from ui.settings.sources import configure

Address = Annotated[
    str | None,
    typer.Option(help='Where people reach the console, such as https://cellwarden.example.com; for --link.'),
]
_FROM_INPUT = 'Read the password from standard input instead of making one.'


def user_commands(do: Do) -> typer.Typer:
    """The commands, one function each."""
    group = typer.Typer(no_args_is_help=True)
    for command in (_add, _change_role, _reset, _disable, _enable, _owner, _relink, _forget, _list_all):
        command(group, do)
    return group


def _add(group: typer.Typer, do: Do) -> None:
    @group.command('add')
    def add(
        email: str,
        enterprise: Owner,
        role: Annotated[Role, typer.Option(help='What the person may do.')] = Role.VIEWER,
        label: Labels = None,
        region: Regions = None,
        name: Annotated[str | None, typer.Option(help='How the person is called.')] = None,
        password_stdin: Annotated[bool, typer.Option('--password-stdin', help=_FROM_INPUT)] = False,
        link: Annotated[
            bool, typer.Option('--link', help='Print an invitation instead; the person chooses the password.')
        ] = False,
        address: Address = None,
        owner: Annotated[bool, typer.Option('--owner', help='Make them an owner of the installation too.')] = False,
        data: Data = None,
    ) -> None:
        """Add a person with a local account and print the password once. A person who has an account joins with it."""
        password = '' if link else _password(password_stdin)
        called = name or email.partition('@')[0]
        answer = do(
            data, 'user add', enterprise=enterprise, email=email, name=called, role=role.value, password=password,
            link=link, owner=owner, labels=label or [], regions=region or [],
        )  # fmt: skip
        may = f'{answer["email"]} may sign in as {_role(answer)}' + (' and owner of the installation' if owner else '')
        said = {
            'account': may + ('' if password_stdin else f' with the password {password}'),
            'member': f'{may}; they keep the password that they have',
            'owner': f'{answer["email"]} is an owner of the installation now, and still {_role(answer)} there',
        }
        typer.echo(said[answer['made']] if 'secret' not in answer else _link(answer, address, data, 'joins', '7 days'))


def _change_role(group: typer.Typer, do: Do) -> None:
    @group.command('role')
    def change_role(
        email: str,
        role: Annotated[Role, typer.Argument(help='What the person may do from now on.')],
        enterprise: Owner,
        label: Labels = None,
        region: Regions = None,
        data: Data = None,
    ) -> None:
        """Change a person's role in an enterprise; without labels and regions it is for all of it."""
        answer = do(
            data, 'user role', enterprise=enterprise, email=email, role=role.value, labels=label or [],
            regions=region or [],
        )  # fmt: skip
        typer.echo(f'{answer["email"]} is {_role(answer)} now')


def _reset(group: typer.Typer, do: Do) -> None:
    @group.command('reset')
    def reset(
        email: str,
        password_stdin: Annotated[bool, typer.Option('--password-stdin', help=_FROM_INPUT)] = False,
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
            typer.echo(
                f'{answer["email"]} signs in anew' + ('' if password_stdin else f' with the password {password}')
            )


def _disable(group: typer.Typer, do: Do) -> None:
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


def _enable(group: typer.Typer, do: Do) -> None:
    @group.command('enable')
    def enable(email: str, data: Data = None) -> None:
        """Let a disabled person in again."""
        typer.echo(f'{do(data, "user enable", email=email)["email"]} may sign in again')


def _owner(group: typer.Typer, do: Do) -> None:
    @group.command('owner')
    def owner(
        email: str,
        withdraw: Annotated[bool, typer.Option('--withdraw', help='Take the ownership away.')] = False,
        data: Data = None,
    ) -> None:
        """Make a person an owner of the installation: adds enterprises, may join any, makes other owners."""
        answer = do(data, 'user owner', email=email, owner=not withdraw)
        typer.echo(f'{answer["email"]} {"no longer owns" if withdraw else "owns"} the installation')


def _relink(group: typer.Typer, do: Do) -> None:
    @group.command('relink')
    def relink(
        provider: Annotated[str, typer.Argument(help='Name of the provider in the settings.')],
        issuer_from: Annotated[str, typer.Option('--issuer-from', help='Issuer of the identities that are replaced.')],
        until: Annotated[str, typer.Option(help='Last day (UTC), such as 2026-12-31; 92 days from now at most.')] = '',
        withdraw: Annotated[bool, typer.Option('--withdraw', help='End it before that day.')] = False,
        data: Data = None,
    ) -> None:
        """After a provider was moved or rebuilt: link its people anew by verified address, each once, until a date.

        Only addresses of the provider's email_domains count, and only identities that are known now are replaced.
        """
        if bool(until) == withdraw:
            raise typer.BadParameter('say --until DATE, or --withdraw')
        answer = do(data, 'user relink', provider=provider, issuer=issuer_from, until=until)
        people = counted(answer['people'], 'person', 'people')
        done = (
            f'may be linked anew at {provider} until the end of {until}' if until else 'may not be linked anew any more'
        )
        typer.echo(f'{people} of {issuer_from} {done}')


def _forget(group: typer.Typer, do: Do) -> None:
    @group.command('forget')
    def forget(email: str, data: Data = None) -> None:
        """Forget who a person is at identity providers; the next sign-in there is linked to the account again."""
        answer = do(data, 'user forget', email=email)
        typer.echo(f'{answer["email"]} is linked to no provider any more, and signed out of what came through one')


def _list_all(group: typer.Typer, do: Do) -> None:
    @group.command('list')
    def show(data: Data = None) -> None:
        """List people."""
        for item in do(data, 'user list')['items']:
            marks = ('owner', 'disabled', 'second_factor')
            more = ''.join(f'  {mark.replace("_", " ")}' for mark in marks if item[mark])
            place = f'{_role(item)}  {item["enterprise"]}' if item['role'] else 'in no enterprise'
            typer.echo(f'{item["email"]}  {place}  {item["name"]}{more}')


def _role(answer: Answer) -> str:
    return f'{answer["role"]} of {answer["scope"]}' if answer['scope'] else str(answer['role'])


def _link(answer: Answer, address: str | None, data: Path | None, does: str, lasts: str) -> str:
    settings = configure({'data': data}).settings
    base = address or answer['address'] or settings.public_url or f'http://{settings.host}:{settings.port}'
    return f'{answer["email"]} {does} with this link, once, within {lasts}:\n{link_address(base, answer["secret"])}'


def _password(from_input: bool) -> str:
    return typer.get_text_stream('stdin').readline().rstrip('\n') if from_input else secrets.token_urlsafe(15)
