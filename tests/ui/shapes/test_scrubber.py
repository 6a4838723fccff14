"""The minutes of an incident as a reader without a script has them."""

from typing import Any

from ui.shapes.picture import Picture
from ui.shapes.scrubber import scrubber
from ui.shapes.values import Moment

EVIL = '<script>alert(1)</script>'
PROPS: dict[str, Any] = {
    'moments': [{'at': 60 * n, 'clock': f'08:0{n}', 'alerts': n, 'devices': 1_000 * n} for n in range(3)],
    'lines': [
        {'id': 'A', 'words': EVIL, 'depth': 0, 'from': 0, 'to': 90},
        {'id': 'B', 'words': 'Mast', 'depth': 1, 'from': 70, 'to': None},
    ],
    'known': [{'at': n, 'clock': f'{n} s', 'text': f'event {n}'} for n in range(100)],
    'first': 1,
    'href': '/alerts/A/incident?at=',
}


def drawn(first: int) -> str:
    return scrubber(PROPS | {'first': first}, Picture(moment=Moment(1_764_331_200.0), states={}), '').inside


def test_it_shows_the_minute_that_is_asked_for_and_leads_to_the_others() -> None:
    page = drawn(1)
    assert '08:01: 1 alert open, 1,000 devices behind them' in page
    assert [page.count(f'href="/alerts/A/incident?at={at}"') for at in (0, 60, 120)] == [1, 2, 1]
    assert page.count('aria-current="true"') == 1
    assert ('data-state="open"' in page, 'data-state="to_come"' in page, 'data-state="over"' in page) == (
        True,
        True,
        False,
    )
    assert ('event 60' in page, 'event 61' in page, '55 before that' in page) == (True, False, True)


def test_what_is_over_says_so_and_a_name_is_text() -> None:
    page = drawn(2)
    assert 'data-state="over"' in page
    assert EVIL not in page


def test_a_minute_with_no_device_behind_its_alerts_counts_none() -> None:
    assert 'behind them' not in drawn(0)
