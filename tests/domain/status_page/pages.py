"""A status page with a tower, a region and a label, as tests begin with."""

from typing import Any

from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckResult
from domain.status_page.input import NewPageContent
from domain.status_page.model import Component, ComponentKind, StatusPage
from domain.towers.input import NewTower
from domain.towers.model import Tower
from tests.fakes import RunningApplication

TCP = Check(id='', target=TcpTarget('10.9.8.7', 5060), max_attempts=1)
REGION = 'Inner Region'


async def tower(application: RunningApplication, name: str = 'Mast-Secret-7', region: str = REGION) -> Tower:
    """A tower that is up."""
    made = await application.towers.add(
        application.actor, NewTower(name=name, region=region, checks=[TCP], latitude=51.9123, longitude=4.4567)
    )
    await checked(application, made, ok=True)
    return made


async def checked(application: RunningApplication, made: Tower, *, ok: bool) -> None:
    """Its check has answered, or not."""
    result = CheckResult(made.id, made.checks[0].id, application.clock(), ok, error='' if ok else 'refused')
    await application.towers.record_check(application.enterprise, made.id, result)


def component(
    target: str, name: str = 'West side', kind: ComponentKind = ComponentKind.TOWER, **more: Any
) -> Component:
    """A row of the page."""
    return Component(kind=kind, target=target, name=name, **more)


async def published(application: RunningApplication, *components: Component, slug: str = 'harbour') -> StatusPage:
    """A page that the public sees."""
    actor, pages = application.actor, application.status_page
    content = NewPageContent(slug=slug, title='Harbour radio', about='Ask the desk.', components=components)
    saved = await pages.save(actor, pages.read(actor).version, content)
    return await pages.publish(actor, saved.version)


async def looked(application: RunningApplication, seconds: float, every: float = 5) -> None:
    """Let time pass while the components are looked at."""
    for _ in range(round(seconds / every)):
        application.clock.tick(every)
        await application.availability.look(application.enterprise)
