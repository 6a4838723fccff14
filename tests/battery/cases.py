"""Every case of the battery, in the order in which they run. ``docs/battery.md`` is the same for people."""

from tests.battery import clock, connections, disk, evidence, hostile, load, memory, outages, starting, storage
from tests.battery.case import BOTH, Case, Store

_POSTGRES = (Store.POSTGRES,)

CASES: tuple[Case, ...] = (
    Case('kill', storage.kill, BOTH),
    Case('second', storage.second, BOTH),
    Case('paused', storage.paused, BOTH),
    Case('two', storage.beside_after_restart, _POSTGRES),
    Case('commit', outages.lost_commit, _POSTGRES),
    Case('frozen', outages.frozen, _POSTGRES),
    Case('stopped', outages.stopped, _POSTGRES),
    Case('full', disk.full, BOTH),
    Case('readonly', disk.read_only, _POSTGRES),
    Case('start', starting.rubbish),
    Case('slow', connections.slow, also=_POSTGRES),
    Case('descriptors', connections.descriptors, also=_POSTGRES),
    Case('heads', connections.heads, also=_POSTGRES),
    Case('bodies', connections.bodies, also=_POSTGRES),
    Case('rubbish', connections.rubbish, also=_POSTGRES),
    Case('sockets', memory.sockets, also=_POSTGRES),
    Case('documents', hostile.documents, BOTH),
    Case('targets', hostile.targets, BOTH),
    Case('formulas', evidence.formulas, also=_POSTGRES),
    Case('digests', evidence.digests, BOTH),
    Case('rules', load.rules, also=_POSTGRES, within_s=240),
    Case('policies', load.policies, also=_POSTGRES),
    Case('exports', load.exports, also=_POSTGRES),
    Case('greedy', load.greedy, BOTH),
    Case('poison', load.poison, BOTH),
    Case('comeback', load.comeback, BOTH),
    Case('clock', clock.steps, also=_POSTGRES, within_s=240),
    Case('views', memory.views, also=_POSTGRES, within_s=180),
)
