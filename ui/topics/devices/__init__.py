"""What can be followed of devices."""

from domain.access.permissions import Permission
from ui.topics.devices.detail import DeviceTopic
from ui.topics.devices.facets import FacetsTopic
from ui.topics.devices.list import DevicesTopic
from ui.topics.devices.signal import SignalTopic
from ui.topics.devices.verdicts import VerdictsTopic
from ui.topics.rows import TopicRow

TOPICS = (
    TopicRow('devices', Permission.DEVICES_READ, DevicesTopic, takes=('pace', 'listing_cache', 'kept_rows')),
    TopicRow('device-facets', Permission.DEVICES_READ, FacetsTopic, takes=('pace',)),
    TopicRow('device', Permission.DEVICES_READ, DeviceTopic, takes=('fleets',)),
    TopicRow('verdicts', Permission.DEVICES_READ, VerdictsTopic),
    TopicRow('signal', Permission.DEVICES_READ, SignalTopic),
)
