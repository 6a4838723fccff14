"""Systems that keep copies of alerts hear of the tasks of TMF642 that programs gave; people do not."""

from domain.alerts.announcements import News
from domain.alerts.model import AlarmType, ProbableCause
from domain.changes.transaction import Transaction
from domain.channels.announcing import delivery_of, heard_of
from domain.channels.kinds import KINDS
from domain.channels.model import AnnouncedAlert, AnnouncedTask, Channel
from domain.common.severity import Severity
from domain.journal.model import Entry
from domain.triage.events import AlarmTaskRun


def tell_of_task(tx: Transaction, entry: Entry) -> None:
    """A task is done when it is kept: that there is one and that it is done are told one after the other. Systems hear of it that hear of
    all alarms, and those that were told of one of its alarms."""
    if not isinstance(entry, AlarmTaskRun):
        return
    alerts = (*entry.alerts, *entry.refused)
    told = {line[0] for alert in alerts for line in heard_of(tx, entry.enterprise, alert)}
    for channel in sorted(tx.all(Channel, entry.enterprise), key=lambda one: one.id):
        keeps = KINDS[channel.kind].keeps_copies and channel.enabled and channel.retired_at is None
        if keeps and (channel.id in told or channel.least_severity is Severity.INDETERMINATE):
            for news in (News.TASK_CREATED, News.TASK_CHANGED):
                tx.put(delivery_of(tx, channel, _of_task(entry, news)))


def _of_task(entry: AlarmTaskRun, news: News) -> AnnouncedAlert:
    many = f'{len(entry.alerts)} alarms' if len(entry.alerts) != 1 else '1 alarm'
    return AnnouncedAlert(
        news=news,
        at=entry.at,
        alert='',
        severity=Severity.INDETERMINATE,
        problem=f'{entry.subject.kind} of {many}, by {entry.by}',
        object_kind='alarm_task',
        object_id=entry.subject.id,
        object_name=entry.subject.kind,
        alarm_type=AlarmType.OPERATIONAL,
        probable_cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
        raised_at=entry.at,
        path=f'/api/v1/tmf642/{entry.subject.kind}/{entry.subject.id}',
        task=AnnouncedTask(
            id=entry.subject.id,
            kind=entry.subject.kind,
            by=entry.by,
            alerts=entry.alerts,
            refused=entry.refused,
            parent=entry.parent,
            words=entry.words,
            user=entry.user,
            system=entry.system,
        ),
    )
