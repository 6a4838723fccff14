"""The numbers of the overview and of the rail."""

from typing import Any, ClassVar

from domain.access.permissions import Permission
from domain.alerts.live import AlertCounts
from domain.alerts.model import Alert
from domain.devices.compliance import ANSWERED, Compliance
from domain.devices.listing.counters import StatusCounters
from domain.devices.model import Device, DeviceState
from domain.enforcement.live import Held
from domain.enforcement.model import Command
from domain.enrolment.live import Waiting
from domain.enrolment.model import Credential
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.towers.live import tower_counts
from domain.towers.model import Tower, TowerState, TowerStatus
from ui.durations import counted
from ui.sentences.compliance import compliance_words, share
from ui.topics.base import ObjectTopic
from ui.topics.rows import TopicRow
from ui.topics.towers.list import not_asked


class CountersTopic(ObjectTopic):
    """Devices by presence and compliance, towers by status, open alerts by severity, open commands by state."""

    kinds: ClassVar[tuple[type, ...]] = (
        Device,
        DeviceState,
        Tower,
        TowerState,
        Alert,
        Policy,
        Command,
        Violation,
        Credential,
    )

    def view(self) -> dict[str, Any]:
        """The numbers now."""
        fleet = self.fleet
        compliance = {status.value: fleet.index(StatusCounters).compliance[status] for status in Compliance}
        heard = fleet.index(StatusCounters).heard
        towers = tower_counts(fleet)
        alerts = fleet.index(AlertCounts)
        severity = dict.fromkeys(('critical', 'major', 'minor', 'warning'), 0)
        severity |= {str(worst): count for worst, count in alerts.severities().items() if count}
        return {
            'devices': len(fleet[Device]),
            'in_all': f'{counted(len(fleet[Tower]), "tower")}, {counted(len(fleet[Device]), "device")}',
            'presence': {
                name: fleet.index(StatusCounters).presence[name] for name in ('online', 'late', 'offline', 'never_seen')
            },
            'compliance': compliance,
            'heard': {status.value: heard[status] for status in Compliance},
            'evaluated': sum(compliance[status] for status in ANSWERED),
            'share': share(heard),
            'compliance_words': compliance_words(compliance, heard),
            'towers': len(fleet[Tower]),
            'not_asked': not_asked(fleet),
            'towers_up': towers[TowerStatus.UP.value],
            'tower': {status.value: towers[status.value] for status in TowerStatus},
            'policies': len(fleet[Policy]),
            'alerts': {'open': len(fleet[Alert]), 'unacknowledged': len(alerts.calling())},
            'severity': severity,
            'violations': len(fleet[Violation]),
            'commands': {'open': len(fleet[Command])},
            'quarantined': len(fleet.index(Held).devices),
            'waiting': len(fleet.index(Waiting).credentials) or None,
        }


TOPICS = (TopicRow('counters', Permission.DEVICES_READ, CountersTopic),)
