"""How devices come in: the tokens that let them in, who waits for approval, who came lately."""

import heapq
from typing import Any, ClassVar

from domain.access.permissions import Permission
from domain.devices.listing.names import apart
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState
from domain.enrolment.claims import place_of, rivals_of
from domain.enrolment.live import Waiting
from domain.enrolment.model import Credential
from domain.tokens.model import Token, TokenKind, TokenState
from ui.durations import counted
from ui.live.channel import News
from ui.topics.rows import TopicRow
from ui.topics.window import EndingTopic, ListTopic

MOST_LATELY = 8
_LAST = 1e12
"""Tokens that let no device in any more stand below all that do."""


class EnrolmentTokensTopic(EndingTopic):
    """Enrolment tokens, those that still let devices in first."""

    kinds = (Token,)
    sorts: ClassVar[dict[str, str]] = {
        name: name for name in ('name', 'order', 'expires_at', 'created_at', 'used_at', 'created_by')
    }
    filters = ('state',)
    searched = ('name', 'beginning', 'created_by')
    default = 'order'

    def rows(self) -> list[dict[str, Any]]:
        """One row per token; what it was is not kept."""
        tokens = [token for token in self.fleet[Token].values() if token.kind is TokenKind.ENROLMENT]
        self.watch(token.expires_at for token in tokens)
        return [self._row(token) for token in tokens]

    def _row(self, token: Token) -> dict[str, Any]:
        state = token.state(self.clock())
        how = 'after approval' if token.approval else 'replaces those in use' if token.replaces else None
        return {
            'id': token.id,
            'name': token.name,
            'beginning': token.beginning,
            'state': state,
            'order': (0 if state is TokenState.VALID else _LAST) - token.created_at,
            'left': _left(token),
            'labels': dict(token.labels) or None,
            'criticality': token.criticality or None,
            'how': how,
            'expires_at': token.expires_at,
            'created_at': token.created_at,
            'created_by': token.created_by,
            'used_at': token.used_at,
            'used_from': token.used_from,
        }


def _left(token: Token) -> str:
    if token.uses_left is None:
        return 'Any number of devices'
    return counted(token.uses_left, 'more device') if token.uses_left > 0 else 'No more devices'


class WaitingTopic(ListTopic):
    """Devices that wait for approval, the one that has waited longest first."""

    kinds = (Credential, Device)
    sorts: ClassVar[dict[str, str]] = {'asked_at': 'asked_at', 'name': 'name'}
    default = 'asked_at'

    def rows(self) -> list[dict[str, Any]]:
        """One row per device."""
        return [
            self._row(device, credential)
            for id, credential in self.fleet.index(Waiting).credentials.items()
            if (device := self.fleet[Device].get(id)) is not None
        ]

    def _row(self, device: Device, credential: Credential) -> dict[str, Any]:
        return {
            'id': device.id,
            'name': device.name,
            'kind': device.kind,
            'state': place_of(self.fleet, credential),
            'names': device.identifiers.imei or device.identifiers.serial,
            'rivals': ' or '.join(self.fleet[Device][id].name for id in rivals_of(self.fleet, device)) or None,
            'asked_at': credential.created_at,
        }


class EnrolledTopic(ListTopic):
    """The devices that came last."""

    sorts: ClassVar[dict[str, str]] = {'enrolled_at': 'enrolled_at'}
    default = '-enrolled_at'

    def concerned(self, news: News) -> bool:
        """True when a device came or went, or one of those shown moved."""
        shown = self._window.ids if self._window is not None else ()
        return bool(news.of(Device) or news.of(Credential)) or not news.of(DeviceState).isdisjoint(shown)

    def rows(self) -> list[dict[str, Any]]:
        """The newest few."""
        newest = heapq.nlargest(MOST_LATELY, self.fleet[Device].values(), key=lambda device: device.created_at)
        return [
            {
                'id': device.id,
                'name': device.name,
                'apart': apart(self.fleet, device.id),
                'presence': state_of(self.fleet, device.id).presence,
                'enrolled_at': device.created_at,
            }
            for device in newest
        ]


TOPICS = (
    TopicRow('enrolment_tokens', Permission.ENROLMENT_READ, EnrolmentTokensTopic),
    TopicRow('waiting', Permission.ENROLMENT_READ, WaitingTopic),
    TopicRow('enrolled', Permission.DEVICES_READ, EnrolledTopic),
)
