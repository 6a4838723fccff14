"""Words of a channel's own: named fields, and nothing that is run or makes mark-up."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alerts.announcements import News
from domain.channels.kinds import KINDS
from domain.channels.kinds.kind import Dispatch, HttpMessage
from domain.channels.kinds.templates import FIELDS, MOST_WRITTEN, checked_headline, checked_template, rendered
from domain.common.errors import Invalid
from tests.domain.channels.announced import announced
from tests.domain.channels.kinds.test_shapes import HOSTILE, SETTINGS


def dispatch(news: News = News.RAISED, settings: dict[str, str] | None = None, **more: Any) -> Dispatch:
    return Dispatch(
        key='K1', announcement=announced(news, **more), settings={**SETTINGS, **(settings or {})}, now=1_800_000_000.0,
        enterprise='Harbour', link='https://cells.example.com/alerts/A1',
    )  # fmt: skip


def test_fields_stand_in_their_places_and_a_default_where_one_is_empty() -> None:
    said = dispatch(problem='Noordzijde is down', devices=0)
    template = '{severity}: {problem}, {devices|no} devices, {{x}} {link}'
    assert rendered(template, said) == (
        f'{said.announcement.severity}: Noordzijde is down, no devices, {{x}} https://cells.example.com/alerts/A1'
    )


@pytest.mark.parametrize(
    ('template', 'words'),
    [
        ('{problem.__class__}', 'has a brace'),
        ('{0}', 'has a brace'),
        ('{problem!r}', 'has a brace'),
        ('{', 'has a brace'),
        ('a } b', 'has a brace'),
        ('{secret}', 'has no field {secret}; there are severity, before'),
    ],
)
def test_what_is_no_field_is_refused_with_those_that_there_are(template: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_template(template, 'settings.text')
    assert words in refused.value.detail
    assert refused.value.field == 'settings.text'


def test_a_headline_is_one_line() -> None:
    with pytest.raises(Invalid, match='one line'):
        checked_headline('a\nb', 'settings.headline')


@given(st.text(alphabet='{}|abc severity_problem\n', max_size=60))
def test_what_is_accepted_is_written_whatever_it_is(template: str) -> None:
    try:
        checked = checked_template(template, 'text')
    except Invalid:
        return
    assert len(rendered(checked, dispatch(detail='x' * 5000))) <= MOST_WRITTEN


def test_a_value_is_not_read_as_a_template() -> None:
    assert rendered('{problem}', dispatch(problem='{detail} {{', detail='secret')) == '{detail} {{'


@pytest.mark.parametrize('kind', [key for key, kind in KINDS.items() if kind.words])
def test_every_kind_with_words_writes_its_own_and_escapes_them(kind: str) -> None:
    own = {'headline': 'HEAD {problem}', 'text': 'BODY {where}\n{detail|none}', 'short': 'HEAD {problem}'}
    message = KINDS[kind].write(dispatch(settings=own, problem='plain', object_name=HOSTILE))
    text = (
        json.dumps(json.loads(message.body), ensure_ascii=False) if isinstance(message, HttpMessage) else str(message)
    )
    assert 'HEAD plain' in text
    if kind in ('slack', 'telegram'):
        assert '<b>*x*</b>' not in text
    if kind in ('mattermost', 'teams'):
        assert '[link](https://evil.example)' not in text


def test_a_short_line_stays_short_and_in_its_alphabet() -> None:
    message = KINDS['sms'].write(dispatch(settings={'short': '{problem} [{where}] {detail}'}, detail='é–' * 200))
    assert isinstance(message, HttpMessage)
    assert len(json.loads(message.body)['text']) <= 160


def test_a_test_says_that_it_is_one() -> None:
    message = KINDS['slack'].write(dispatch(News.TEST, settings={'headline': 'Mine'}))
    assert isinstance(message, HttpMessage)
    assert 'Test: Mine' in json.loads(message.body)['text']


def test_every_field_of_the_documentation_is_there() -> None:
    assert {'severity', 'problem', 'where', 'detail', 'devices', 'since', 'link'} <= set(FIELDS)
