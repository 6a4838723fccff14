"""Labels of many devices at once, in JSON."""

from collections.abc import Mapping

from msgspec import Struct

from domain.common.errors import Invalid
from domain.devices.service import Labelled, LabelPatch
from ui.api.http.schema import Schema

MOST_AT_ONCE = 2_000


class LabelChange(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Labels to set on these devices (at most 2,000), by key; ``null`` takes a label away, and other labels stay."""

    devices: tuple[str, ...]
    labels: dict[str, str | None]


LABEL_CHANGE = Schema(
    LabelChange, {'devices': ['01KAPXGN1RW5Y9D3E8H2K4DEV1'], 'labels': {'site': 'port-2', 'spare': None}}
)


class Refusal(Struct, frozen=True):
    """A device that was left as it is, and why."""

    device: str
    detail: str


class LabelsChanged(Struct, kw_only=True, frozen=True):
    """How many devices have other labels now, how many had these already, and which refused."""

    changed: int
    unchanged: int
    refused: tuple[Refusal, ...]


LABELS_CHANGED = Schema(
    LabelsChanged,
    {
        'changed': 1,
        'unchanged': 0,
        'refused': [{'device': '01KAPXGN1RW5Y9D3E8H2K4DEV2', 'detail': 'there is no such device'}],
    },
)


def patches(body: LabelChange) -> Mapping[str, LabelPatch]:
    """The same patch for each device; raises ``Invalid``."""
    if not 0 < len(body.devices) <= MOST_AT_ONCE:
        raise Invalid(f'name 1 to {MOST_AT_ONCE:,} devices', field='devices')
    if not body.labels:
        raise Invalid('name at least one label to set or to take away', field='labels')
    return dict.fromkeys(body.devices, body.labels)


def labels_changed(done: Labelled) -> LabelsChanged:
    """What became of it."""
    refused = tuple(Refusal(device, str(error)) for device, error in done.refused.items())
    return LabelsChanged(changed=len(done.before), unchanged=done.unchanged, refused=refused)
