"""What tests use in place of the outside world: a store in memory, a clock that stands, a quick hasher, an application on them."""

from tests.fakes.application import RunningApplication, running_application
from tests.fakes.clock import Clock
from tests.fakes.devices import identifiers
from tests.fakes.hasher import QuickHasher
from tests.fakes.store import MemoryStore

__all__ = ['Clock', 'MemoryStore', 'QuickHasher', 'RunningApplication', 'identifiers', 'running_application']
