"""What is said of alerts: now, in the past, and of one that got worse."""

import re
from dataclasses import replace

import pytest

from domain.alerts.events import AlertCleared, AlertCommented, AlertUnacknowledged, AlertWorsened
from domain.alerts.rule import AlertRule
from domain.journal.model import Subject
from tests.domain.alerts.test_rule import RULES
from tests.persistence.samples import ALERT, T
from tests.ui.sentences.entries import say
from ui.pages.alerts.meanings import MEANING
from ui.pages.alerts.past_meanings import PAST_MEANING
from ui.sentences.alerts import problem_of, recovery_of

OPEN = replace(ALERT, key='tower/T1', problem='Pier 3 is ours is down', recovery='', held_since=None, missing=None)


@pytest.mark.parametrize('rule', RULES.values(), ids=RULES)
def test_a_rule_that_speaks_of_now_knows_how_to_speak_of_then(rule: AlertRule) -> None:
    if re.search(r' (is|are|can|cannot|check|has) ', rule.problem):
        assert rule.past is not None
        words = {'name': 'crane is ours', 'status': 'down', 'problem': 'no route'}
        alert = replace(
            ALERT, key=rule.key.replace('{}', 'ID'), problem=rule.problem.format(**words), recovery='', cleared_at=T + 9
        )
        said = problem_of(alert)
        assert f' {rule.past[1]} ' in said
        assert f' {rule.past[0]} ' not in said.replace('crane is ours', '').replace('is it that', '')


@pytest.mark.parametrize('rule', RULES.values(), ids=RULES)
def test_the_page_says_what_every_rule_means_and_meant(rule: AlertRule) -> None:
    assert rule in MEANING
    assert rule in PAST_MEANING


def test_what_is_wrong_is_told_in_the_present_until_it_goes() -> None:
    assert problem_of(OPEN) == 'Pier 3 is ours is down'
    assert problem_of(replace(OPEN, recovery='degraded: refused')) == 'Pier 3 is ours was down'
    assert problem_of(replace(OPEN, cleared_at=T + 9)) == 'Pier 3 is ours was down'


def test_the_recovery_says_how_many_are_missing_and_nothing_that_is_not_known() -> None:
    held = replace(OPEN, recovery='up', held_since=T)
    assert recovery_of(OPEN) == ''
    assert recovery_of(replace(OPEN, recovery='degraded: refused')) == 'now degraded: refused'
    assert recovery_of(held) == 'up, its devices are waited for'
    assert recovery_of(replace(held, awaited=14, missing=4)) == 'up, 4 of 14 devices not heard from yet'
    cleared = replace(held, held_since=None, cleared_at=T + 9, awaited=14, missing=0)
    assert recovery_of(cleared) == ''
    assert recovery_of(replace(cleared, missing=4)) == 'up again, 4 of 14 devices had not been heard from'


def test_the_journal_says_what_got_worse_and_who_had_seen_it() -> None:
    mast = Subject('tower', 'T1', 'Mast')
    told = say(
        AlertWorsened, subject=mast, problem='Mast is down', severity='major', before='minor', devices=14, devices_before=3,
        acknowledged_by='Ana',
    )  # fmt: skip
    assert told == (
        'Mast alert got worse: Mast is down (major, was minor · 14 devices, were 3 · acknowledged by Ana before, open again)'
    )
    again = say(AlertWorsened, subject=mast, problem='Mast is down', severity='major', before='major', again=True)
    assert again == 'Mast alert is back: Mast is down'
    back = say(AlertUnacknowledged, subject=mast, by='Bo', problem='Mast is down', acknowledged_by='Ana')
    assert (
        back == 'Mast alert is open again, acknowledgement taken back: Mast is down (Ana had acknowledged it · by Bo)'
    )
    said = say(AlertCommented, subject=mast, by='Bo', problem='Mast is down', text='fibre is cut')
    assert said == 'Mast comment on Mast is down (fibre is cut · by Bo)'
    cleared = say(AlertCleared, subject=mast, problem='Mast is down', open_s=74.0, severity='major', missing=4)
    assert (
        cleared == 'Mast alert cleared: Mast was down (lasted 1 min 14 s, major at its worst, 4 devices not heard from)'
    )
