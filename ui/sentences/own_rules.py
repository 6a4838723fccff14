"""What the journal tells of rules of one's own, in words."""

from domain.own_rules.events import OwnRuleRemoved, OwnRuleSaved
from ui.sentences.edits import changed
from ui.sentences.words import Sentences, words

SENTENCES: Sentences = {OwnRuleSaved: changed, OwnRuleRemoved: words('was removed')}
