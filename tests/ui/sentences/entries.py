"""Entries of every class for the tests of sentences: the emptiest of its kind, or one with something in each field."""

import enum
import types
import typing
from dataclasses import fields
from typing import Any

from domain.devices.actions import Action
from domain.devices.events import PresenceChanged
from domain.enforcement.events import CommandMoved
from domain.enforcement.model import CommandState
from domain.journal.model import Recorded, Subject
from ui.sentences.sentence import sentence

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


def say(kind: type, **fixed: Any) -> str:
    """The sentence as people read it, the why in brackets."""
    said = sentence(entry(kind, empty=True, **fixed))
    return f'{said["subject"]["name"]} {said["text"]}' + (f' ({said["why"]})' if said['why'] else '')
