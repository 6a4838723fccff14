"""How much of the past a chart may ask for."""

import pytest

from domain.common.errors import Invalid
from domain.measurements.model import HOUR_S, MINUTE_S
from ui.topics.span import SPANS, span_of

NOW = 1_800_000_000.0
DAY_S = 86_400


@pytest.mark.parametrize('name', list(SPANS))
def test_the_spans_of_the_menu_end_now_and_grow(name: str) -> None:
    span = span_of({'span': name, 'px': '800'}, NOW)
    assert (span.since, span.until, span.pixels, span.grows) == (NOW - SPANS[name], NOW, 800, True)
    assert span.step_s(NOW) == (MINUTE_S if SPANS[name] <= DAY_S else HOUR_S)


def test_an_own_span_stays_and_is_read_as_finely_as_it_was_kept() -> None:
    for since, until, step in ((3600, 1800, MINUTE_S), (DAY_S, 0, MINUTE_S), (3 * DAY_S, 3 * DAY_S - 600, HOUR_S)):
        span = span_of({'since': str(NOW - since), 'until': str(NOW - until)}, NOW)
        assert (span.grows, span.since, span.until, span.step_s(NOW)) == (False, NOW - since, NOW - until, step)
    assert span_of({'since': str(NOW - 600), 'until': str(NOW + 900)}, NOW).until == NOW
    assert span_of({'since': '0'}, NOW).since == NOW - 30 * DAY_S


@pytest.mark.parametrize(
    ('query', 'field'),
    [
        ({'span': 'year'}, 'span'),
        ({'px': '7'}, 'px'),
        ({'px': '1e9'}, 'px'),
        ({'px': 'wide'}, 'px'),
        ({'since': 'nan'}, 'since'),
        ({'since': 'yesterday'}, 'since'),
        ({'since': str(NOW + 1)}, 'since'),
        ({'since': str(NOW - 600), 'until': str(NOW - 700)}, 'since'),
    ],
)
def test_what_is_no_span_is_refused_at_its_field(query: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        span_of(query, NOW)
    assert refusal.value.field == field
