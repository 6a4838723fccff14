"""Every kind of channel, by the key under which it is stored and sent: one line a kind."""

from collections.abc import Mapping

from domain.channels.kinds import (
    apprise,
    heartbeat,
    mail,
    mattermost,
    opsgenie,
    pagerduty,
    push,
    slack,
    smpp,
    sms,
    teams,
    telegram,
    tmf642,
    webhook,
)
from domain.channels.kinds.kind import ChannelKind

KINDS: Mapping[str, ChannelKind] = {
    kind.key: kind
    for kind in (
        webhook.KIND,
        mail.KIND,
        slack.KIND,
        teams.KIND,
        mattermost.KIND,
        telegram.KIND,
        pagerduty.KIND,
        opsgenie.KIND,
        sms.KIND,
        tmf642.KIND,
        heartbeat.KIND,
        smpp.KIND,
        push.KIND,
        apprise.KIND,
    )
}
