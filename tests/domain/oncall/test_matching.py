"""Which routes take an alert."""

import pytest

from domain.alerts.model import AlarmType
from domain.common.severity import Severity
from domain.devices.model import Criticality
from domain.oncall.matching import AlertFacts, fits, routes_for
from domain.oncall.model import Conditions, Hours
from tests.domain.channels.channels import webhook
from tests.domain.oncall.desk import route
from tests.fakes import running_application

EIGHT = 1_800_000_000.0
"""A Friday, 08:00 UTC."""
WEST = AlertFacts(
    severity=Severity.MAJOR,
    type=AlarmType.COMMUNICATIONS,
    region='West',
    operator='KPN',
    tower='T1',
    devices=(({'site': 'west', 'use': 'crane'}, Criticality.NORMAL), ({'site': 'quay'}, Criticality.VITAL)),
)


@pytest.mark.parametrize(
    ('when', 'is_taken'),
    [
        (Conditions(), True),
        (Conditions(severity=Severity.MAJOR), True),
        (Conditions(severity=Severity.CRITICAL), False),
        (Conditions(types=(AlarmType.COMMUNICATIONS, AlarmType.SECURITY)), True),
        (Conditions(types=(AlarmType.SECURITY,)), False),
        (Conditions(regions=('North', 'West')), True),
        (Conditions(operators=('Odido',)), False),
        (Conditions(towers=('T2',)), False),
        (Conditions(labels={'site': 'west', 'use': 'crane'}), True),
        (Conditions(labels={'site': 'quay', 'use': 'crane'}), False),
        (Conditions(criticality=Criticality.HIGH), True),
        (Conditions(criticality=Criticality.HIGH, labels={'site': 'west'}), False),
        (Conditions(hours=(Hours(begins='09:00', ends='10:00'),), zone='Europe/Amsterdam'), True),
        (Conditions(hours=(Hours(begins='09:00', ends='10:00'),)), False),
        (Conditions(hours=(Hours(begins='08:00', ends='10:00', days=(1, 2, 3)),)), False),
    ],
)
def test_an_alert_fits_when_all_that_is_said_is_so(when: Conditions, is_taken: bool) -> None:
    assert fits(when, WEST, EIGHT) is is_taken


async def test_the_first_route_that_fits_takes_it_and_those_after_one_that_goes_on_may_too() -> None:
    async with running_application() as application:
        channel, _ = await webhook(application)
        to = {'channels': (channel.id,)}
        await route(application, 'last', position=4, **to)
        await route(application, 'log', position=1, go_on=True, **to)
        await route(application, 'off', position=2, enabled=False, **to)
        await route(application, 'north', position=2, conditions=Conditions(regions=('North',)), **to)
        await route(application, 'west', position=3, conditions=Conditions(regions=('West',)), **to)
        assert [one.name for one in routes_for(application.fleet, WEST, EIGHT)] == ['log', 'west']
