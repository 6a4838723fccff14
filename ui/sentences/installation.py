"""What the journal tells of enterprises, in words."""

from domain.installation.events import EnterpriseAdded, EnterpriseChanged
from ui.sentences.edits import differs
from ui.sentences.words import Sentences, words

SENTENCES: Sentences = {
    EnterpriseAdded: words('was founded here'),
    EnterpriseChanged: differs,
}
