"""Whether an alarm is of a planned outage, as TMF642 says it."""

from domain.alerts.model import AlarmType, Alert, ProbableCause
from domain.common.severity import Severity
from domain.maintenance.input import NewMaintenanceWindow
from domain.towers.input import NewTower
from tests.fakes import RunningApplication, running_application
from ui.api.alarms.schemas import alarm


def about(application: RunningApplication, kind: str, id: str) -> str:
    """What the alarm of an alert about it says."""
    row = Alert(
        id='A1',
        enterprise=application.enterprise,
        key=f'{kind}/{id}',
        object_kind=kind,
        object_id=id,
        object_name=id,
        alarm_type=AlarmType.COMMUNICATIONS,
        severity=Severity.MAJOR,
        peak_severity=Severity.MAJOR,
        told_severity=Severity.MAJOR,
        first_problem='is down',
        probable_cause=ProbableCause.LOSS_OF_SIGNAL,
        problem='is down',
        raised_at=application.clock(),
        changed_at=application.clock(),
    )
    return alarm(application.fleet, row).plannedOutageIndicator


async def test_an_alarm_about_what_works_are_planned_of_is_planned() -> None:
    async with running_application() as application:
        site = await application.towers.add(application.actor, NewTower(name='Hub', region='West'))
        inside = await application.device('inside', labels={'site': 'west'})
        outside = await application.device('outside')
        new = NewMaintenanceWindow(
            name='Works', zone='UTC', starts_on='2027-01-15T10:00', length_min=60, regions=('West',), labels={'site': 'west'}
        )  # fmt: skip
        row = await application.maintenance.save(application.actor, new)
        said = [('tower', site.id), ('device', inside.id), ('device', outside.id)]
        assert {about(application, *one) for one in said} == {'InService'}
        await application.maintenance.begin(application.actor, row.id, row.version)
        assert [about(application, *one) for one in said] == ['OutOfService', 'OutOfService', 'InService']
