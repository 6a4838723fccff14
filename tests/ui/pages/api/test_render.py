"""An operation as HTML: nothing of the description is read as markup, and what is not for the reader cannot be tried."""

from dataclasses import replace

from tests.ui.api.served import Served
from tests.ui.pages.api.described import described
from ui.pages.api.render import prose, subjects


def test_prose_is_words_code_and_nothing_else() -> None:
    assert prose('**Lists** come\nin `pages` <b>') == '<p><b>Lists</b> come in <code>pages</code> &lt;b&gt;</p>'


async def test_what_the_role_does_not_include_says_so_and_cannot_be_tried(served: Served) -> None:
    found = (await described(served))['list_devices']
    mine = subjects([found], 'https://x', lambda scope: True)
    theirs = subjects([found], 'https://x', lambda scope: False)
    assert ('data-try' in mine, 'Your role includes it.' in mine) == (True, True)
    assert ('data-try' in theirs, 'Your role does not include it.' in theirs) == (False, True)


async def test_devices_ask_for_themselves(served: Served) -> None:
    enrol = next(one for one in (await described(served)).values() if one.door == 'enrolment')
    rendered = subjects([enrol], 'https://x', lambda scope: True)
    assert 'data-try' not in rendered
    assert 'enrolment token' in rendered


async def test_markup_in_a_description_stays_words(served: Served) -> None:
    found = replace((await described(served))['list_devices'], summary='<img src=x>', text='<script>')
    rendered = subjects([found], 'https://x/"><script>', lambda scope: True)
    assert '<img' not in rendered
    assert '<script' not in rendered
