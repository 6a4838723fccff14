"""A field says what the domain's rule says: at once when it is saved or was wrong before, after a pause while it is typed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from nicegui import Client, ui

from domain.accounts.emails import checked_email
from ui.components import fields
from ui.components.controls import field
from ui.components.fields import all_fit, line
from ui.pages.label_field import labels_typed
from ui.pages.policies.grace_field import grace
from ui.pages.towers.edit import CHECKS


@contextmanager
def _page() -> Iterator[Client]:
    """A page that nobody looks at; entered in the test itself, since places on a page belong to a task."""
    client = Client(ui.page(''))
    with client:
        yield client
    client.delete()


async def test_half_a_word_is_no_mistake_until_the_keys_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    with _page() as page:
        monkeypatch.setattr(fields, 'PAUSE_S', 0.01)
        email = field('E-mail', check=checked_email)
        email.value = 'ana'
        assert email.error is None
        while email.error is None:
            await asyncio.sleep(0.005)
        assert email.props['aria-invalid'] == 'true'
        note = next(one for one in page.elements.values() if one.html_id == email.props['aria-describedby'])
        assert getattr(note, 'text') == email.error  # noqa: B009 (an element in general has none)
        email.value = 'ana@'
        assert email.error, 'what was wrong is judged with every key'
        email.value = 'ana@example.com'
        assert email.error is None
        assert 'aria-invalid' not in email.props


async def test_saving_asks_the_same_rule_of_every_field_without_a_pause() -> None:
    with _page():
        name, region = field('Name', check=line()), field('Region', check=line(least=0))
        assert not all_fit([name, region])
        assert (name.error, region.error) == ('Must not be empty.', None)
        name.value = 'Waalhaven'
        assert all_fit([name, region])


@pytest.mark.parametrize(
    ('name', 'text', 'words'),
    [
        ('latitude', '91', 'Must be between -90 and 90 degrees.'),
        ('latitude', '51,88', None),
        ('longitude', 'east', 'Write degrees such as 51.8812.'),
        ('grace', 'soon', 'Write 0, 45 s, 10 min, 2 h or 1 d.'),
        ('grace', '91 d', 'Must be 0 seconds to 90 days.'),
        ('grace', '2 h', None),
        ('labels', 'site', '“site” is not a label; write key=value, one a line.'),
        ('labels', 'site=port-1', None),
    ],
)
async def test_what_is_typed_is_refused_in_the_words_of_saving(name: str, text: str, words: str | None) -> None:
    with _page():
        rules: dict[str, Any] = {**CHECKS, 'grace': grace, 'labels': labels_typed}
        made = field(name, value=text, check=rules[name])
        made.look()
        assert made.error == words


async def test_a_checked_field_is_drawn_by_the_component_of_a_plain_one() -> None:
    assert [one.component for one in (fields.Line, fields.Area, fields.Choice)] == [
        one.component for one in (ui.input, ui.textarea, ui.select)
    ]
