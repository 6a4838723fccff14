"""Whether a device has a modem: its own word, unless something contradicts it."""

import pytest

from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio, Rat
from domain.devices.facts import Facts, Hardware
from domain.devices.model import Device, DeviceKind, DeviceState
from domain.devices.modem import has_no_modem


@pytest.mark.parametrize(
    ('modem', 'radio', 'names', 'none'),
    [
        (False, None, Identifiers(serial='SN-1'), True),
        (None, None, Identifiers(serial='SN-1'), False),
        (True, None, Identifiers(), False),
        (False, Radio(Rat.LTE), Identifiers(), False),
        (False, None, Identifiers(imei='490154203237518'), False),
        (False, None, Identifiers(iccid='8931086416018066012'), False),
    ],
)
def test_only_a_word_that_nothing_contradicts_is_believed(
    modem: bool | None, radio: Radio | None, names: Identifiers, none: bool
) -> None:
    device = Device(id='d', enterprise='e', name='pc', kind=DeviceKind.LAPTOP, created_at=0, identifiers=names)
    state = DeviceState('d', 'e', radio=radio, facts=Facts(hardware=Hardware(modem=modem)))
    assert has_no_modem(device, state) is none
