"""People, a mail channel and a policy for tests of those who are called."""

from typing import Any

from domain.access.permissions import Role
from domain.accounts.model import Person
from domain.alerts.model import Alert
from domain.channels.input import NewChannel
from domain.channels.model import Channel, Delivery
from domain.oncall.input import NewAlertRoute, NewEscalationPolicy, NewRotation
from domain.oncall.model import AlertRoute, CallTarget, EscalationPolicy, EscalationStep, Layer, Rotation, TargetKind
from tests.fakes import RunningApplication

MAIL = {'recipients': 'desk@example.com', 'sender': 'cellwarden@example.com', 'host': 'mail.example.com'}


async def person(application: RunningApplication, name: str, role: Role = Role.OPERATOR) -> Person:
    """A person of the enterprise, with an address of mail."""
    row = Person(
        id=f'P-{name}',
        enterprise=application.enterprise,
        account='',
        email=f'{name}@example.com',
        name=name,
        role=role,
        created_at=application.clock(),
    )
    await application.transactor.transact(lambda tx: tx.put(row), application.enterprise)
    return row


async def mail(application: RunningApplication, **more: Any) -> Channel:
    """A mail channel."""
    new = NewChannel(name='Mail', kind='mail', settings=MAIL, **more)
    return (await application.channels.add(application.actor, new))[0]


def step(*people: str, wait_min: int = 5) -> EscalationStep:
    """A step that tells these people."""
    targets = tuple(CallTarget(kind=TargetKind.PERSON, id=f'P-{name}') for name in people)
    return EscalationStep(targets=targets, wait_min=wait_min)


async def policy(application: RunningApplication, *steps: EscalationStep, repeat: int = 0) -> EscalationPolicy:
    """A policy."""
    new = NewEscalationPolicy(name='Nights', steps=steps, repeat=repeat)
    return await application.on_call.save_policy(application.actor, new)


async def route(application: RunningApplication, name: str = 'All', **more: Any) -> AlertRoute:
    """A route."""
    return await application.on_call.save_route(application.actor, NewAlertRoute(name=name, **more))


async def rotation(application: RunningApplication, *people: str, **more: Any) -> Rotation:
    """One whose people take turns by day, since the day before the clock of tests begins."""
    ids = tuple(f'P-{name}' for name in people)
    layer = Layer(**{'name': 'days', 'people': ids, 'zone': 'UTC', 'starts_on': '2020-01-01', 'turn_days': 1, **more})
    return await application.on_call.save_rotation(
        application.actor, NewRotation(name='Night desk', zone='UTC', layers=(layer,))
    )


async def minutes(application: RunningApplication, count: int) -> None:
    """So many minutes pass, each with a look of the clock's job."""
    for _ in range(count):
        application.clock.tick(60)
        await application.on_call.go_on(application.enterprise)


def told(application: RunningApplication, alert: str = '') -> list[tuple[str, str]]:
    """What is on its way or was told: to whom (a person, or a channel by itself), and which news."""
    rows: list[Delivery] = list(application.fleet[Delivery].values())
    rows = [one for one in rows if not alert or one.alert == alert]
    return [
        (one.recipient.removeprefix('P-') or 'channel', one.announcement.news.value)
        for one in sorted(rows, key=lambda one: one.id)
    ]


def open_alert(application: RunningApplication) -> Alert:
    """The one that is open."""
    return next(iter(application.fleet[Alert].values()))
