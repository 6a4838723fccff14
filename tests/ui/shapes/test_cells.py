"""One value as HTML: nothing that a device says becomes markup."""

from typing import Any

import pytest

from ui.components.columns import Kind
from ui.shapes.cells import arranged, cell, fitting, look, note
from ui.shapes.values import Moment

EVIL = '"><script>alert(1)</script>\'&'
NOW = Moment(1_764_331_200.0)
TEXTS: tuple[Kind, ...] = ('text', 'quiet', 'word', 'strong', 'state', 'mono', 'cell', 'code', 'age', 'time', 'flag')


@pytest.mark.parametrize('kind', TEXTS)
def test_a_hostile_text_is_text_in_every_kind_of_cell(kind: Kind) -> None:
    column = {'field': 'x', 'kind': kind, 'href': '/devices/{x}', 'detail': 'x', 'empty': EVIL, 'family': 'presence'}
    for drawn in (cell(column, {'x': EVIL}, NOW), cell(column, {'x': None}, NOW)):
        assert '<script' not in drawn
        assert '">' + EVIL[2:5] not in drawn


def test_a_hostile_label_or_evidence_is_text() -> None:
    for kind, value in (('labels', {EVIL: EVIL}), ('labels', [EVIL]), ('evidence', {EVIL: EVIL})):
        assert '<script' not in cell({'field': 'x', 'kind': kind}, {'x': value}, NOW)
    assert '<script' not in note({'title': EVIL, 'text': EVIL, 'command': EVIL, 'href': EVIL, 'label': EVIL})


def test_an_ordinary_state_is_quiet_and_an_exception_is_loud() -> None:
    column = {'field': 'x', 'kind': 'state', 'family': 'presence', 'how': 'quiet'}
    assert cell(column, {'x': 'online'}, NOW) == '<span class="cw-state muted" data-state="online">Online</span>'
    assert 'loud' in cell(column, {'x': 'offline'}, NOW)
    assert look('presence', 'brand_new').word == 'Brand new'


def test_a_value_that_is_old_says_of_when_it_is() -> None:
    column = {'field': 'x', 'kind': 'signal', 'low': -120, 'high': -75, 'stale': 'old_at', 'unit': 'dBm'}
    drawn = cell(column, {'x': -80, 'old_at': NOW.now - 60}, NOW)
    assert 'class="cw-stale" title="as of 11:59:00"' in drawn
    assert 'cw-unk' in drawn


def test_columns_come_and_go_with_the_filters() -> None:
    columns = [{'field': 'a', 'when': 'k=v'}, {'field': 'b', 'unless': 'k=v'}, {'field': 'c'}]
    assert [one['field'] for one in fitting(columns, {'k': 'u,v'})] == ['a', 'c']
    assert [one['field'] for one in fitting(columns, {})] == ['b', 'c']


def test_a_column_that_stands_aside_is_shown_when_a_person_wants_it() -> None:
    columns: list[dict[str, Any]] = [{'field': 'name'}, {'field': 'state'}, {'field': 'available', 'aside': True}]
    assert [one['field'] for one in arranged(columns, ())] == ['name', 'state']
    assert [one['field'] for one in arranged(columns, ('available',))] == ['name', 'available']
    assert [one['field'] for one in arranged(columns, ('gone',))] == ['name', 'state']
