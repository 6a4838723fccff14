"""Other names for the parts of an observation are taken where they mean one thing alone, by the technology."""

from typing import Any

import pytest

from domain.cellular.names import as_named


@pytest.mark.parametrize(
    ('said', 'meant'),
    [
        ({'rat': 'GSM', 'lac': 1141}, {'tac': 1141}),
        ({'rat': '3g', 'LAC': 1141, 'CID': 7}, {'tac': 1141, 'cell_id': 7}),
        ({'rat': 'LTE', 'eci': 1714995, 'tac': 4417}, {'cell_id': 1714995, 'tac': 4417}),
        ({'rat': 'NR', 'nci': 5}, {'cell_id': 5}),
        ({'rat': 'LTE', 'ci': '6699-51'}, {'cell_id': '6699-51'}),
        ({'rat': 'LTE', 'cellId': 9, 'trackingAreaCode': 4}, {'cell_id': 9, 'tac': 4}),
        ({'rat': 'LTE', 'plmn': '20408'}, {'mcc': '204', 'mnc': '08'}),
        ({'rat': 'LTE', 'plmn': '310-260'}, {'mcc': '310', 'mnc': '260'}),
        ({'rat': 'LTE', 'mcc_mnc': 20408}, {'mcc': '204', 'mnc': '08'}),
        ({'rat': 'LTE', 'plmn': '204 08', 'mcc': 204, 'mnc': 8}, {'mcc': 204, 'mnc': 8}),
        ({'rat': 'LTE', 'plmn': '204-08', 'mcc': None}, {'mcc': '204', 'mnc': '08'}),
        ({'rat': 'GSM', 'rssi': -80, 'bsic': 12}, {'rsrp': -80, 'pci': 12}),
        ({'rat': 'UMTS', 'rscp': -90, 'psc': 100, 'uarfcn': 10_600}, {'rsrp': -90, 'pci': 100, 'arfcn': 10_600}),
        ({'rat': 'NR', 'ss-rsrp': -90, 'ssSinr': 3, 'nrarfcn': 6}, {'rsrp': -90, 'sinr': 3, 'arfcn': 6}),
        ({'technology': 'lte', 'earfcn': 6300, 'SNR': 4}, {'rat': 'lte', 'arfcn': 6300, 'sinr': 4}),
        ({'rat': 'LTE', 'is_roaming': True, 'regStatus': 5}, {'roaming': True, 'registration': 5}),
    ],
)
def test_a_name_that_means_one_thing_is_taken_for_it(said: dict[str, Any], meant: dict[str, Any]) -> None:
    found, renamed, odd = as_named(said)
    assert {name: found[name] for name in meant} == meant
    assert set(found) <= {'rat', *meant}
    assert renamed or odd == []
    assert odd == []


@pytest.mark.parametrize(
    ('said', 'why'),
    [
        ({'rat': 'LTE', 'lac': 1141}, 'is a value of GSM or UMTS, and the technology is LTE'),
        ({'rat': 'LTE', 'rssi': -60}, 'is a value of GSM, and the technology is LTE'),
        ({'rat': 'LTE', 'nci': 6}, 'is a value of NR, and the technology is LTE'),
        ({'rat': 'GSM', 'eci': 6}, 'is a value of LTE, and the technology is GSM'),
        ({'rat': 'GSM', 'lac': 1, 'tac': 2}, 'means radio.tac, which is told as well and differs'),
        ({'rat': 'LTE', 'plmn': 'KPN'}, 'is a network as MCC and MNC, such as "204-08", not \'KPN\''),
        ({'rat': 'LTE', 'plmn': 204}, 'is a network as MCC and MNC, such as "204-08", not 204'),
    ],
)
def test_one_that_could_mean_another_thing_is_refused_in_words(said: dict[str, Any], why: str) -> None:
    _, renamed, odd = as_named(said)
    assert ([one.detail for one in odd], renamed) == ([why], [])


def test_names_of_nothing_and_names_without_a_technology_stay_as_they_are() -> None:
    assert as_named({'rat': 'LTE', 'x': 1, 'cell': 3}) == ({'rat': 'LTE', 'x': 1, 'cell': 3}, [], [])
    assert as_named({'lac': 1})[0] == {'lac': 1}
