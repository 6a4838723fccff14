"""What can be followed of people, invitations and service accounts."""

from domain.access.permissions import Permission
from ui.topics.people.invitations import InvitationsTopic
from ui.topics.people.list import PeopleTopic
from ui.topics.people.service_accounts import ServicesTopic, ServiceTopic, TokensTopic
from ui.topics.rows import TopicRow

TOPICS = (
    TopicRow('people', Permission.PEOPLE_READ, PeopleTopic, takes=('fleets',)),
    TopicRow('invitations', Permission.PEOPLE_READ, InvitationsTopic),
    TopicRow('services', Permission.PEOPLE_READ, ServicesTopic),
    TopicRow('service', Permission.PEOPLE_READ, ServiceTopic),
    TopicRow('tokens', Permission.PEOPLE_READ, TokensTopic),
)
