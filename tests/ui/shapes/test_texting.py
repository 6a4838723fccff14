"""A page for browsers that show text alone."""

from ui.shapes.html import scripted
from ui.shapes.texting import texted


def test_words_that_a_margin_parts_get_a_blank() -> None:
    shown = '<td><span class="cw-state">Compliant</span><span class="cw-detail">as of 14:03</span></td>'
    assert '</span> <span class="cw-detail">' in texted(shown)
    assert '−93 dBm <span' in texted('<td>−93 dBm<span class="cw-detail">as of</span></td>')


def test_what_waits_for_a_script_is_its_words_alone() -> None:
    shown = scripted('<button class="cw-copy" type="button" title="Copy 1">00 1</button>', '00 1', 'cw-mono')
    assert texted(f'<p><button type="button" class="cw-btn">Add</button></p>{shown}') == (
        '<p></p><span class="cw-mono">00 1</span>'
    )


def test_a_form_keeps_its_own_button() -> None:
    form = '<form method="get"><button type="submit" class="cw-btn">Search</button></form>'
    assert texted(form) == form


def test_a_drawing_is_its_name() -> None:
    assert 'Map of 3 towers' in texted('<svg viewBox="0 0 1 1" aria-label="Map of 3 towers"><text>3</text></svg>')
    assert texted('<svg aria-hidden="true"><path d=""></path></svg>') == ''


def test_cells_for_phones_and_for_picking_are_left_out() -> None:
    row = '<tr><td class="pick"><input type="checkbox"></td><td class="phone-only" data-phone="more">brief</td><td>long</td></tr>'
    assert texted(row) == '<tr><td>long</td></tr>'
