"""After how long a device that is offline calls a person."""

import pytest

from domain.common.severity import Severity
from domain.devices.model import Criticality, Device, DeviceKind
from domain.silence.patience import Patience, patience_with


def device(
    kind: DeviceKind = DeviceKind.ROUTER, criticality: Criticality = Criticality.NORMAL, *, interval_s: int = 60, label: str | None = None
) -> Device:  # fmt: skip
    labels = {'offline-alert': label} if label is not None else {}
    return Device(
        id='d', enterprise='e', name='d', kind=kind, created_at=0, criticality=criticality, interval_s=interval_s, labels=labels
    )  # fmt: skip


def test_the_more_depends_on_a_device_the_sooner_and_the_louder() -> None:
    told = [patience_with(device(criticality=each)) for each in Criticality]
    assert [one.after_s for one in told] == [86_400, 3600, 600, 60]
    assert [one.severity for one in told] == [Severity.WARNING, Severity.MINOR, Severity.MAJOR, Severity.CRITICAL]


@pytest.mark.parametrize('kind', [DeviceKind.PHONE, DeviceKind.TABLET, DeviceKind.LAPTOP, DeviceKind.VEHICLE])
def test_what_people_switch_off_gets_more_time_and_is_let_off_when_little_depends_on_it(kind: DeviceKind) -> None:
    assert [patience_with(device(kind, each)).after_s for each in Criticality] == [None, 3 * 86_400, 7200, 900]


def test_a_device_that_sleeps_gets_one_more_of_its_intervals() -> None:
    meter = device(DeviceKind.METER, Criticality.VITAL, interval_s=43_200)
    assert patience_with(meter).after_s == 43_200


@pytest.mark.parametrize(
    ('label', 'after_s'),
    [('never', None), ('Never', None), ('90s', 90), ('15m', 900), ('15 min', 900), ('2h', 7200), ('3d', 259_200), ('10s', 60),
     ('999999999d', 365 * 86_400)],
)  # fmt: skip
def test_a_label_of_its_own_says_it_for_one_device(label: str, after_s: float | None) -> None:
    assert patience_with(device(label=label)) == Patience(after_s, Severity.MINOR, by_label=True)


@pytest.mark.parametrize('label', ['soon', '', '-5m', '1e3s', '٣d', '5 weeks'])
def test_a_label_that_says_no_time_is_named_and_changes_nothing(label: str) -> None:
    assert patience_with(device(label=label)) == Patience(3600, Severity.MINOR, unread=label)
