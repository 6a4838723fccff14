"""The network of a SIM."""

import pytest

from domain.cellular.networks import home_network


@pytest.mark.parametrize(
    ('imsi', 'network'),
    [
        ('204080123456789', '204-08'),
        ('310260123456789', '310-260'),
        ('20408', None),
        ('20408abc', None),
        (None, None),
    ],
)
def test_the_network_is_read_from_the_imsi(imsi: str | None, network: str | None) -> None:
    assert home_network(imsi) == network
