"""Which of a device's facts cannot be true: rules answer unknown instead of believing them, and the page says so."""

from datetime import UTC, date, datetime, timedelta

from domain.devices.facts import Facts, Os, Storage

AHEAD = timedelta(days=1)
"""A date may be this far ahead of ours: somewhere it is tomorrow already."""


def implausible(facts: Facts, now: float) -> dict[str, str]:
    """The facts that cannot be true at ``now`` (epoch seconds), by path, and why."""
    found = {}
    if facts.os is not None and is_of_the_future(facts.os, datetime.fromtimestamp(now, UTC).date()):
        found['os.patch_level'] = 'implausible: in the future'
    if facts.storage is not None and is_overfull(facts.storage):
        found |= dict.fromkeys(('storage.free_bytes', 'storage.total_bytes'), 'implausible: above total')
    return found


def is_of_the_future(os: Os, today: date) -> bool:
    """True for a patch level that is newer than any patch."""
    return bool(os.patch_level) and date.fromisoformat(os.patch_level or '') > today + AHEAD


def is_overfull(storage: Storage) -> bool:
    """True when more is free than there is, so that neither number can be believed."""
    return (
        storage.total_bytes is not None and storage.free_bytes is not None and storage.free_bytes > storage.total_bytes
    )
