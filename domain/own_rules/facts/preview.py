"""What a rule over facts would find now, before it is saved."""

from domain.devices.model import Device
from domain.fleet.fleet import Fleet
from domain.own_rules.facts.asking import asked_of, is_counted
from domain.own_rules.input import NewOwnRule
from domain.own_rules.preview import WEEK_S, OwnRulePreview
from domain.rules.language import Rule

MOST_EXAMPLES = 5
NO_PAST = 'What devices reported before is not kept with all that an expression can read: how often it would have been true cannot be told'


class FactPreview:
    """A preview under way."""

    def __init__(self, fleet: Fleet, new: NewOwnRule, now: float) -> None:
        self._fleet, self._new, self._now = fleet, new, now
        self._rule = Rule(new.expression, stored=True)
        self._devices = self._holds = self._unknown = 0
        self._examples: list[str] = []

    def ask(self, device: Device) -> None:
        """One more device."""
        if not is_counted(self._fleet, self._new.counted, device):
            return
        self._devices += 1
        asked = asked_of(self._fleet, self._new.counted, self._rule, device, self._now)
        self._unknown += asked.holds is None
        self._holds += asked.holds is True
        if asked.holds and len(self._examples) < MOST_EXAMPLES:
            self._examples.append(f'{device.name} ({asked.reading})' if asked.reading else device.name)

    def preview(self) -> OwnRulePreview:
        """What was found."""
        rest = self._holds - len(self._examples)
        named = ', '.join(self._examples) + (f' and {rest:,} more' if rest else '')
        words = f'true of {self._holds:,} of {self._devices:,} devices' + (f': {named}' if named else '')
        return OwnRulePreview(
            since=self._now - WEEK_S,
            raised=0,
            lasted_s=0.0,
            steps=0,
            now=self._holds >= self._new.at_least,
            values=words + (f'; not known of {self._unknown:,}' if self._unknown else ''),
            unanswered=(NO_PAST,),
            devices=self._devices,
            holds=self._holds,
            unknown=self._unknown,
        )
