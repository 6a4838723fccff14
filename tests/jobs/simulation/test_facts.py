from datetime import date
from itertools import pairwise

from domain.devices.facts import Battery, Facts, Os, Security, Storage, check_facts
from jobs.simulation.facts import SOUND, Condition, facts, news
from jobs.simulation.population import Fleet

TODAY = date(2026, 11, 22)


def test_a_sound_device_meets_every_starter_policy_and_a_drifted_one_breaks_its_own(fleet: Fleet) -> None:
    device = next(d for d in fleet.devices if d.patch_age_days <= 60)
    sound = facts(device, SOUND, 0, TODAY)
    assert (TODAY - date.fromisoformat(sound['os']['patch_level'])).days <= 60
    assert sound['storage']['encrypted'] is True
    assert sound['storage']['free_bytes'] >= 0.1 * sound['storage']['total_bytes']
    assert sound['security']['rooted'] is False
    ill = facts(device, Condition(patch_age_days=74, encrypted=False, rooted=True, free_share=0.04), 0, TODAY)
    assert (TODAY - date.fromisoformat(ill['os']['patch_level'])).days > 60
    assert ill['storage']['encrypted'] is False
    assert ill['storage']['free_bytes'] < 0.1 * ill['storage']['total_bytes']
    assert ill['security']['rooted'] is True


def test_batteries_drain_and_charge_and_the_facts_stay_valid_all_day(fleet: Fleet) -> None:
    device = next(d for d in fleet.devices if d.model.battery)
    day = [facts(device, SOUND, scene, TODAY) for scene in range(0, 1440, 10)]
    assert {groups['battery']['charging'] for groups in day} == {True, False}
    levels = [groups['battery']['level'] for groups in day]
    assert max(levels) > 90
    assert min(levels) < 30
    for groups in day:
        check_facts(
            Facts(
                os=Os(**groups['os']),
                storage=Storage(**groups['storage']),
                battery=Battery(**groups['battery']),
                security=Security(**groups['security']),
                uptime_s=groups['uptime_s'],
                custom=groups['custom'],
            )
        )


def test_storage_fills_during_the_day_and_is_cleared(fleet: Fleet) -> None:
    device = fleet.devices[0]
    free = [facts(device, SOUND, scene, TODAY)['storage']['free_bytes'] for scene in range(0, 1440, 60)]
    assert any(later < earlier for earlier, later in pairwise(free))
    assert any(later > earlier for earlier, later in pairwise(free))


def test_only_groups_that_changed_are_worth_another_report(fleet: Fleet) -> None:
    device = next(d for d in fleet.devices if d.model.battery)
    told = facts(device, SOUND, 0, TODAY)
    assert news({}, told) == told
    assert news(told, facts(device, SOUND, 1, TODAY)) is None
    changed = news(told, facts(device, Condition(encrypted=False), 1, TODAY))
    assert changed is not None
    assert set(changed) == {'storage', 'uptime_s'}
