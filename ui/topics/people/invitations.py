"""Invitations that nobody has used yet."""

from typing import Any, ClassVar

from domain.access.scopes import words
from domain.people.model import Link, LinkKind
from ui.topics.window import EndingTopic


class InvitationsTopic(EndingTopic):
    """Invitations that were neither accepted nor withdrawn, the newest first."""

    kinds = (Link,)
    sorts: ClassVar[dict[str, str]] = {name: name for name in ('name', 'email', 'expires_at', 'created_at')}
    searched = ('name', 'email')
    default = '-created_at'

    def rows(self) -> list[dict[str, Any]]:
        """One row per invitation."""
        links = [link for link in self.fleet[Link].values() if link.kind is LinkKind.INVITATION]
        self.watch(link.expires_at for link in links)
        now = self.clock()
        return [
            {
                'id': link.id,
                'name': link.name or link.email,
                'email': link.email,
                'role': link.role,
                'scope': words(link.scope),
                'state': 'expired' if link.expires_at <= now else 'invited',
                'created_at': link.created_at,
                'expires_at': link.expires_at,
                'by': link.by,
            }
            for link in links
        ]
