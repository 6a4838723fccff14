"""What rules read: values that cannot be true and texts that say nothing are not known; a clock is right until it is known to be wrong."""

from typing import Any

import pytest

from domain.devices.compliance import Compliance
from domain.devices.facts import Facts, Os, Storage
from domain.devices.model import Device, DeviceKind, DeviceState, Reporting
from domain.rules.language import Rule
from domain.rules.vocabulary import RuleInput

NOW = 1_795_910_400.0
"""2026-11-29."""
DEVICE = Device(id='d', enterprise='e', name='crane-1', kind=DeviceKind.TABLET, created_at=0.0)


def seen(facts: Facts = Facts(), reporting: Reporting | None = None, **state: Any) -> RuleInput:  # noqa: B008 (frozen)
    return RuleInput(DEVICE, DeviceState('d', 'e', facts=facts, **state), None, None, NOW, reporting)


@pytest.mark.parametrize(
    ('rule', 'facts'),
    [
        ('device.os.patch_age_days <= 60', Facts(os=Os(patch_level='2036-11-01'))),
        ('device.os.patch_level.startsWith("20")', Facts(os=Os(patch_level='2036-11-01'))),
        ('device.storage.free_percent >= 10.0', Facts(storage=Storage(True, 10, 11))),
        ('device.storage.free_bytes > 1', Facts(storage=Storage(True, 10, 11))),
        ('device.storage.total_bytes > 1', Facts(storage=Storage(True, 10, 11))),
    ],
)
def test_what_cannot_be_true_answers_unknown(rule: str, facts: Facts) -> None:
    assert Rule(rule).ask(seen(facts)).status is Compliance.UNKNOWN


def test_a_patch_of_tomorrow_is_of_today() -> None:
    assert seen(Facts(os=Os(patch_level='2026-11-30'))).value('device.os.patch_age_days') == 0


def test_what_is_beside_a_doubtful_value_is_believed() -> None:
    assert (
        Rule('device.storage.encrypted').ask(seen(Facts(storage=Storage(True, 10, 11)))).status is Compliance.COMPLIANT
    )


@pytest.mark.parametrize(
    ('reporting', 'offset_s'),
    [(None, 0.0), (Reporting('d', 'e'), 0.0), (Reporting('d', 'e', clock_offset_s=-21_600.0), -21_600.0)],
)
def test_a_clock_is_right_until_it_is_known_to_be_wrong(reporting: Reporting | None, offset_s: float) -> None:
    assert seen(reporting=reporting, last_seen=NOW).value('device.clock_offset_s') == offset_s


def test_of_a_device_that_was_never_heard_no_clock_is_known() -> None:
    assert seen().value('device.clock_offset_s') is None
