"""What can be followed of policies and their violations."""

from domain.access.permissions import Permission
from ui.topics.policies.detail import PolicyTopic
from ui.topics.policies.list import PoliciesTopic
from ui.topics.policies.violations import ViolationsTopic
from ui.topics.rows import TopicRow

TOPICS = (
    TopicRow('policies', Permission.POLICIES_READ, PoliciesTopic),
    TopicRow('policy', Permission.POLICIES_READ, PolicyTopic),
    TopicRow('violations', Permission.POLICIES_READ, ViolationsTopic),
)
