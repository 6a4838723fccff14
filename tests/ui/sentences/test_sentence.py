"""Every entry of the journal can be said in a sentence, whatever its fields hold."""

import json
from collections import Counter

import msgspec
import pytest

from domain.journal.model import Entry, Subject
from domain.kinds import ENTRIES
from tests.ui.sentences.entries import entry
from ui.sentences import (
    SENTENCES,
    accounts,
    alerts,
    audit,
    channels,
    devices,
    enforcement,
    enrolment,
    installation,
    links,
    maintenance,
    oncall,
    own_rules,
    people,
    policies,
    sign_in,
    status_page,
    tokens,
    towers,
    triage,
    unknown_cells,
    unwatched,
)  # fmt: skip
from ui.sentences.sentence import sentence

NOUNS = (
    accounts, alerts, audit, channels, devices, enforcement, enrolment, installation, links, maintenance, oncall, own_rules, people,
    policies, sign_in, status_page, tokens, towers, triage, unknown_cells, unwatched,
)  # fmt: skip


@pytest.mark.parametrize('name', ENTRIES)
@pytest.mark.parametrize('empty', [True, False], ids=['empty', 'full'])
def test_every_kind_of_entry_has_a_sentence(name: str, empty: bool) -> None:
    said = sentence(entry(ENTRIES[name], empty=empty))
    assert json.loads(msgspec.json.encode(said)) == said, 'plain JSON'
    assert said['text']
    assert (said['seq'], said['at']) == (7, 1e9)
    assert said['subject']['href'] == '/devices/01X'
    assert 'None' not in said['text'] + said['why']


@pytest.mark.parametrize('name', ENTRIES)
def test_every_kind_of_entry_has_a_sentence_about_what_has_no_page_too(name: str) -> None:
    said = sentence(entry(ENTRIES[name], empty=False, subject=Subject('enterprise', '01E', 'Port')))
    assert said['text']
    assert (said['subject']['href'] or '/alerts/').startswith('/alerts/')


def test_a_rule_of_alerts_leads_to_its_form() -> None:
    made = entry(ENTRIES['AlertRuleSaved'], empty=True, subject=Subject('alert_rule', 'site-down', 'Site down'))
    assert sentence(made)['subject']['href'] == '/alert-rules?rule=site-down'


def test_every_event_is_said_by_one_noun() -> None:
    said = Counter(kind for noun in NOUNS for kind in noun.SENTENCES)
    assert said == Counter({*ENTRIES.values()} - {Entry})
    assert set(SENTENCES) == set(said)


def test_an_alert_about_a_thing_without_a_page_leads_to_itself() -> None:
    made = entry(ENTRIES['AlertRaised'], empty=True, subject=Subject('enterprise', '01E', 'Port'), alert='01A')
    assert sentence(made)['subject']['href'] == '/alerts/01A'
    other = entry(ENTRIES['EnterpriseChanged'], empty=True, subject=Subject('enterprise', '01E', 'Port'))
    assert sentence(other)['subject']['href'] is None
