"""Rules: checked before they are compiled, answered yes, no, or "could not be answered, because"."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio, Rat, Registration
from domain.devices.compliance import Compliance
from domain.devices.facts import Battery, Facts, Os, Security, Storage
from domain.devices.model import Device, DeviceKind, DeviceState
from domain.rules.language import FIELDS, MOST_OVERRUNS, Answer, Rule, RuleError, RuleInput
from domain.towers.model import Tower, TowerKind, TowerState, TowerStatus

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
TOWER = Tower(id='t', enterprise='e', name='Mast', kind=TowerKind.MACRO, created_at=0.0, operator='Tel', region='Delft')
FACTS = Facts(
    os=Os('Android', '16', '2026-10-23'),
    storage=Storage(True, 1000, 125),
    battery=Battery(level=40.0),
    security=Security(rooted=False),
    uptime_s=60,
    custom={'bay': 7, 'crew': 'b'},
)
RADIO = Radio(Rat.LTE, '204', '08', 4417, 0x1A2B3, rsrp=-92.0, registration=Registration.HOME)


def ask(
    rule: str, facts: Facts = FACTS, radio: Radio | None = RADIO, tower: Tower | None = TOWER, **device: Any
) -> Answer:
    return Rule(rule).ask(seen(facts, radio, tower, **device))


def seen(facts: Facts = FACTS, radio: Radio | None = RADIO, tower: Tower | None = TOWER, **device: Any) -> RuleInput:
    known: dict[str, Any] = {
        'id': 'd',
        'enterprise': 'e',
        'name': 'crane-1',
        'kind': DeviceKind.TABLET,
        'created_at': 0.0,
        'labels': {'site': 'port-1'},
        'identifiers': Identifiers(imei='352099001761481'),
    }
    state = DeviceState('d', 'e', radio=radio, facts=facts)
    tower_state = TowerState('t', 'e', TowerStatus.UP) if tower else None
    return RuleInput(Device(**{**known, **device}), state, tower, tower_state, NOW)


YES = [
    'device.os.patch_age_days <= 60',
    'device.os.patch_age_days == 30',
    'device.storage.encrypted',
    '!device.security.rooted',
    'device.storage.free_percent == 12.5',
    'device.radio.rat != "GSM"',
    'device.radio.plmn in ["204-08", "204-04"]',
    'device.radio.cell == "204-08-4417-0x1A2B3"',
    'device.radio.registration == "home"',
    'device.radio.rsrp > -100.0',
    'device.radio.rsrp > -100',
    'device.battery.level in [40, 50] && device.uptime_s < 60.5',
    'has (\n device.name) && device.name == "crane-1" && "has(device.name)" != ""',
    'device.labels.site == "port-1"',
    'device.labels["site"] == "port-1"',
    '"site" in device.labels',
    'device.custom.bay == 7',
    'device.custom.crew.startsWith("b")',
    'device.kind == "tablet"',
    'device.name.matches("^crane-[0-9]+$")',
    'device.imei.size() == 15',
    'device.uptime_s >= 60',
    'device.interval_s == 60',
    'device.criticality in ["normal", "low"]',
    '!device.quarantined',
    'tower.known && tower.status == "up" && tower.operator == "Tel" && tower.region == "Delft"',
    'now > timestamp("2026-01-01T00:00:00Z")',
    '!has(device.battery.health)',
    'has(device.battery.level) && device.battery.level > 10.0',
    'has(device.battery.health) ? device.battery.health > 50.0 : true',
    '!has(device.hardware.model)',
    "device.name != 'device.nothing' // device.neither\n && true",
    'device.name != """tower.nothing\n device.neither"""',
    r'device.name != "\"device.nothing\""',
    r"device.name.matches(r'^\w+-\d$')",
]


@pytest.mark.parametrize('rule', YES)
def test_a_rule_that_holds_makes_the_device_compliant(rule: str) -> None:
    answer = ask(rule)
    assert (answer.status, answer.reason) == (Compliance.COMPLIANT, None)


def test_a_rule_that_does_not_hold_is_a_violation_with_the_values_it_saw() -> None:
    answer = ask('device.os.patch_age_days <= 7 && device.storage.encrypted')
    assert answer.status is Compliance.VIOLATING
    assert answer.evidence == {'device.os.patch_age_days': 30, 'device.storage.encrypted': True}


def test_a_device_on_no_tower_of_ours_is_on_an_unknown_one() -> None:
    assert ask('tower.known', tower=None).status is Compliance.VIOLATING
    assert ask('tower.status == "up"', tower=None).status is Compliance.UNKNOWN


def test_what_was_not_reported_makes_the_answer_unknown_and_is_named() -> None:
    answer = ask('device.os.patch_age_days <= 7', facts=Facts())
    assert answer.status is Compliance.UNKNOWN
    assert answer.reason == 'not reported: device.os.patch_age_days'
    assert answer.evidence == {'device.os.patch_age_days': None}


def test_a_device_without_a_radio_cannot_break_a_radio_rule() -> None:
    assert ask('device.radio.rsrp > -100.0', radio=None).status is Compliance.UNKNOWN


def test_an_empty_patch_level_is_not_reported() -> None:
    assert (
        ask('device.os.patch_age_days <= 7', facts=Facts(os=Os('Linux', patch_level=''))).status is Compliance.UNKNOWN
    )


def test_a_missing_value_does_not_matter_when_the_other_side_decides() -> None:
    assert ask('device.hardware.model == "X" || device.kind == "tablet"').status is Compliance.COMPLIANT
    assert ask('device.hardware.model == "X" && device.kind == "phone"').status is Compliance.VIOLATING


@pytest.mark.parametrize(
    ('rule', 'reason'), [('1 / device.custom.zero == 1', 'zero'), ('device.custom.crew > 3', 'is reported as text')]
)
def test_a_rule_that_errs_on_a_device_is_unknown_with_the_reason(rule: str, reason: str) -> None:
    answer = ask(rule, facts=Facts(custom={'zero': 0, 'crew': 'b'}))
    assert answer.status is Compliance.UNKNOWN
    assert reason in (answer.reason or '')


def test_a_rule_that_takes_too_long_is_unknown_and_soon_asked_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    rule, view = Rule('device.kind == "tablet"'), seen()
    monkeypatch.setattr('domain.rules.language.DEADLINE_S', -1.0)
    for _ in range(MOST_OVERRUNS):
        assert not rule.suspended
        assert rule.ask(view).reason == 'took too long'
    monkeypatch.undo()
    assert rule.suspended
    assert rule.ask(view) == Answer(Compliance.UNKNOWN, {'device.kind': 'tablet'}, 'took too long')
    assert Rule(rule.text).ask(view).status is Compliance.COMPLIANT


def test_a_busy_machine_is_not_held_against_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    rule, wall = Rule('device.kind == "tablet"'), iter(range(100))
    monkeypatch.setattr('domain.rules.language.time.perf_counter', lambda: float(next(wall)))
    assert [rule.ask(seen()).status for _ in range(5)] == [Compliance.COMPLIANT] * 5
    assert not rule.suspended


BROKEN = {
    'a field that does not exist': ('device.os.patch_age <= 60', 1, 1, 'did you mean device.os.patch_age_days?'),
    'a slip in a group': ('device.battery.lvl > 3.0', 1, 1, 'did you mean device.battery.level?'),
    'a slip on the second line': ('device.kind ==\n  device.nme', 2, 3, 'did you mean device.name?'),
    'a slip in the tower': ('tower.state == "up"', 1, 1, 'did you mean tower.status?'),
    'a field of a field': ('device.name.first == "x"', 1, 1, 'there is no field device.name.first'),
    'the whole device': ('device == 1', 1, 1, 'name a field of device'),
    'a field by index': ('device["kind"] == "x"', 1, 1, 'name a field of device'),
    'a whole group': (
        'device.battery == 1',
        1,
        1,
        'device.battery is a group; name one of its fields: charging, health, level',
    ),
    'an unknown variable': ('foo == 1', 1, 1, 'there is nothing called foo'),
    'an unfinished rule': ('device.kind ==', 1, 15, 'the rule ends too early'),
    'an unfinished text': ('device.kind == "tablet', 1, 16, 'this text has no closing quote'),
    'an open bracket': ('(device.battery.level > 20', 1, 27, ') is missing'),
    'a bracket too many': ('device.battery.level > 20)', 1, 26, ') does not fit here'),
    'one equals sign': ('device.battery.level = 20', 1, 22, 'write =='),
    'a word for a sign': ('device.security.screen_lock and true', 1, 29, 'write &&'),
    'a version and a number': ('version(device.name) > 3', 1, 22, 'between a version and a number'),
    'a version of a number': ('version(1) == version("1")', 1, 8, 'version does not work on a number'),
    'a method that is a function': ('device.os.version.version() == version("1")', 1, 26, 'as in version("12.1")'),
    'things that do not compare': ('now > 3', 1, 5, '> does not work between a moment and a number'),
    'a code that is text': ('device.radio.mcc == 204', 1, 18, '== does not work between text and a number'),
    'text in numbers': ('device.name in [1, 2]', 1, 13, 'in does not work between text and a list'),
    'a fraction plus a number': (
        'device.battery.level + 1 > 3',
        1,
        22,
        '+ does not work between a fraction and a number',
    ),
    'a label that is a number': ('has(device.labels.site) &&\n device.labels.site > 1', 2, 21, '> does not work'),
    'no question': ('device.battery.level', 1, 1, 'yes or no'),
    'a number': ('1 + 1', 1, 1, 'yes or no'),
    'nothing': ('', 1, 1, ''),
    'a novel': ('true ' * 1000, 1, 1, 'at most 4000 characters'),
}


@pytest.mark.parametrize(('rule', 'line', 'column', 'words'), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_rule_is_refused_with_line_column_and_advice(rule: str, line: int, column: int, words: str) -> None:
    with pytest.raises(RuleError) as refused:
        Rule(rule)
    assert (refused.value.line, refused.value.column) == (line, column)
    assert words in refused.value.problem
    assert refused.value.field == 'rule'


def test_a_rule_knows_what_it_reads() -> None:
    rule = Rule(
        'device.radio.rsrp > -100.0 && tower.known && device.name.size() > 1 && device.labels.exists(k, k == "site")'
    )
    assert rule.paths == {'device.radio.rsrp', 'tower.known', 'device.name', 'device.labels'}
    assert rule.reads_tower


@pytest.mark.parametrize(
    ('rule', 'timed'),
    [
        ('now > timestamp("2026-01-01T00:00:00Z")', True),
        ('device.os.patch_age_days <= 60', True),
        ('device.os.patch_level == "2026-05-01"', False),
        ('device.name != "now"', False),
        ('device.custom.now == 1', False),
    ],
)
def test_a_rule_knows_whether_time_alone_can_change_its_answer(rule: str, timed: bool) -> None:
    assert Rule(rule).timed is timed


@pytest.mark.parametrize('path', [path for path, kind in FIELDS.items() if not kind.startswith('map')])
def test_every_field_that_is_offered_can_be_asked_for(path: str) -> None:
    assert Rule(f'has({path})').paths == {path}
