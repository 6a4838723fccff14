"""What is proposed to tell the public of an alert."""

from dataclasses import replace

from domain.status_page.model import Impact
from tests.domain.incidents.test_moments import ALERT
from ui.pages.status_page.proposal import Proposal, proposed


def test_it_names_components_as_the_public_reads_them_and_nothing_from_inside() -> None:
    inside = replace(ALERT, problem='Hub 7 is down', object_name='Hub 7', detail='TCP 10.0.0.1: refused')
    found = proposed(inside, ['West side', 'Ferry', 'Gate'])
    assert found.title == 'Loss of service of West side, Ferry and Gate'
    assert found.impact is Impact.MAJOR
    for word in ('Hub', '10.0.0.1'):
        assert word not in f'{found.title}{found.text}'


def test_without_components_it_is_the_whole_page_and_without_an_alert_nothing_is_proposed() -> None:
    assert proposed(ALERT, []).title == 'Loss of service'
    assert proposed(None, ['West side']) == Proposal()
    assert len(proposed(ALERT, ['x' * 200]).title) <= 120
