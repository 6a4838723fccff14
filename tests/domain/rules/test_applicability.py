"""Rules about radio and SIM on a device that has no modem."""

import pytest

from domain.devices.compliance import Compliance
from domain.devices.facts import Facts, Hardware, Os
from domain.devices.model import Device, DeviceKind, DeviceState
from domain.rules.applicability import NOT_APPLICABLE, reads_modem, without_modem
from domain.rules.language import Rule, RuleInput

PC = Device(id='d', enterprise='e', name='pc', kind=DeviceKind.LAPTOP, created_at=0)


@pytest.mark.parametrize(
    ('rule', 'status'),
    [
        ('device.radio.rat != "GSM"', Compliance.NOT_APPLICABLE),
        ('device.iccid.startsWith("8931")', Compliance.NOT_APPLICABLE),
        ('tower.known', Compliance.NOT_APPLICABLE),
        ('tower.status == "up"', Compliance.NOT_APPLICABLE),
        ('device.os.version != "9"', Compliance.VIOLATING),
        ('device.os.version == "9" && device.radio.rat != "GSM"', Compliance.NOT_APPLICABLE),
        ('device.os.version != "9" && device.radio.rat != "GSM"', Compliance.VIOLATING),
        ('device.os.version == "9" || device.radio.rat != "GSM"', Compliance.COMPLIANT),
        ('device.os.patch_age_days < 60 && device.radio.rat != "GSM"', Compliance.UNKNOWN),
        ('device.storage.encrypted', Compliance.UNKNOWN),
    ],
)
def test_it_does_not_apply_where_nothing_but_the_modem_is_missing(rule: str, status: Compliance) -> None:
    asked = Rule(rule)
    state = DeviceState('d', 'e', facts=Facts(os=Os(version='9'), hardware=Hardware(modem=False)))
    answer = without_modem(asked, asked.ask(RuleInput(PC, state, None, None, 0.0)))
    assert answer.status is status
    assert reads_modem(asked) or answer is not NOT_APPLICABLE
