"""What can be followed of towers."""

from domain.access.permissions import Permission
from ui.topics.rows import TopicRow
from ui.topics.towers.cells import CellsTopic
from ui.topics.towers.checks import ChecksTopic
from ui.topics.towers.detail import TowerTopic
from ui.topics.towers.list import TowersTopic
from ui.topics.towers.map import MapTopic

TOPICS = (
    TopicRow('towers', Permission.TOWERS_READ, TowersTopic, takes=('availability',)),
    TopicRow('tower', Permission.TOWERS_READ, TowerTopic),
    TopicRow('map', Permission.TOWERS_READ, MapTopic),
    TopicRow('cells', Permission.TOWERS_READ, CellsTopic),
    TopicRow('checks', Permission.TOWERS_READ, ChecksTopic),
)
