"""``cellwarden enterprise``: enterprises, in the running server or on its data at rest."""

from typing import Annotated

import typer

from ui.cli.config import Do
from ui.cli.options import Data


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

    @group.command('browsers')
    def browsers(
        enterprise: str,
        keep: Annotated[
            bool, typer.Option('--keep/--keep-nothing', help='Whether its browsers may show pages without a network.')
        ],
        data: Data = None,
    ) -> None:
        """Let browsers keep what pages show for 24 hours, or nothing."""
        answer = do(data, 'enterprise browsers', enterprise=enterprise, keep=keep)
        typer.echo(f'{answer["name"]}: browsers keep {"pages for 24 hours" if answer["browsers_keep"] else "nothing"}')

    return group
