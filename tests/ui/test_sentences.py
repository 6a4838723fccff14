"""Every entry of the journal can be said in a sentence, whatever its fields hold."""

import enum
import json
import types
import typing
from dataclasses import fields
from typing import Any

import msgspec
import pytest

from domain.devices.actions import Action
from domain.devices.events import PresenceChanged, ServingTowerChanged
from domain.enforcement.events import CommandMoved
from domain.enforcement.model import CommandState
from domain.journal.model import Recorded, Subject
from domain.kinds import ENTRIES
from domain.people.events import PersonAdded, PersonChanged
from domain.policies.events import ViolationOpened
from domain.towers.events import TowerStatusChanged
from domain.towers.model import TowerStatus
from ui.durations import duration
from ui.sentences import sentence, shown

HOSTILE = '<script>alert(1)</script>{x}%s'


def made(kind: type, hint: Any, *, empty: bool) -> Any:
    """Some value of a type: the emptiest, or a full one."""
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return None if empty and type(None) in inside else made(kind, inside[0], empty=empty)
    if origin is tuple:
        return () if empty else (made(kind, inside[0], empty=empty),)
    if origin is not None:
        return {} if empty else {'os.version': 3, 'storage.encrypted': False, 'radio.rat': None}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return list(hint)[0 if empty else -1]
    return {str: '' if empty else HOSTILE, float: 0.0 if empty else 1e5, int: 0 if empty else 3, bool: not empty}.get(
        hint, HOSTILE
    )


def entry(kind: type, *, empty: bool, **fixed: Any) -> Recorded:
    hints = typing.get_type_hints(kind)
    values = {each.name: made(kind, hints[each.name], empty=empty) for each in fields(kind)}
    values |= {'at': 1e9, 'subject': Subject('device', '01X', 'crane-1')} | fixed
    if kind is CommandMoved:
        values |= {'action': Action.QUARANTINE, 'after': CommandState.CONFIRMED} | fixed
    if kind is PresenceChanged:
        values |= {'before': 'online', 'after': 'late'} | fixed
    return Recorded(7, kind(**values))


@pytest.mark.parametrize('name', ENTRIES)
@pytest.mark.parametrize('empty', [True, False], ids=['empty', 'full'])
def test_every_kind_of_entry_has_a_sentence(name: str, empty: bool) -> None:
    said = sentence(entry(ENTRIES[name], empty=empty))
    assert json.loads(msgspec.json.encode(said)) == said, 'plain JSON'
    assert said['text']
    assert (said['seq'], said['at']) == (7, 1e9)
    assert said['subject']['href'] == '/devices/01X'
    assert 'None' not in said['text'] + said['why']


@pytest.mark.parametrize('action', Action)
@pytest.mark.parametrize('state', CommandState)
def test_every_move_of_every_command_can_be_said(action: Action, state: CommandState) -> None:
    text = sentence(entry(CommandMoved, empty=True, action=action, after=state))['text']
    assert action.value in text


@pytest.mark.parametrize('before', TowerStatus)
@pytest.mark.parametrize('after', TowerStatus)
def test_every_move_of_a_tower_can_be_said(before: TowerStatus, after: TowerStatus) -> None:
    said = sentence(entry(TowerStatusChanged, empty=True, before=before, after=after))
    assert said['state'] == after
    assert ('again' in said['text']) == (after == 'up' and before in ('down', 'degraded'))


def test_some_sentences_as_people_read_them() -> None:
    def say(kind: type, **fixed: Any) -> str:
        said = sentence(entry(kind, empty=True, **fixed))
        return f'{said["subject"]["name"]} {said["text"]}' + (f' ({said["why"]})' if said['why'] else '')

    assert (
        say(PresenceChanged, before='offline', after='online', away_s=4000)
        == 'crane-1 is online again (away 1 h 6 min)'
    )
    assert say(PresenceChanged, before='never_seen', after='online') == 'crane-1 checked in for the first time'
    assert (
        say(ServingTowerChanged, before='1', before_name='West', after='2', after_name='East')
        == 'crane-1 moved to East (from West)'
    )
    assert (
        say(ServingTowerChanged, after=None, cell='204-08-1-2')
        == 'crane-1 is on a cell that no tower lists (204-08-1-2)'
    )
    broken = {'policy_name': 'No 2G', 'evidence': {'device.radio.rat': 'GSM', 'device.os.version': None}}
    assert say(ViolationOpened, **broken) == 'crane-1 breaks No 2G (radio.rat = GSM, os.version = not reported)'
    down = {'before': 'up', 'after': 'down', 'devices': 3, 'because': '2 of 2 checks fail', 'by': 'Ana'}
    assert say(TowerStatusChanged, **down) == 'crane-1 is down (3 devices affected · by Ana)'
    assert say(TowerStatusChanged, **{**down, 'devices': 0, 'by': ''}) == 'crane-1 is down (2 of 2 checks fail)'


def test_lengths_of_time_have_one_or_two_units() -> None:
    spans = {
        0.25: '0.2 s',
        9.96: '10.0 s',
        41: '41 s',
        59.7: '1 min',
        400: '6 min',
        12_000: '3 h 20 min',
        187_200: '2 d 4 h',
    }
    assert {span: duration(span) for span in spans} == spans


def test_values_are_shown_as_rules_write_them() -> None:
    assert [shown(value) for value in (None, True, 3, 'x')] == ['not reported', 'true', '3', 'x']


def test_what_somebody_was_and_is_stands_in_the_sentence() -> None:
    changes = {'role': ['viewer', 'operator'], 'scope': ['Everything', 'site=port-1']}
    said = sentence(entry(PersonChanged, empty=True, changes=changes))
    assert (said['text'], said['why']) == (
        'was changed',
        'role from viewer to operator, scope from Everything to site=port-1',
    )
    joined = sentence(entry(PersonAdded, empty=True, role='admin', through='ownership of the installation'))
    assert (joined['text'], joined['why']) == ('belongs to it as admin', 'through ownership of the installation')
