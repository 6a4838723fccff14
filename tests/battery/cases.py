"""Every case of the battery, in the order in which they run. ``docs/battery.md`` is the same for people."""

from tests.battery import outages, storage
from tests.battery.case import BOTH, Case, Store

_POSTGRES = (Store.POSTGRES,)

CASES: tuple[Case, ...] = (
    Case('kill', storage.kill, BOTH),
    Case('second', storage.second, BOTH),
    Case('paused', storage.paused, BOTH),
    Case('two', storage.beside_after_restart, _POSTGRES),
    Case('frozen', outages.frozen, _POSTGRES),
    Case('stopped', outages.stopped, _POSTGRES),
)
