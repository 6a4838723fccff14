"""What a row says of itself."""

from typing import Any

import pytest

from domain.access.actors import Actor
from domain.access.permissions import Permission
from ui.api.http.problems import PROBLEM
from ui.api.http.route import Route
from ui.api.http.schema import ArrayOf, PageOf


async def look(handlers: object, actor: Actor) -> None:
    """What it does.

    And more of it.
    """


def row(**more: Any) -> Route:
    said = {'method': 'GET', 'path': '/things', 'handler': look, 'summary': 'Look', 'tag': 'things',
            'permission': Permission.ALERTS_READ}  # fmt: skip
    return Route(**{**said, **more})


def test_its_name_and_its_text_are_those_of_its_handler() -> None:
    assert (row().name, row().text) == ('look', 'What it does.\n\nAnd more of it.')


def test_its_schemas_are_those_of_its_body_and_its_answer() -> None:
    assert row().schemas == ()
    assert row(answer=PageOf(PROBLEM)).schemas == (PROBLEM,)
    assert row(body=ArrayOf(PROBLEM), answer=PROBLEM).schemas == (PROBLEM, PROBLEM)


def test_edits_and_retirements_name_a_version() -> None:
    assert [row(method=method).needs_version for method in ('GET', 'POST', 'PATCH', 'DELETE')] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize('wrong', [{'permission': None}, {'door': 'device'}, {'door': 'enrolment'}])
def test_programs_need_a_permission_and_devices_have_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match='programs need a permission'):
        row(**wrong)
