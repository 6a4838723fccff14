"""``cellwarden token``: what lets devices and programs in, in the running server or on its data at rest."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.access.permissions import Permission
from domain.devices.model import Criticality
from ui.cli.config import Do
from ui.cli.options import Data, Days, Labels, Owner, Regions
from ui.durations import counted


def token_commands(do: Do) -> typer.Typer:
    """The commands, one function each."""
    group = typer.Typer(no_args_is_help=True)
    for command in (_enrolment, _api, _list_all, _revoke):
        command(group, do)
    return group


def _enrolment(group: typer.Typer, do: Do) -> None:
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
        criticality: Annotated[
            Criticality | None, typer.Option(help='Criticality that its devices get; without, the one they have.')
        ] = None,
        approval: Annotated[bool, typer.Option('--approval', help='A person has to approve each device.')] = False,
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
            criticality=criticality.value if criticality is not None else '',
            approval=approval,
            replaces=replace,
        )
        typer.echo(made['secret'])


def _api(group: typer.Typer, do: Do) -> None:
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


def _list_all(group: typer.Typer, do: Do) -> None:
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


def _revoke(group: typer.Typer, do: Do) -> None:
    @group.command('revoke')
    def revoke(id: str, data: Data = None) -> None:
        """End a token at once."""
        do(data, 'token revoke', id=id)
        typer.echo(f'{id} is revoked')


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
