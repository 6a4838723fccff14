"""What the journal tells of tokens, in words."""

from domain.tokens.events import TokenIssued, TokenRevoked
from ui.sentences.words import Sentences, words

SENTENCES: Sentences = {
    TokenIssued: words('token was issued'),
    TokenRevoked: words('token was revoked'),
}
