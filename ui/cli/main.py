"""The command line: ``cellwarden serve | demo | agent | doctor | config | enterprise | user | token | audit``."""

import asyncio
import gc
import os
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import structlog
import typer

from domain.audit.model import ChainReport, Head, HeadsFile, JournalArchive
from domain.common.errors import DomainError
from domain.devices.model import Criticality, DeviceKind
from jobs.agent.options import AgentError, AgentOptions
from jobs.parent_process import die_with_parent
from ui.cli.audit import audit_commands
from ui.cli.config import config_commands
from ui.cli.doctor import doctor_command
from ui.cli.enterprises import enterprise_commands
from ui.cli.options import Config, Data
from ui.cli.tokens import token_commands
from ui.cli.users import user_commands
from ui.operator.answers import Answer, line
from ui.operator.socket import ask
from ui.server.logs import configure_logs
from ui.settings.model import Settings
from ui.settings.sources import Configuration, configure

if TYPE_CHECKING:
    from ui.doctor.sources import Sources

log = structlog.get_logger(__name__)
T = TypeVar('T')
_FIRST = 'enterprise add'
"""The operation that may begin an installation; another one on a folder that is not there has a misspelt name."""
Host = Annotated[str | None, typer.Option(help='Address to listen on [CELLWARDEN_HOST].')]
Port = Annotated[int | None, typer.Option(help='Port to listen on; 0 takes a free one [CELLWARDEN_PORT].')]


@contextmanager
def _loading() -> Iterator[None]:
    """Import without the garbage collector: what a program loads is no garbage, and looking for some takes a fifth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _Journals:
    """Where the journals of an installation are, and copies of them."""

    def opened(self, data: Path | None) -> AbstractAsyncContextManager[JournalArchive]:
        """The journals of an installation, to be read only."""
        with _loading():
            from ui.main import trail

        return trail(_settings(None, data=data))

    def kept(self, data: Path | None) -> HeadsFile:
        """The heads that were kept outside of its database."""
        with _loading():
            from ui.main import kept_heads

        return kept_heads(_settings(None, data=data))

    def check_copy(self, path: Path, kept: Head | None) -> list[ChainReport]:
        """Look at every line of a copy."""
        with _loading():
            from ui.main import check_copy

        return check_copy(path, kept)


def command_line() -> typer.Typer:
    """The whole command line. The composition root is imported by the commands that need a server or its store: an agent never does."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help='Cellwarden, the live console of a cellular device fleet.',
    )
    for command in (serve, demo, agent):
        app.command()(command)
    app.command('doctor')(doctor_command(_configuration, _sources))
    app.add_typer(config_commands(_configuration), name='config', help='What is set, and where.')
    app.add_typer(enterprise_commands(_operate), name='enterprise', help='Enterprises: the owners of everything else.')
    app.add_typer(user_commands(_operate), name='user', help='People with local accounts.')
    app.add_typer(token_commands(_operate), name='token', help='Tokens that let devices and programs in.')
    app.add_typer(audit_commands(_Journals(), _run), name='audit', help='The journals: checked, and copied.')
    return app


def serve(host: Host = None, port: Port = None, data: Data = None, config: Config = None) -> None:
    """Start the console for production: no demo data, no default account. On an empty installation it prints a one-time set-up link."""
    settings = _settings(config, host=host, port=port, data=data)
    with _loading():
        from ui.main import serve as run

    _run(run(settings))


def demo(
    host: Host = None,
    port: Port = None,
    data: Data = None,
    devices: Annotated[int, typer.Option(help='Simulated devices.', min=0, max=100_000)] = 500,
    seed: Annotated[int, typer.Option(help='The same seed plays the same drama.')] = 7,
    messy: Annotated[
        bool, typer.Option('--messy', help='Three devices in ten report wrongly: clocks, counters, values, numbers.')
    ] = False,
    config: Config = None,
) -> None:
    """Start the console with a simulated fleet that uses the real API, and with this machine as a device."""
    settings = _settings(
        config, host=host, port=port, data=data, defaults={'data': Settings.model_fields['data'].default / 'demo'}
    )
    with _loading():
        from ui.main import demo as run

    _run(run(settings, devices, seed, messy))


def agent(
    server: Annotated[str, typer.Option(help='Address of the console, such as https://cellwarden.example.com')],
    enrol: Annotated[
        str | None, typer.Option(help='Enrolment token, needed once.', envvar='CELLWARDEN_ENROL_TOKEN')
    ] = None,
    state: Annotated[Path, typer.Option(help='Folder for the credential and kept check-ins.')] = Path(
        'cellwarden-agent'
    ),
    name: Annotated[str | None, typer.Option(help='Name of the device; without, the host name.')] = None,
    kind: Annotated[DeviceKind, typer.Option(help='What sort of machine it is.')] = DeviceKind.OTHER,
    criticality: Annotated[
        Criticality | None, typer.Option(help='How much depends on the device; without, normal.')
    ] = None,
    label: Annotated[list[str] | None, typer.Option(help='Label as key=value; may be repeated.')] = None,
    interval: Annotated[int, typer.Option(help='Seconds between check-ins.', min=5)] = 60,
    hook: Annotated[
        list[str] | None, typer.Option(help='Program for an action, as quarantine=/path; may be repeated.')
    ] = None,
    ca_file: Annotated[
        Path | None, typer.Option(help='Certificate authorities to trust instead of the system.')
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(help='Client certificate of this device with its key, for a proxy that asks for one.'),
    ] = None,
    rotate: Annotated[int, typer.Option(help='Days until the credential is renewed; 0 is never.', min=0)] = 30,
    insecure_http: Annotated[
        bool, typer.Option(help='Allow http:// to another machine: the credential travels in clear.')
    ] = False,
    once: Annotated[bool, typer.Option(help='Check in once and stop.')] = False,
    with_parent: Annotated[
        int | None, typer.Option(hidden=True, help='Process id of the one that starts it, and with which it ends.')
    ] = None,
) -> None:
    """Enrol this Linux machine once, then check in with its real facts and carry out commands."""
    configure_logs(os.environ.get('CELLWARDEN_LOG_FORMAT', 'text'))
    if with_parent is not None:
        die_with_parent(with_parent)
    options = AgentOptions(
        server=server,
        enrol_token=enrol,
        state=state,
        name=name,
        kind=kind,
        criticality=criticality,
        labels=_pairs(label, '--label'),
        interval_s=interval,
        hooks={action: Path(path) for action, path in _pairs(hook, '--hook').items()},
        ca_file=ca_file,
        certificate=certificate,
        rotate_s=rotate * 86_400.0,
        allow_http=insecure_http,
        once=once,
    )
    from jobs.agent.run import run_agent

    _run(run_agent(options))


def _sources(settings: Settings) -> 'Sources':
    """What the doctor looks at where no server answers."""
    with _loading():
        from ui.main import sources_of

    return sources_of(settings)


def _operate(data: Path | None, operation: str, **arguments: Any) -> Answer:
    """Carry out an operation in the running server, or on its store while none runs."""
    settings = _settings(None, data=data)
    if operation != _FIRST and not settings.database and not settings.data.exists():
        _fail(f'there is no installation in {settings.data}; name its folder: --data')

    async def work() -> Answer:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        answer = await ask(settings.data, operation, arguments)
        if answer is None:
            with _loading():
                from ui.main import at_rest

            answer = await at_rest(settings, operation, arguments)
        return answer

    answer: Answer = _run(work())
    if 'error' in answer:
        _fail(answer['error'])
    return answer


def _settings(config: Path | None, *, defaults: Mapping[str, Any] | None = None, **given: Any) -> Settings:
    """The settings as they stand, with the logs as they say."""
    found = _configuration(config, defaults=defaults, **given)
    configure_logs(found.settings.log_format)
    for warning in found.warnings:
        log.warning('settings', detail=warning)
    return found.settings


def _configuration(config: Path | None, *, defaults: Mapping[str, Any] | None = None, **given: Any) -> Configuration:
    try:
        return configure(given, config=config, defaults=defaults)
    except DomainError as refusal:
        _fail(line(refusal))


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; what the operator can mend is one line and exit code 1, Ctrl-C and SIGTERM are a normal end."""
    try:
        return asyncio.run(work)
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise typer.Exit(0) from None
    except DomainError as refusal:
        _fail(line(refusal))
    except OSError as error:
        _fail(f'{error.filename}: {error.strerror.lower()}' if error.filename and error.strerror else str(error))
    except (AgentError, ValueError) as error:
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


def main() -> None:
    """The command ``cellwarden``. What it writes is for its own user: the database tells who did what, and what guards accounts."""
    os.umask(0o077)
    command_line()()


if __name__ == '__main__':
    main()
