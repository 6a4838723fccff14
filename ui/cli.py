"""The command line: ``cellwarden serve | demo | agent | enterprise | user | token``."""

import asyncio
import os
import secrets
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from domain.access import Permission, Role
from domain.devices import Kind
from domain.errors import DomainError
from jobs.agent.options import AgentError, AgentOptions
from jobs.agent.run import run_agent
from ui.control import Answer, ask, line
from ui.logs import configure_logs
from ui.settings import Settings

T = TypeVar('T')
Do = Callable[..., Answer]
Data = Annotated[Path | None, typer.Option(help='Folder of everything that is kept.', envvar='CELLWARDEN_DATA')]
Host = Annotated[str | None, typer.Option(help='Address to listen on.', envvar='CELLWARDEN_HOST')]
Port = Annotated[int | None, typer.Option(help='Port to listen on; 0 takes a free one.', envvar='CELLWARDEN_PORT')]
Owner = Annotated[str, typer.Option(help='Name or id of the enterprise.')]
Days = Annotated[
    float | None, typer.Option('--days', help='Days until it expires; without, it does not.', min=0, max=36_500)
]


class Commands:
    """What the composition root lends to the command line: the ways to run a server, and to work on a store at rest."""

    def __init__(
        self,
        *,
        serve: Callable[[Settings], Coroutine[Any, Any, None]],
        demo: Callable[[Settings, int, int], Coroutine[Any, Any, None]],
        at_rest: Callable[[Settings, str, dict[str, Any]], Coroutine[Any, Any, Answer]],
    ) -> None:
        self.serve = serve
        self.demo = demo
        self.at_rest = at_rest


def command_line(commands: Commands) -> typer.Typer:
    """The whole command line on these commands."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help='Cellwarden, the live console of a cellular device fleet.',
    )

    @app.command()
    def serve(host: Host = None, port: Port = None, data: Data = None) -> None:
        """Start the console for production: no demo data, no default account. See "cellwarden user add" for the first person."""
        settings = _settings(host=host, port=port, data=data)
        configure_logs(settings.log_format)
        _run(commands.serve(settings))

    @app.command()
    def demo(
        host: Host = None,
        port: Port = None,
        data: Data = None,
        devices: Annotated[int, typer.Option(help='Simulated devices.', min=0, max=100_000)] = 500,
        seed: Annotated[int, typer.Option(help='The same seed plays the same drama.')] = 7,
    ) -> None:
        """Start the console with a simulated fleet that lives through the real doors, and with this machine as a device."""
        settings = _settings(host=host, port=port, data=data or Path('data') / 'demo')
        configure_logs(settings.log_format)
        _run(commands.demo(settings, devices, seed))

    @app.command()
    def agent(
        server: Annotated[str, typer.Option(help='Address of the console, such as https://cellwarden.example.com')],
        enrol: Annotated[
            str | None, typer.Option(help='Enrolment token, needed once.', envvar='CELLWARDEN_ENROL_TOKEN')
        ] = None,
        state: Annotated[Path, typer.Option(help='Folder for the credential and kept check-ins.')] = Path(
            'cellwarden-agent'
        ),
        name: Annotated[str | None, typer.Option(help='Name of the device; without, the host name.')] = None,
        kind: Annotated[Kind, typer.Option(help='What sort of machine it is.')] = Kind.OTHER,
        label: Annotated[list[str] | None, typer.Option(help='Label as key=value; may be repeated.')] = None,
        interval: Annotated[int, typer.Option(help='Seconds between check-ins.', min=5)] = 60,
        hook: Annotated[
            list[str] | None, typer.Option(help='Program for an action, as quarantine=/path; may be repeated.')
        ] = None,
        ca_file: Annotated[
            Path | None, typer.Option(help='Certificate authorities to trust instead of the system.')
        ] = None,
        insecure_http: Annotated[
            bool, typer.Option(help='Allow http:// to another machine: the credential travels in clear.')
        ] = False,
        once: Annotated[bool, typer.Option(help='Check in once and stop.')] = False,
    ) -> None:
        """Enrol this Linux machine once, then check in with its real facts and carry out commands."""
        configure_logs(os.environ.get('CELLWARDEN_LOG_FORMAT', 'text'))
        options = AgentOptions(
            server=server,
            enrol_token=enrol,
            state=state,
            name=name,
            kind=kind,
            labels=_pairs(label, '--label'),
            interval_s=interval,
            hooks={action: Path(path) for action, path in _pairs(hook, '--hook').items()},
            ca_file=ca_file,
            allow_http=insecure_http,
            once=once,
        )
        _run(run_agent(options))

    def do(data: Path | None, operation: str, **arguments: Any) -> Answer:
        settings = _settings(data=data)
        configure_logs(settings.log_format)

        async def work() -> Answer:
            settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            answer = await ask(settings.data, operation, arguments)
            return answer if answer is not None else await commands.at_rest(settings, operation, arguments)

        answer: Answer = _run(work())
        if 'error' in answer:
            _fail(answer['error'])
        return answer

    app.add_typer(_enterprise(do), name='enterprise', help='Enterprises: the owners of everything else.')
    app.add_typer(_user(do), name='user', help='People with local accounts.')
    app.add_typer(_token(do), name='token', help='Tokens that let devices and programs in.')
    return app


def _enterprise(do: Do) -> typer.Typer:
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


def _user(do: Do) -> typer.Typer:
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


def _token(do: Do) -> typer.Typer:
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


def _settings(**given: Any) -> Settings:
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        problem = error.errors()[0]
        name = '_'.join(str(part) for part in problem['loc'][:1]).upper()
        _fail(f'CELLWARDEN_{name}: {problem["msg"]}')
    except SettingsError:
        _fail('CELLWARDEN_POLL_ALLOW: write a JSON list of networks, such as ["10.0.0.0/8"]')


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; what the operator can mend is one line and exit code 1, Ctrl-C and SIGTERM are a normal end."""
    try:
        return asyncio.run(work)
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise typer.Exit(0) from None
    except DomainError as refusal:
        _fail(line(refusal))
    except (AgentError, OSError, ValueError) as error:
        _fail(str(error) or type(error).__name__)


def _fail(words: str) -> NoReturn:
    typer.secho(f'cellwarden: {words}', err=True)
    raise typer.Exit(1)


def _pairs(items: list[str] | None, option: str) -> dict[str, str]:
    pairs = {}
    for item in items or []:
        key, separator, value = item.partition('=')
        if not separator or not key or not value:
            _fail(f'{option} is written as name=value, not {item[:80]!r}')
        pairs[key] = value
    return pairs


def _password(from_input: bool) -> str:
    return typer.get_text_stream('stdin').readline().rstrip('\n') if from_input else secrets.token_urlsafe(15)


def _seconds(days: float | None) -> float | None:
    return None if days is None else days * 86_400
