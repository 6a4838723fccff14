"""The command line: ``cellwarden serve | demo | agent | enterprise | user | token | audit``."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from domain.audit import Head, Trail, Verdict
from domain.devices import Kind
from domain.errors import DomainError
from jobs.agent.options import AgentError, AgentOptions
from jobs.agent.run import run_agent
from jobs.parent import die_with_parent
from ui.control import Answer, ask, line
from ui.logs import configure_logs
from ui.operate import Data, enterprise_commands, token_commands, user_commands
from ui.settings import Settings
from ui.trail import audit_commands

T = TypeVar('T')
Host = Annotated[str | None, typer.Option(help='Address to listen on.', envvar='CELLWARDEN_HOST')]
Port = Annotated[int | None, typer.Option(help='Port to listen on; 0 takes a free one.', envvar='CELLWARDEN_PORT')]


class Commands:
    """What the composition root lends to the command line: the ways to run a server, and to work on a store at rest."""

    def __init__(
        self,
        *,
        serve: Callable[[Settings], Coroutine[Any, Any, None]],
        demo: Callable[[Settings, int, int], Coroutine[Any, Any, None]],
        at_rest: Callable[[Settings, str, dict[str, Any]], Coroutine[Any, Any, Answer]],
        trail: Callable[[Settings], AbstractAsyncContextManager[Trail]],
        check_copy: Callable[[Path, Head | None], list[Verdict]],
    ) -> None:
        self.serve = serve
        self.demo = demo
        self.at_rest = at_rest
        self.trail = trail
        self.check_copy = check_copy

    def opened(self, data: Path | None) -> AbstractAsyncContextManager[Trail]:
        """The journals of an installation, to be read only."""
        return self.trail(_settings(data=data))


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
        with_parent: Annotated[
            bool, typer.Option('--with-parent', hidden=True, help='Stop when the process that started it ends.')
        ] = False,
    ) -> None:
        """Enrol this Linux machine once, then check in with its real facts and carry out commands."""
        configure_logs(os.environ.get('CELLWARDEN_LOG_FORMAT', 'text'))
        if with_parent:
            die_with_parent()
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

    app.add_typer(enterprise_commands(do), name='enterprise', help='Enterprises: the owners of everything else.')
    app.add_typer(user_commands(do), name='user', help='People with local accounts.')
    app.add_typer(token_commands(do), name='token', help='Tokens that let devices and programs in.')
    app.add_typer(audit_commands(commands, _run), name='audit', help='The journals: checked, and copied.')
    return app


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
