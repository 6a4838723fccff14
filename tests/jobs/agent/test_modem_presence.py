"""Whether a machine has a modem: said when it is known, and not before."""

from pathlib import Path

import pytest

from jobs.agent.modem_presence import SETTLED_S, has_modem

UP = SETTLED_S + 1


def test_a_machine_without_any_says_so_some_time_after_its_start(tmp_path: Path) -> None:
    (tmp_path / 'sys/class/net/eth0').mkdir(parents=True)
    (tmp_path / 'sys/class/net/eth0/uevent').write_text('INTERFACE=eth0\n')
    assert has_modem({'modem-list': []}, UP, tmp_path) is False
    assert has_modem(None, UP, tmp_path) is False
    assert has_modem({'modem-list': []}, SETTLED_S - 1, tmp_path) is None
    assert has_modem({'modem-list': ['/org/freedesktop/ModemManager1/Modem/0']}, 5, tmp_path) is True


def test_where_the_kernel_shows_nothing_nothing_is_said(tmp_path: Path) -> None:
    assert has_modem(None, UP, tmp_path) is None


@pytest.mark.parametrize(
    'place', ['sys/class/wwan/wwan0', 'sys/class/usbmisc/cdc-wdm0', 'sys/bus/usb-serial/drivers/option1/ttyUSB2']
)
def test_a_modem_that_the_kernel_knows_is_one(tmp_path: Path, place: str) -> None:
    (tmp_path / 'sys/class/net').mkdir(parents=True)
    (tmp_path / place).mkdir(parents=True)
    assert has_modem(None, UP, tmp_path) is True


def test_a_network_device_of_a_modem_is_known_by_its_type(tmp_path: Path) -> None:
    (tmp_path / 'sys/class/net/wwp0s20').mkdir(parents=True)
    (tmp_path / 'sys/class/net/wwp0s20/uevent').write_text('DEVTYPE=wwan\nINTERFACE=wwp0s20\n')
    assert has_modem({'modem-list': []}, UP, tmp_path) is True
