"""The word for a component, from how its members stand."""

import pytest

from domain.status_page.status import ComponentStatus, MemberCounts, component_status


@pytest.mark.parametrize(
    ('members', 'towers', 'devices'),
    [
        (MemberCounts(up=3), 'operational', 'operational'),
        (MemberCounts(up=3, unknown=9), 'operational', 'operational'),
        (MemberCounts(up=99, down=1), 'partial_outage', 'operational'),
        (MemberCounts(up=95, down=5), 'partial_outage', 'degraded_performance'),
        (MemberCounts(up=80, down=20), 'partial_outage', 'partial_outage'),
        (MemberCounts(down=2), 'major_outage', 'major_outage'),
        (MemberCounts(down=2, maintenance=1), 'major_outage', 'major_outage'),
        (MemberCounts(up=2, degraded=1), 'degraded_performance', 'degraded_performance'),
        (MemberCounts(up=2, maintenance=1), 'operational', 'operational'),
        (MemberCounts(maintenance=1, unknown=1), 'under_maintenance', 'under_maintenance'),
        (MemberCounts(unknown=4), 'unknown', 'unknown'),
        (MemberCounts(), 'unknown', 'unknown'),
    ],
)
def test_one_dead_tower_is_an_outage_and_a_few_silent_devices_are_none(
    members: MemberCounts, towers: str, devices: str
) -> None:
    assert component_status(members) == ComponentStatus(towers)
    assert component_status(members, by_share=True) == ComponentStatus(devices)
