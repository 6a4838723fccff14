"""What pages may use: the services of one process and its live picture, handed over by the composition root."""

from dataclasses import dataclass
from typing import Self

from domain.application import Application
from domain.fleet.fleet import Fleet
from domain.sign_in.providers import Provider
from ui.sign_in import SignedIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Services(Application):
    """Changes go through the services, which ask the permission table; what is shown comes from :meth:`seen_by` (a page is handed it),

    older things from ``store`` and through :meth:`domain.fleet.fleet.Fleet.shown`.
    """

    providers: tuple[Provider, ...] = ()

    @classmethod
    def of(cls, application: Application, *, providers: tuple[Provider, ...]) -> Self:
        """The services of ``application``, and the identity providers that people may come from."""
        return cls(**application.parts(), providers=providers)

    def seen_by(self, who: SignedIn) -> Fleet:
        """What somebody may see, as they stand now: their role may have been narrowed since the page was loaded."""
        standing = self.access.standing(who.session)
        return self.fleets.seen_by(standing[1] if standing is not None else who.person)
