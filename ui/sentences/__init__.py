"""The journal in words: each noun says what its entries tell, one row an event."""

from ui.sentences import (
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
    people,
    policies,
    sign_in,
    status_page,
    tokens,
    towers,
    triage,
)
from ui.sentences.words import Sentences

SENTENCES: Sentences = {
    **accounts.SENTENCES,
    **alerts.SENTENCES,
    **audit.SENTENCES,
    **channels.SENTENCES,
    **devices.SENTENCES,
    **enforcement.SENTENCES,
    **enrolment.SENTENCES,
    **installation.SENTENCES,
    **links.SENTENCES,
    **oncall.SENTENCES,
    **maintenance.SENTENCES,
    **people.SENTENCES,
    **policies.SENTENCES,
    **sign_in.SENTENCES,
    **status_page.SENTENCES,
    **tokens.SENTENCES,
    **towers.SENTENCES,
    **triage.SENTENCES,
}
