"""A rota is drawn from its layers, calendars and overrides, and its last lane is who is on call."""

from domain.oncall.lanes import LaneKind, lanes
from domain.oncall.model import Layer, Override, Rotation
from domain.oncall.rota import Known, Shift, at, local_day, shifts

DAY = 86_400.0
BEGIN = at(local_day(1_800_000_000.0, 'UTC'), 0, 'UTC')
END = BEGIN + 4 * DAY


def layer(name: str, *people: str) -> Layer:
    return Layer(name=name, people=people, zone='UTC', starts_on='2026-01-01', handover='00:00', turn_days=1)


def test_each_source_has_a_lane_and_the_last_one_is_what_counts() -> None:
    taken = Override(id='O', person='dan', starts_at=BEGIN + DAY, ends_at=BEGIN + 2 * DAY)
    rota = Rotation(
        id='R', enterprise='E', name='Desk', zone='UTC', created_at=0.0, changed_at=0.0,
        layers=(layer('Main', 'ann', 'bob'), layer('Other', 'cem')), overrides=(taken,),
    )  # fmt: skip
    said = Known(shifts=(Shift(BEGIN, BEGIN + DAY, 'eve', 'Google'),))
    found = lanes(rota, BEGIN, END, said)
    assert [(one.kind, one.name) for one in found] == [
        (LaneKind.LAYER, 'Main'),
        (LaneKind.LAYER, 'Other'),
        (LaneKind.CALENDAR, 'Google'),
        (LaneKind.OVERRIDES, ''),
        (LaneKind.RESULT, ''),
    ]
    assert {one.person for one in found[0].shifts} == {'ann', 'bob'}
    assert [one.person for one in found[-1].shifts] == ['eve', 'dan', 'cem']
    assert list(found[-1].shifts) == shifts(rota, BEGIN, END, said)


def test_a_gap_stands_in_the_result_alone() -> None:
    rota = Rotation(id='R', enterprise='E', name='Desk', zone='UTC', created_at=0.0, changed_at=0.0)
    (only,) = lanes(rota, BEGIN, END, Known())
    assert [(one.person, one.starts_at, one.ends_at) for one in only.shifts] == [('', BEGIN, END)]
