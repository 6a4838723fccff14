"""Alerts, open and cleared."""

from domain.access.permissions import Permission
from ui.topics.alerts.detail import AcknowledgementsTopic, AlertTopic, EvidenceTopic, WitnessesTopic
from ui.topics.alerts.list import AlertsTopic
from ui.topics.alerts.tree import BeneathTopic
from ui.topics.rows import TopicRow

TOPICS = (
    TopicRow('alerts', Permission.ALERTS_READ, AlertsTopic),
    TopicRow('alert', Permission.ALERTS_READ, AlertTopic),
    TopicRow('acknowledgements', Permission.ALERTS_READ, AcknowledgementsTopic),
    TopicRow('beneath', Permission.ALERTS_READ, BeneathTopic),
    TopicRow('evidence', Permission.ALERTS_READ, EvidenceTopic),
    TopicRow('witnesses', Permission.ALERTS_READ, WitnessesTopic),
)
