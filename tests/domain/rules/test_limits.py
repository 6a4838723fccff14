"""With what a rule compares what it reads, where that is plain."""

import pytest

from domain.rules.language import Rule
from domain.rules.limits import Limit


@pytest.mark.parametrize(
    ('rule', 'limits'),
    [
        ('device.os.patch_age_days <= 60', {'device.os.patch_age_days': (Limit('<=', 60),)}),
        ('60 >= device.os.patch_age_days', {'device.os.patch_age_days': (Limit('<=', 60),)}),
        ('device.storage.free_percent >= 10.5', {'device.storage.free_percent': (Limit('>=', 10.5),)}),
        ('device.radio.rsrp > -110.0', {'device.radio.rsrp': (Limit('>', -110.0),)}),
        ('device.radio.rat != "GSM"', {'device.radio.rat': (Limit('!=', 'GSM'),)}),
        ('device.radio.plmn in ["204-08", "204-16"]', {'device.radio.plmn': (Limit('in', ('204-08', '204-16')),)}),
        ('device.storage.encrypted', {'device.storage.encrypted': (Limit('==', True),)}),
        ('!device.security.rooted', {'device.security.rooted': (Limit('==', False),)}),
        (
            'device.kind == "server" || device.battery.level >= 10.0 && device.battery.level <= 90.0',
            {'device.kind': (Limit('==', 'server'),), 'device.battery.level': (Limit('>=', 10.0), Limit('<=', 90.0))},
        ),
        (
            'version(device.os.version) >= version("14.2")',
            {'device.os.version': (Limit('>=', '14.2', version=True),)},
        ),
        ('!(device.os.patch_age_days > 60)', {}),
        ('device.kind == "server" ? device.uptime_s > 5 : device.uptime_s > 9', {}),
        ('has(device.battery.level)', {}),
    ],
)
def test_a_limit_is_what_a_value_is_compared_with(rule: str, limits: dict[str, tuple[Limit, ...]]) -> None:
    assert Rule(rule).limits == limits


def test_a_limit_says_whether_a_value_keeps_it_where_that_can_be_said() -> None:
    assert Limit('<=', 60).is_kept(60) is True
    assert Limit('<=', 60).is_kept(61) is False
    assert Limit('<=', 60).is_kept('many') is None
    assert Limit('<=', 60).is_kept(None) is None
    assert Limit('in', ('a', 'b')).is_kept('c') is False
    assert Limit('>=', '9', version=True).is_kept('10') is None
