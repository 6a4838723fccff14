"""Rules of one's own in the live picture. They are the whole enterprise's: a narrowed role sees none."""

from typing import Any

from domain.fleet.kinds import Kind
from domain.own_rules.model import OwnRule

KINDS: tuple[Kind[Any], ...] = (Kind(of=OwnRule, name='own_rule', has_ended=lambda rule: rule.retired_at is not None),)
