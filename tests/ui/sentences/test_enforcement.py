"""Sentences about commands."""

import pytest

from domain.devices.actions import Action
from domain.enforcement.events import CommandMoved
from domain.enforcement.model import CommandState
from tests.ui.sentences.entries import entry
from ui.sentences.sentence import sentence


@pytest.mark.parametrize('action', Action)
@pytest.mark.parametrize('state', CommandState)
def test_every_move_of_every_command_can_be_said(action: Action, state: CommandState) -> None:
    text = sentence(entry(CommandMoved, empty=True, action=action, after=state))['text']
    assert action.value in text
