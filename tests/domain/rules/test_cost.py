"""What a rule can cost is proved when it is written, and holds for the worst of devices."""

import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio, Rat, Registration
from domain.devices.compliance import Compliance
from domain.devices.facts import Agent, Facts, Hardware, Os
from domain.devices.model import Device, DeviceKind, DeviceState
from domain.rules.language import DEADLINE_S, Rule, RuleError, RuleInput, activation
from domain.rules.version_order import version_key
from domain.towers.model import Tower, TowerKind, TowerState, TowerStatus

NOW = 1.8e9
PATTERN = 'write the pattern itself here'
SLOW = 'and a rule has 5 ms'

REFUSED = [
    ('device.name.matches(device.os.name)', 1, 21, PATTERN),
    ('matches(device.name, device.os.name)', 1, 22, PATTERN),
    ('device.name.matches("a" + "b")', 1, 21, PATTERN),
    ('device.name.matches(string(1))', 1, 27, PATTERN),
    ('device.name.matches(true ? "a" : "b")', 1, 21, PATTERN),
    ('["a"].all(p, device.name.matches(p))', 1, 34, PATTERN),
    ('device.labels.all(k,\n device.name.matches(k))', 2, 22, PATTERN),
    ('device.name.matches("(x{1,1000}){1,1000}")', 1, 21, 'repeat less'),
    ('device.name.matches(".{1,200}")', 1, 21, 'repeat less'),
    (r'device.name.matches(r"\pL")', 1, 21, 'classes of Unicode'),
    ('device.name.matches("(a")', 1, 21, 'opens a group'),
    ('device.name.matches("[z-a]")', 1, 21, 'the pattern cannot be read: invalid character class range'),
    ('device.name.matches("' + 'a' * 501 + '")', 1, 21, 'at most 500 characters'),
    ('now.getHours(device.os.name) < 8', 1, 14, 'write the time zone itself'),
    ('device.custom.all(a, device.custom.all(b, device.custom.all(c, a != b)))', 1, 39, SLOW),
    ('device.custom.map(a, device.custom.map(b, device.custom[a])).size() > 0', 1, 18, SLOW),
    ('[' + ','.join('1' * 400) + '].map(a, a).size() > 1', 1, 806, SLOW),
    ('["x"]' + '.map(a, a + a)' * 25 + '.size() > 0', 1, 248, SLOW),
    ('device.custom.all(k, version(device.custom[k]) > version(k))', 1, 18, SLOW),
    ('google.protobuf.Timestamp{} == now', 1, 1, 'a rule makes no'),
    ('device.name == "\0"', 1, 17, 'no control characters'),
    (' || '.join(['[1].map(x,x)==[]'] * 150), 1, 1, 'too many parts'),
]
ALLOWED = [
    'device.labels.all(k, version(device.labels[k]) > version("1.0"))',
    'device.labels.all(k, device.labels[k].matches("^[a-z0-9-]+$"))',
    'device.custom.filter(k, k.startsWith("a")).all(k, device.custom[k] == true)',
    'device.os.version.matches("^1[0-9]([.][0-9]{1,3}){1,2}$")',
    'device.labels.all(k, device.labels.all(l, k == l || device.labels[k] != ""))',
    'now.getHours("Europe/Amsterdam") >= 0',
]


def device(char: str) -> RuleInput:
    """One that says as much as it may."""
    text = char * 200
    custom: dict[str, str | int | float | bool] = {f'{at:02}' + 'k' * 62: char * 500 for at in range(64)}
    labels = {f'{at:02}' + 'l' * 61: char * 63 for at in range(32)}
    facts = Facts(os=Os(text, text), hardware=Hardware(text, text), agent=Agent(text, text), custom=custom)
    names = Identifiers(imei='352099001761481', serial=text)
    made = Device(
        id='d', enterprise='e', name=text, kind=DeviceKind.TABLET, created_at=0.0, labels=labels, identifiers=names
    )
    state = DeviceState('d', 'e', radio=Radio(Rat.LTE, '204', '08', 1, 2, registration=Registration.HOME), facts=facts)
    tower = Tower(id='t', enterprise='e', name=text, kind=TowerKind.MACRO, created_at=0.0, operator=text, region=text)
    return RuleInput(made, state, tower, TowerState('t', 'e', TowerStatus.UP), NOW)


@pytest.mark.parametrize(('text', 'line', 'column', 'words'), REFUSED, ids=range(len(REFUSED)))
def test_what_may_take_too_long_is_refused_where_it_stands(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(RuleError) as refused:
        Rule(text)
    assert words in refused.value.problem
    assert (refused.value.line, refused.value.column) == (line, column)


@pytest.mark.parametrize('text', ALLOWED)
def test_what_people_write_is_allowed(text: str) -> None:
    assert Rule(text).cost_us < DEADLINE_S * 1e6


TEXTS = st.sampled_from(
    [
        '""',
        '"a"',
        '"ab"',
        f'"{"a" * 90}"',
        'device.name',
        'device.os.name',
        'device.serial',
        'tower.name',
        'device.radio.cell',
    ]
)
PATTERNS = st.sampled_from(
    [
        'a',
        '^[a-z]+$',
        '(a|b)*a(a|b){9}c',
        '.*a.{9}',
        '(?i)a{20}',
        '[^a]{9}',
        r'\\W+',
        '(a?){9}a{9}',
        '(((a*)*)*)*b',
        'é{5,}',
    ]
)


@st.composite
def text(draw: st.DrawFn, names: tuple[str, ...], deep: int) -> str:
    kind = draw(st.integers(0, 7 if deep > 0 else 1))
    if kind == 0 and names:
        return draw(st.sampled_from(names))
    if kind in (0, 1):
        return draw(TEXTS)
    inner = text(names, deep - 1)
    match kind:
        case 2:
            return f'({draw(inner)} + {draw(inner)})'
        case 3:
            return f'string(device.custom[{draw(inner)}])'
        case 4:
            return f'device.labels[{draw(inner)}]'
        case 5:
            return f'({draw(yes(names, deep - 1))} ? {draw(inner)} : {draw(inner)})'
        case 6:
            return f'string(size({draw(inner)}))'
    return f'{draw(many(names, deep - 1))}[0]'


@st.composite
def many(draw: st.DrawFn, names: tuple[str, ...], deep: int) -> str:
    kind = draw(st.integers(0, 6 if deep > 0 else 1))
    if kind == 0:
        return '[' + ', '.join(['"a"'] * draw(st.integers(1, 60))) + ']'
    if kind == 1:
        return draw(st.sampled_from(['device.custom.filter(q, true)', 'device.labels.map(q, q)']))
    inner, own = many(names, deep - 1), f'v{len(names)}'
    match kind:
        case 2 | 3:
            return f'{draw(inner)}.map({own}, {draw(text((*names, own), deep - 1))})'
        case 4:
            return f'{draw(inner)}.filter({own}, {draw(yes((*names, own), deep - 1))})'
        case 5:
            return f'({draw(inner)} + {draw(inner)})'
    return '[' + ', '.join(draw(text(names, deep - 1)) for _ in range(draw(st.integers(1, 5)))) + ']'


@st.composite
def yes(draw: st.DrawFn, names: tuple[str, ...], deep: int) -> str:
    kind = draw(st.integers(0, 12 if deep > 0 else 2))
    one, more, own = text(names, deep - 1), many(names, deep - 1), f'v{len(names)}'
    inside = yes((*names, own), deep - 1)
    match kind:
        case 0:
            return f'{draw(one)} != {draw(one)}'
        case 1:
            return f'!{draw(one)}.matches("{draw(PATTERNS)}")'
        case 2:
            return f'!{draw(one)}.contains({draw(one)} + "x")'
        case 3 | 4:
            return f'{draw(more)}.all({own}, {draw(inside)})'
        case 5:
            return f'{draw(st.sampled_from(["device.custom", "device.labels"]))}.all({own}, {draw(inside)})'
        case 6:
            return f'!{draw(more)}.exists({own}, !({draw(inside)}))'
        case 7:
            return f'!{draw(more)}.exists_one({own}, {draw(inside)})'
        case 8:
            return f'{draw(more)} == {draw(more)}'
        case 9:
            return f'!({draw(one)} in {draw(more)})'
        case 10:
            return f'({draw(yes(names, deep - 1))} && {draw(yes(names, deep - 1))})'
        case 11:
            return f'version({draw(one)}) >= version({draw(one)})'
    return f'(device.custom == device.custom || {draw(yes(names, deep - 1))})'


BUSY_US = 300
"""What a busy machine adds by itself: caches that others have emptied."""
WORST = [device('a'), device('😀')]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(yes((), 4))
def test_no_rule_that_is_allowed_takes_longer_than_was_proved(written: str) -> None:
    try:
        rule = Rule(written)
    except RuleError:
        return
    for view in WORST:
        allowed = (rule.cost_us + BUSY_US) / 1e6
        assert any(_spent(rule, view) < allowed for _ in range(30))  # a busy machine is slow in spells
        assert rule.ask(view).reason != 'took too long'


@pytest.mark.parametrize(
    'written', ['1a' * 50, '1.' * 49 + '1', '1b' * 50, 'a_' * 49 + '1', '(' * 100, '1~' * 50, 'a' * 500]
)
def test_no_text_takes_longer_to_be_read_as_a_version_than_was_proved(written: str) -> None:
    allowed = (Rule('version(device.os.version) == version("1")').cost_us - Rule('true').cost_us) / 1e6
    assert any(_read(written) < allowed for _ in range(30))


def _read(written: str) -> float:
    began = time.thread_time()
    with suppress(ValueError):
        version_key.__wrapped__(written)
    return time.thread_time() - began


def _spent(rule: Rule, view: RuleInput) -> float:
    """Processor time of one asking, without handing over what the device says."""
    values = activation(view, rule.inputs)
    began = time.thread_time()
    answer = rule.answer(view, values)
    spent = time.thread_time() - began
    assert answer.status in Compliance
    return spent
