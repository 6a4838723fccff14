"""Whom a policy binds, and what all policies together say of a device."""

import pytest

from domain.devices.compliance import Compliance, Verdict, compliance
from domain.policies.model import Selector

C = Compliance


@pytest.mark.parametrize(
    ('seen', 'whole'),
    [
        ([], C.UNEVALUATED),
        ([C.COMPLIANT], C.COMPLIANT),
        ([C.COMPLIANT, C.EXCUSED], C.EXCUSED),
        ([C.EXCUSED, C.UNKNOWN, C.COMPLIANT], C.UNKNOWN),
        ([C.COMPLIANT, C.UNKNOWN, C.VIOLATING], C.VIOLATING),
    ],
)
def test_a_device_is_as_compliant_as_its_worst_verdict(seen: list[Compliance], whole: Compliance) -> None:
    assert compliance(Verdict(status, 0.0, 1) for status in seen) is whole


def test_a_selector_without_conditions_binds_every_device() -> None:
    assert Selector().matches('tablet', {})


def test_a_selector_binds_devices_of_one_of_its_kinds_that_carry_all_its_labels() -> None:
    selector = Selector(('tablet', 'phone'), {'site': 'port-1', 'shift': 'night'})
    assert selector.matches('phone', {'site': 'port-1', 'shift': 'night', 'more': 'x'})
    assert not selector.matches('router', {'site': 'port-1', 'shift': 'night'})
    assert not selector.matches('phone', {'site': 'port-1'})
    assert not selector.matches('phone', {'site': 'port-2', 'shift': 'night'})
