"""A custom value of another kind than the rule compares with is no answer, and the reason says what kind it is."""

import pytest

from domain.devices.compliance import Compliance
from domain.devices.facts import Facts
from domain.rules.language import Answer, Rule
from domain.rules.vocabulary import CUSTOM
from tests.domain.rules.test_language import seen

Value = str | int | float | bool
FLAG = 'device.custom.x is reported as text, not as true or false'
NUMBER = 'device.custom.x is reported as text, not as a number'
TEXT = 'device.custom.x is reported as a number, not as text'
OTHER_KIND = [
    ('device.custom.x == true', 'true', FLAG),
    ('true != device.custom.x', 'true', FLAG),
    ('device.custom["x"] == true', 'true', FLAG),
    ('device . custom . x == // as reported\n true', 'true', FLAG),
    ('!device.custom.x', 'true', FLAG),
    ('device.custom.x && tower.known', 'true', FLAG),
    ('(device.custom.x ? 1 : 2) == 1', 'true', FLAG),
    ('device.custom.x == 7', '7', NUMBER),
    ('device.custom.x < 7.5', '7', NUMBER),
    ('device.custom.x in [7, 8]', '7', NUMBER),
    ('[7, 8].exists(n, n == device.custom.x)', '7', NUMBER),
    ('(tower.known ? device.custom.x : 1) == -7', '7', NUMBER),
    ('device.custom.x == 1', True, 'device.custom.x is reported as true or false, not as a number'),
    ('device.custom.x == "7"', 7, TEXT),
    ('device.custom.x >= "7"', 7, TEXT),
    ('device.custom.x.startsWith("7")', 7, TEXT),
    ('version(device.custom.x) >= version("7")', 7.1, TEXT),
    ('device.custom.x in ["7", true]', 7, 'device.custom.x is reported as a number, not as true or false or text'),
    ('device.custom.all(k, device.custom[k] == 1)', '1', NUMBER),
    ('has(device.custom.x) && device.custom.x == true', 'true', FLAG),
]  # fmt: skip
ANSWERED = [
    ('device.custom.x == true', True, Compliance.COMPLIANT),
    ('device.custom.x == true', False, Compliance.VIOLATING),
    ('device.custom.x != "a"', 'b', Compliance.COMPLIANT),
    ('device.custom.x == 7', 7.0, Compliance.COMPLIANT),
    ('device.custom.x == true || device.custom.x == "true"', 'true', Compliance.COMPLIANT),
    ('device.custom.x == true || device.custom.x == "true"', True, Compliance.COMPLIANT),
    ('device.custom.x in ["7", 7, true]', 'eight', Compliance.VIOLATING),
    ('has(device.custom.x)', 'true', Compliance.COMPLIANT),
    ('"x" in device.custom', 'true', Compliance.COMPLIANT),
    ('device.custom.x == device.labels.site', 7, Compliance.VIOLATING),
    ('string(device.custom.x) == "7"', 7, Compliance.COMPLIANT),
    ('device.custom.x == true || device.kind == "tablet"', 'true', Compliance.COMPLIANT),
    ('device.custom.x == true && device.kind == "phone"', 'true', Compliance.VIOLATING),
    (
        'device.custom.exists(k, device.custom[k] == "no") ? false : device.custom.x != "no"',
        'yes',
        Compliance.COMPLIANT,
    ),
    ('"device.custom.x" != "" && device.custom.x != "device.custom"', 'a', Compliance.COMPLIANT),
]


@pytest.mark.parametrize(('rule', 'value', 'reason'), OTHER_KIND)
def test_a_value_of_another_kind_is_no_answer(rule: str, value: Value, reason: str) -> None:
    answer = asked(rule, value)
    assert (answer.status, answer.reason) == (Compliance.UNKNOWN, reason)
    assert answer.evidence[CUSTOM] == {'x': value}


@pytest.mark.parametrize(('rule', 'value', 'status'), ANSWERED)
def test_a_value_of_the_kind_is_answered(rule: str, value: Value, status: Compliance) -> None:
    assert asked(rule, value).status is status


@pytest.mark.parametrize('stored', [True, False])
def test_a_value_that_is_not_reported_stays_so(stored: bool) -> None:
    answer = Rule('device.custom.x == true', stored=stored).ask(seen(Facts(custom={'y': 1})))
    assert (answer.status, answer.reason) == (Compliance.UNKNOWN, 'Key not found in map : "x"')


@pytest.mark.parametrize(
    'rule',
    [
        'device.custom == {"x": true}',
        '{"x": true} == device.custom',
        'device.custom in [{"x": true}]',
        '[device.custom] == [{"x": true}]',
    ],
)
def test_all_custom_values_are_compared_with_all_that_are_reported(rule: str) -> None:
    reported: dict[str, dict[str, Value]] = {
        'these': {'x': True},
        'one more': {'x': True, 'y': 'no'},
        'none': {'y': 'no'},
    }
    said = {name: Rule(rule).ask(seen(Facts(custom=custom))).status for name, custom in reported.items()}
    assert said == {'these': Compliance.COMPLIANT, 'one more': Compliance.VIOLATING, 'none': Compliance.VIOLATING}


def test_rules_that_compare_one_value_differently_share_an_activation() -> None:
    rules = [Rule('device.custom.x == true'), Rule('device.custom.x == "true"'), Rule('has(device.custom.x)')]
    assert [rule.inputs for rule in rules] == [{'device.custom_flag'}, {'device.custom_text'}, {CUSTOM}]
    assert [rule.paths for rule in rules] == [{CUSTOM}] * 3


def asked(rule: str, value: Value) -> Answer:
    return Rule(rule).ask(seen(Facts(custom={'x': value})))
