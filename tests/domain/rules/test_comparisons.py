"""Comparisons that can never be meant are refused where they stand, with what to write instead; a stored rule has a doubt and goes on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.devices.compliance import Compliance
from domain.devices.facts import Agent, Battery, Facts, Network, Os, Security
from domain.devices.model import DeviceKind
from domain.policies.starter import starter_policies
from domain.rules.language import Answer, Rule, RuleError
from domain.rules.values import WORDS
from domain.rules.vocabulary import FIELDS
from tests.domain.rules.test_language import seen

VERSION = 'write version(device.os.version) >= version("12")'
GSM = 'did you mean "GSM"?'
REFUSED = {
    'a version as text': ('device.os.version >= "12"', 1, 19, VERSION),
    'the other side': ('"12" <= device.os.version', 1, 6, 'write version("12") <= version(device.os.version)'),
    'a version of the agent': ('device.agent.version < "1.10"', 1, 22, 'write version(device.agent.version) <'),
    'on another line': ('device.kind == "phone" ||\n  !(device.os.version\n  < "12")', 3, 3, 'write version('),
    'in a branch': ('(device.kind == "phone" ? "12" : "13") > device.os.version', 1, 40, 'write version("12") > version('),
    'a field in a branch': ('(tower.known ? device.os.version : device.os.name) > "12"', 1, 52, 'write version('),
    'in a loop': ('["12", "13"].exists(v, device.os.version >= v)', 1, 42, VERSION),
    'a field in a loop': ('[device.os.version].all(v, v >= "12")', 1, 30, VERSION),
    'in a list made by map': ('["12"].map(v, v + ".1").exists(v, device.os.version >= v)', 1, 53, 'version("12.1")'),
    'in a filtered list': ('[device.os.version].filter(v, true)[0] >= "12"', 1, 40, VERSION),
    'in a map': ('{"least": "12"}["least"] <= device.os.version', 1, 26, 'write version("12")'),
    'joined texts': ('device.os.version >= "1" + "2"', 1, 19, VERSION),
    'joined with the field': ('device.os.version + ".0" >= "12.0"', 1, 26, 'write version('),
    'by way of a conversion': ('string(device.os.version) >= "12"', 1, 27, VERSION),
    'as anything': ('dyn(device.os.version) >= "12"', 1, 24, VERSION),
    'as a fraction': ('double(device.os.version) >= 9.9', 1, 27, 'write version(device.os.version) >='),
    'a number': ('device.os.version >= 12', 1, 19, 'write version(device.os.version) >='),
    'a date as text': (
        'device.os.patch_level >= "2026-1-1"', 1, 23,
        'write version(device.os.patch_level) >= version("2026-01-01"), or ask device.os.patch_age_days',
    ),
    'a whole date as text': ('"2026-05-01" < device.os.patch_level', 1, 14, 'version("2026-05-01") < version('),
    'half a version': ('version(device.os.version) >= "12"', 1, 28, 'a version and text; write version() around both'),
    'half a version, as equal': ('"12" == version(device.os.version)', 1, 6, 'write version() around both'),
    'half a version, in a list': ('version(device.os.version) in ["12"]', 1, 28, 'write version() around both'),
    'half a version of two fields': ('version(device.os.version) >= device.custom.least', 1, 28, 'version(device.custom.least)'),
    'no version': ('version(device.os.version) >= version("latest")', 1, 39, 'is no version'),
    'a version that is no date': ('version(device.os.patch_level) > version("2026.5")', 1, 42, 'YYYY-MM-DD'),
    'a word': ('device.radio.rat != "2G"', 1, 21, GSM),
    'a word on the other side': ('"2G" == device.radio.rat', 1, 1, GSM),
    'a word in a list': ('!(device.radio.rat in ["LTE", "2G"])', 1, 31, GSM),
    'a list in a word': ('"2G" in [device.radio.rat]', 1, 1, GSM),
    'a word in a map': ('device.radio.rat in {"2G": true}', 1, 22, GSM),
    'lists of words': ('[device.radio.rat] == ["2G"]', 1, 24, GSM),
    'a word in a branch': ('device.radio.rat == (tower.known ? "2G" : "LTE")', 1, 36, GSM),
    'one of two fields': ('(tower.known ? device.kind : device.radio.rat) == "2G"', 1, 51, '"other", and never "2G"'),
    'a word in a loop': ('["2G", "3G"].all(bad, device.radio.rat != bad)', 1, 2, GSM),
    'a word in capitals': ('device.kind == "Router"', 1, 16, '"vehicle", "server" or "other", and never "Router"; did you mean "router"?'),
    'a word of the network': ('device.radio.registration == "Registered"', 1, 30, 'did you mean "home"?'),
    'a state of a tower': ('tower.status != "offline"', 1, 17, '"up", "degraded", "down", "unreachable", "unknown" or "maintenance"'),
    'a sort of tower': ('tower.kind == "Macro"', 1, 15, 'did you mean "macro"?'),
    'a criticality': ('device.criticality in ["critical"]', 1, 24, '"low", "normal", "high" or "vital"'),
    'words in order': ('device.criticality >= "high"', 1, 20, 'device.criticality in ["high", "vital"]'),
    'no word at all': ('device.radio.rat != ""', 1, 21, '!has(device.radio.rat)'),
    'the beginning of a word': ('device.radio.rat.startsWith("2")', 1, 29, 'none of them begins with "2"'),
    'the end of a word': ('device.kind.endsWith("ers")', 1, 22, 'none of them ends with "ers"'),
    'part of a word': ('device.kind.contains("Phone")', 1, 22, 'none of them contains "Phone"'),
    'a pattern of a word': ('device.radio.rat.matches("^[0-9]G$")', 1, 26, 'none of them matches'),
    'a network': ('device.radio.plmn == "20408"', 1, 22, 'MCC-MNC, such as "204-08", and never "20408"; did you mean "204-08"?'),
    'networks': ('device.radio.plmn in ["204-08", "31026"]', 1, 33, 'did you mean "310-26"?'),
    'the beginning of a network': ('device.radio.plmn.startsWith("2040")', 1, 30, 'never begins with "2040"'),
    'a country': ('device.radio.mcc == "0204"', 1, 21, '3 digits'),
    'an operator': ('device.radio.mnc == "8"', 1, 21, 'did you mean "08"?'),
    'a cell': ('device.radio.cell == "204-08-4417-1714995"', 1, 22, '0xCELL'),
    'an IMEI': ('device.imei == "35209900176148"', 1, 16, 'did you mean "352099001761481"?'),
    'an IMEI with blanks': ('device.imei == "35 209900 176148 1"', 1, 16, 'did you mean "352099001761481"?'),
    'an ICCID': ('device.iccid == "898600c7440012345678"', 1, 17, 'did you mean "898600C7440012345678"?'),
    'an IMSI': ('device.imsi == "20408"', 1, 16, '14 or 15 digits'),
    'an IMSI in order': ('device.imsi >= "20408"', 1, 16, '14 or 15 digits'),
    'a telephone number': ('device.msisdn == "0031612345678"', 1, 18, 'did you mean "+31612345678"?'),
    'a date': ('device.os.patch_level == "2026-5-1"', 1, 26, 'did you mean "2026-05-01"?'),
    'a day that is none': ('device.os.patch_level != "2026-02-30"', 1, 26, 'YYYY-MM-DD'),
    'nothing': ('device.custom.boat != null', 1, 23, '!has(device.custom.boat)'),
    'addresses in order': ('device.network.ip < "192.0.2.9"', 1, 19, 'startsWith'),
    'more than there is': ('device.battery.level > 150', 1, 24, 'device.battery.level is between 0 and 100'),
    'a number on the other side': ('150.0 < device.battery.level', 1, 1, 'between 0 and 100'),
    'a signal of a marker': ('device.radio.rsrp == -1000', 1, 22, 'device.radio.rsrp is between -160 and -20'),
    'a signal without its sign': ('device.radio.rsrp < 110.0', 1, 21, 'between -160 and -20'),
    'a negated number': ('device.radio.rsrp == -(1000)', 1, 24, 'a comparison with -1000'),
    'numbers in a list': ('device.radio.pci in [1, 1008]', 1, 25, 'between 0 and 1,007'),
    'less than nothing': ('device.storage.free_bytes == -1', 1, 30, 'is 0 or more'),
    'a cell beyond all': ('device.radio.cell_id != 68719476736', 1, 25, 'between 0 and 68,719,476,735'),
    'an empty text': ('device.os.version == ""', 1, 22, 'device.os.version is never ""; what is not reported is asked for by !has('),
    'a text that says nothing': ('device.network.hostname != "unknown"', 1, 28, '!has(device.network.hostname)'),
    'an empty serial number': ('device.serial != ""', 1, 18, '!has(device.serial)'),
    'nothing added to a word': ('device.kind + "" == "Router"', 1, 21, 'and never "Router"; did you mean "router"?'),
    'nothing before it': ('"Router" == "" + device.kind', 1, 1, 'did you mean "router"?'),
    'nothing added to a network': ('device.radio.plmn + "" == "20408"', 1, 27, 'did you mean "204-08"?'),
    'nothing added in a list': ('"Router" in [device.kind + ""]', 1, 1, 'did you mean "router"?'),
    'something added': ('device.kind + "s" == "router"', 1, 22, 'what is made of device.kind here is "phones", "tablets"'),
    'something added in a loop': ('[device.kind].exists(k, k + "s" == "router")', 1, 36, '"routers"'),
    'something added in a branch': ('(tower.known ? "x" : "y") + device.kind == "phone"', 1, 44, 'is "xphone"'),
    'the beginning of a made word': ('(device.kind + "x").startsWith("phoney")', 1, 32, 'none of them begins with "phoney"'),
    'a word in a text': ('"Router, Phone".contains(device.kind)', 1, 1, '"Router, Phone" contains none of them'),
    'a text that begins with a word': ('"Router".startsWith(device.kind)', 1, 1, '"Router" begins with none of them'),
    'a flag as text': ('string(device.quarantined) == "True"', 1, 31, 'is "false" or "true", and never "True"'),
    'a number as text': ('string(device.battery.level) == "full"', 1, 33, 'is a number, and its text never "full"'),
    'longer than any word': ('size(device.kind) > 20', 1, 21, 'what is made of device.kind here is between 5 and 7'),
    'longer than any form': ('device.radio.plmn.size() == 5', 1, 29, 'is between 6 and 7'),
    'a size below nothing': ('size(device.name) < 0', 1, 21, 'is 0 or more'),
    'a size of nothing': ('size(device.os.version) == 0', 1, 28, 'is 1 or more'),
    'more than the most': ('device.battery.level > 100', 1, 24, 'is between 0 and 100'),
    'less than the least': ('0 > device.uptime_s', 1, 1, 'is 0 or more'),
    'reckoned': ('device.battery.level * 2.0 > 300.0', 1, 30, 'here is between 0 and 200, so that a comparison with 300'),
    'reckoned on both sides': ('device.battery.level + device.battery.health > 500.0', 1, 48, 'between 0 and 200'),
    'reckoned from a literal': ('100.0 - device.battery.level > 100.5', 1, 32, 'between 0 and 100'),
    'reckoned of literals': ('device.battery.level > 100.0 + 50.0', 1, 24, 'between 0 and 100'),
    'divided': ('device.interval_s / 60 > 100000', 1, 26, 'so that a comparison with 100000'),
    'a rest': ('device.interval_s % 60 == 60', 1, 27, 'between 0 and 59'),
    'a sign turned': ('-device.radio.rsrp > 500.0', 1, 22, 'between 20 and 160'),
    'converted': ('int(device.battery.level) > 150', 1, 29, 'between 0 and 100'),
    'with itself': ('device.kind != device.kind', 1, 13, 'device.kind is compared with itself'),
    'in nothing': ('device.kind in []', 1, 13, 'nothing is in an empty list'),
    'the first of two': ('device.radio.rat == "6G" && device.kind == "Router"', 1, 21, 'never "6G"'),
}  # fmt: skip
ALLOWED = [
    *[policy.rule for policy in starter_policies(('204-08', '204-16'))],
    'version(device.os.version) >= version("12.1")',
    'version("9") <= version(device.agent.version)',
    'version(device.os.version) in [version("12"), version("13")]',
    'version(device.os.patch_level) >= version("2026-05-01")',
    'version(device.custom.firmware) != version("1.2-rc1")',
    'device.os.version == "12"',
    'device.os.version != "9" && device.os.version.startsWith("1")',
    'device.os.version in ["12", "13"]',
    'device.os.version.size() >= 2',
    'int(device.os.version) >= 12',
    'device.os.patch_level == "2026-05-01"',
    'device.os.patch_level.startsWith("2026-")',
    'timestamp(device.os.patch_level + "T00:00:00Z") > timestamp("2026-01-01T00:00:00Z")',
    'device.battery.level <= 100.0 && device.battery.level > 0 && device.radio.rsrp > -110',
    'device.clock_offset_s > -1e9 && device.uptime_s < 1000000000 && device.os.patch_age_days >= 0',
    'device.radio.rsrp + 1000.0 > 900.0 && -device.radio.rsrp < 110.0 && device.custom.level > 150',
    '(tower.known ? device.battery.level : device.radio.rsrp) > -100.0',
    '(tower.known ? device.battery.level : device.custom.level) * 2.0 > 300.0',
    '(tower.known ? device.battery.level : double(device.custom.level)) > 150.0',
    '(tower.known ? device.kind : string(device.custom.level)) == "Router"',
    'device.kind + "-" + device.radio.rat == "router-LTE" || device.name + "x" == "Routerx"',
    '"phone, tablet".contains(device.kind) && (device.kind + "s").endsWith("rs")',
    'size(device.kind) > 5 && device.name.size() > 0 && size(device.radio.plmn) == 6',
    'device.interval_s / 60 < 10 && device.interval_s % 60 == 59 && device.battery.level >= 100.0',
    'string(device.battery.level) == "50" && string(device.quarantined) == "true"',
    # two fields
    'device.os.version == device.agent.version',
    'device.os.version >= device.agent.version',
    'device.os.version >= device.custom.least_version',
    'version(device.os.version) >= version(device.custom.least_version)',
    'device.kind == tower.kind',
    'device.labels.home_plmn == device.radio.plmn',
    'device.radio.rat in ["LTE", "LTE-M", "NB-IoT", "NR", "UMTS"]',
    'device.radio.plmn.startsWith("204-") && device.imsi.startsWith("20408")',
    'device.imsi >= "204080000000000" && device.imsi <= "204089999999999"',
    'device.iccid.startsWith("8931") || device.msisdn.startsWith("+31")',
    'device.radio.cell == "204-08--0x1A2B3"',
    'device.radio.mnc in ["08", "410"]',
    'device.radio.rat.startsWith("L") && device.kind.matches("^(phone|tablet)$")',
    'device.name >= "a" && device.labels.wave < "2" && device.custom.wave < "2"',
    'device.labels.all(k, device.labels[k] != "")',
    '["LTE", "NR"].exists(rat, device.radio.rat == rat)',
    '(tower.known ? device.radio.rat : device.labels.rat) == "2G" || (tower.known ? device.kind : device.radio.rat) == "GSM"',
    'tower.status in ["up", "degraded"] || tower.kind == "private"',
]


@pytest.mark.parametrize(('rule', 'line', 'column', 'words'), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_meant_is_refused_with_what_to_write(rule: str, line: int, column: int, words: str) -> None:
    with pytest.raises(RuleError) as refused:
        Rule(rule)
    assert words in refused.value.problem
    assert (refused.value.line, refused.value.column) == (line, column)


@pytest.mark.parametrize('rule', ALLOWED)
def test_what_can_be_meant_is_allowed(rule: str) -> None:
    assert Rule(rule).doubt is None


@pytest.mark.parametrize('path', WORDS)
def test_every_word_of_a_vocabulary_can_be_named_and_no_other(path: str) -> None:
    for word in WORDS[path]:
        assert Rule(f'{path} == "{word}"').paths == {path}
    with pytest.raises(RuleError, match='and never "starboard"'):
        Rule(f'"starboard" != {path}')


WRAPPED = [
    '{0}', '({0})', 'dyn({0})', 'string({0})', '(tower.known ? {0} : {0})', '[{0}][0]', '{{"k": {0}}}["k"]', '[[{0}]][0][0]',
    '[{0}].filter(w, true)[0]', '[{0}].map(w, w)[0]', '[{0}, {0}].map(w, [w, w])[1][0]',
]  # fmt: skip
WRAPPERS = st.lists(st.sampled_from(WRAPPED), max_size=3)


def wrapped(text: str, wrappers: list[str]) -> str:
    for wrapper in wrappers:
        text = wrapper.format(text)
    return text


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(
        [
            ('device.os.version', '"12"', ('<', '<=', '>', '>='), False),
            ('device.radio.rat', '"2G"', ('==', '!='), False),
            ('device.radio.rat', '"LTE"', ('==', '!='), True),
            ('device.radio.plmn', '"20408"', ('==', '!='), False),
            ('device.radio.plmn', '"204-08"', ('==', '!=', '<'), True),
            ('device.os.version', 'device.agent.version', ('<', '=='), True),
        ]
    ),
    WRAPPERS,
    WRAPPERS,
    st.booleans(),
    st.data(),
)
def test_it_does_not_matter_on_which_side_and_how_deep_a_field_stands(
    case: tuple[str, str, tuple[str, ...], bool],
    around_field: list[str],
    around_other: list[str],
    is_left: bool,
    data: st.DataObject,
) -> None:
    field, other, signs, allowed = case
    sides = [wrapped(field, around_field), wrapped(other, around_other)]
    left, right = sides if is_left else sides[::-1]
    rule = f'tower.known || !({left} {data.draw(st.sampled_from(signs))} {right})'
    assert (Rule(rule, stored=True).doubt is None) is allowed, rule


def test_the_vocabularies_are_those_that_the_model_closes() -> None:
    assert set(WORDS) == {
        'device.kind', 'device.criticality', 'device.radio.rat', 'device.radio.registration', 'tower.kind', 'tower.status'
    }  # fmt: skip
    assert set(WORDS) <= set(FIELDS)


@pytest.mark.parametrize(
    'rule', [rule for rule, *_ in REFUSED.values() if 'version(' not in rule and rule != 'device.os.version >= 12']
)
def test_a_stored_rule_has_a_doubt_and_answers_as_it_did(rule: str) -> None:
    stored = Rule(rule, stored=True)
    assert stored.doubt is not None
    facts = Facts(
        os=Os('Android', '9.13', '2026-05-01'),
        agent=Agent('a', '1.9'),
        network=Network(ip='192.0.2.10'),
        custom={'boat': 7},
    )
    assert stored.ask(seen(facts)).reason is None or 'not reported' in str(stored.ask(seen(facts)).reason)


def test_a_stored_rule_on_the_order_of_text_goes_on() -> None:
    rule = Rule('device.os.version >= "12"', stored=True)
    assert str(rule.doubt).startswith('line 1, column 19: >= compares versions letter by letter here')
    assert rule.ask(seen(Facts(os=Os(version='9.13')))).status == 'compliant'


@pytest.mark.parametrize(
    ('version', 'least', 'status'),
    [
        ('9.13', '12', 'violating'),
        ('10.10', '10.2', 'compliant'),
        ('12', '12.0', 'compliant'),
        ('12-rc1', '12', 'violating'),
    ],
)
def test_versions_are_compared_as_versions(version: str, least: str, status: str) -> None:
    assert _asked(f'version(device.os.version) >= version("{least}")', version).status == status


def test_what_is_no_version_answers_unknown() -> None:
    answer = _asked('version(device.os.version) >= version("12")', 'bookworm/sid')
    assert (answer.status, answer.reason) == ('unknown', "'bookworm/sid' is no version")
    assert _asked('version(device.os.version) >= version("12") || device.kind == "tablet"', 'sid').status == 'compliant'


def test_a_rule_with_very_many_comparisons_is_read_all_the_same() -> None:
    words = ', '.join(['"GSM"'] * 300)
    paths = ', '.join(['device.radio.rat'] * 100)
    assert Rule(f'[{words}] != [{paths}]').doubt is None


def _asked(rule: str, version: str) -> Answer:
    return Rule(rule).ask(seen(Facts(os=Os(version=version))))


TEXT_OF_KIND = st.recursive(
    st.sampled_from(['device.kind', '"phone"', '"Router"', '"s"', '""', 'string(device.security.rooted)']),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f'({two[0]} + {two[1]})'),
        st.tuples(inner, inner).map(lambda two: f'(device.security.rooted ? {two[0]} : {two[1]})'),
    ),
    max_leaves=4,
)
NUMBER_OF_LEVEL = st.recursive(
    st.one_of(st.just('device.battery.level'), st.sampled_from(['-2.5', '0.0', '3.0', '50.0', '100.0', '250.0'])),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from('+-*/'), inner).map(lambda three: f'({" ".join(three)})'),
        inner.map(lambda one: f'(-{one})'),
        inner.map(lambda one: f'double(int({one}))'),
        st.tuples(inner, inner).map(lambda two: f'(device.security.rooted ? {two[0]} : {two[1]})'),
    ),
    max_leaves=4,
)
COMPARED = st.one_of(
    st.tuples(TEXT_OF_KIND, st.sampled_from(['==', '!=']), TEXT_OF_KIND).map(' '.join),
    st.tuples(TEXT_OF_KIND, st.sampled_from(['startsWith', 'endsWith', 'contains']), TEXT_OF_KIND).map(
        lambda three: f'({three[0]}).{three[1]}({three[2]})'
    ),
    st.tuples(NUMBER_OF_LEVEL, st.sampled_from(['==', '!=', '<', '<=', '>', '>=']), NUMBER_OF_LEVEL).map(' '.join),
    st.tuples(TEXT_OF_KIND, st.sampled_from(['==', '<', '>']), st.integers(-2, 12)).map(
        lambda three: f'size({three[0]}) {three[1]} {three[2]}'
    ),
)
LEVELS = (0.0, 0.5, 1.0, 2.5, 3.0, 49.9, 50.0, 99.5, 100.0)


@settings(max_examples=300, deadline=None)
@given(COMPARED)
def test_what_is_refused_gives_every_device_the_same_answer(rule: str) -> None:
    """Against the obvious: all words, both flags and many levels are tried. A value that is compared in a branch counts by itself."""
    read = Rule(rule, stored=True)
    if read.doubt is None or '?' in rule:
        return
    answers = {
        read.ask(seen(Facts(battery=Battery(level), security=Security(rooted=rooted)), kind=DeviceKind(kind))).status
        for kind in WORDS['device.kind']
        for level in LEVELS
        for rooted in (False, True)
    } - {Compliance.UNKNOWN}
    assert len(answers) <= 1, (rule, read.doubt)
