"""An enterprise: the owner of everything else; nothing is read or written without naming one."""

from dataclasses import dataclass

INSTALLATION = 'installation'
"""Stands where an enterprise is named, for what belongs to all of them: accounts, and a journal of its own. No enterprise has this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """``quarantine_share`` is the largest part (0 to 1) of the fleet that policies may hold in quarantine at once;
    ``quarantine_least`` devices are always allowed, so that a small fleet can be enforced too.
    ``browsers_keep`` lets the browsers of its people keep what pages have shown, to show it without a network.
    ``links_answer`` puts a link into messages to one person that acknowledges the alert without a sign-in."""

    id: str
    name: str
    created_at: float
    quarantine_share: float = 0.05
    quarantine_least: int = 5
    browsers_keep: bool = True
    links_answer: bool = False

    @property
    def enterprise(self) -> str:
        """Its own id, so that every stored thing can be asked for its enterprise in the same way."""
        return self.id
