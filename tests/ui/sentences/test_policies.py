"""Sentences about policies."""

from domain.policies.events import ViolationOpened
from tests.ui.sentences.entries import say


def test_a_violation_says_what_the_rule_saw() -> None:
    broken = {'policy_name': 'No 2G', 'evidence': {'device.radio.rat': 'GSM', 'device.os.version': None}}
    assert say(ViolationOpened, **broken) == 'crane-1 breaks No 2G (radio.rat = GSM, os.version = not reported)'
