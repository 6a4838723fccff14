"""Where a view opens."""

import pytest

from domain.desks.model import View


@pytest.mark.parametrize(('query', 'href'), [('q=a', '/devices?q=a&view=W1'), ('', '/devices?view=W1')])
def test_a_view_opens_its_list_and_names_itself(query: str, href: str) -> None:
    view = View(id='W1', enterprise='E', owner='U', name='a', list='devices', query=query, created_at=0.0)
    assert view.href == href
