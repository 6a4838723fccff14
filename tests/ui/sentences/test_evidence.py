"""What a rule saw, as a person says it."""

from typing import Any

import pytest

from ui.sentences.evidence import value_text


@pytest.mark.parametrize(
    ('rule', 'evidence', 'words'),
    [
        ('device.os.patch_age_days <= 60', {'device.os.patch_age_days': 74}, 'patch age 74 days, limit 60'),
        ('device.storage.free_percent >= 10.0', {'device.storage.free_percent': 4.25}, 'free storage 4.25 %, at least 10'),
        ('device.storage.encrypted', {'device.storage.encrypted': False}, 'disk encryption no'),
        ('!device.security.rooted', {'device.security.rooted': True}, 'rooted yes'),
        ('device.radio.rat != "GSM"', {'device.radio.rat': 'GSM'}, 'radio technology GSM, must not be GSM'),
        ('device.radio.plmn in ["204-08", "204-16"]', {'device.radio.plmn': '310-410'}, 'network 310-410, allowed 204-08 or 204-16'),
        (
            'device.os.patch_age_days <= 60 && device.battery.level >= 10.0',
            {'device.os.patch_age_days': 12, 'device.battery.level': 3.0},
            'battery 3 %, at least 10',
        ),
        ('size(device.network.hostname) > 3', {'device.network.hostname': 'a'}, 'network hostname a'),
        ('device.os.patch_age_days <= 60', {'device.os.patch_age_days': None}, 'patch age not reported, limit 60'),
        ('no rule at all (', {'device.custom': {'shift': 'night'}}, 'custom shift=night'),
        ('device.labels["a"] == "b"', {'device.labels': {'a': 'x' * 200}}, f'labels a={"x" * 77}…'),
    ],
)  # fmt: skip
def test_the_value_and_the_limit_that_it_passes(rule: str, evidence: dict[str, Any], words: str) -> None:
    assert value_text(rule, evidence) == words
