"""The first start: the person who has the one-time link that it prints becomes the owner of the installation."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from domain.access.actors import system
from domain.access.enterprises import INSTALLATION, Enterprise
from domain.access.permissions import Role
from domain.accounts.emails import checked_email
from domain.accounts.model import Account
from domain.accounts.passwords import checked_password
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import NotFound
from domain.common.text import clean_line
from domain.installation.enterprises import EnterpriseService, found
from domain.people.model import LinkKind
from domain.people.one_time_links import GONE, IssuedLink, issued, open_links, spend, usable
from domain.people.service import PeopleService
from domain.policies.service import PolicyService
from domain.policies.starter import checked_networks
from domain.sign_in.authentication import AccessService
from domain.sign_in.local_accounts import Hasher, new_account
from domain.sign_in.model import Browser, SignedInBrowser


class SetupService:
    """An installation is empty while it has no account; there is no default one."""

    def __init__(
        self,
        *,
        transactor: Transactor,
        access: AccessService,
        people: PeopleService,
        enterprises: EnterpriseService,
        policies: PolicyService,
        hasher: Hasher,
    ) -> None:
        self._transactor = transactor
        self._access = access
        self._people = people
        self._enterprises = enterprises
        self._policies = policies
        self._hasher = hasher
        self._alone = asyncio.Lock()

    async def link(self) -> IssuedLink | None:
        """A new set-up link, older ones end; ``None`` when the installation has an account."""

        def decide(tx: Transaction) -> IssuedLink | None:
            for link in open_links(tx, INSTALLATION, LinkKind.SETUP):
                tx.put(replace(link, spent_at=tx.now))
            if not _is_empty(tx):
                return None
            return issued(tx, LinkKind.SETUP, INSTALLATION, by='operator')

        return await self._transactor.transact(decide)

    async def set_up(
        self,
        secret: str,
        *,
        email: str,
        name: str,
        password: str,
        enterprise: str,
        networks: Sequence[str],
        browser: Browser,
    ) -> SignedInBrowser:
        """Make the owner's account and the first enterprise, whose admin they are, with the starter policies; sign in.

        ``networks`` are the PLMNs of the enterprise. Raises ``NotFound`` for a link that is none any more, ``Invalid``, ``Conflict``.
        """
        async with self._alone:  # two hands on one link found one enterprise
            link = usable(self._transactor, secret, LinkKind.SETUP)
            email, name = checked_email(email), clean_line(name, 'name', most=80)
            enterprise, plmns = clean_line(enterprise, 'enterprise', most=80), checked_networks(networks)
            hashed = await self._hasher.hash(checked_password(password, context=(email, name, enterprise)))
            founded = await self._found(enterprise, plmns)

            def decide(tx: Transaction) -> SignedInBrowser:
                spend(tx, link)
                if not _is_empty(tx):
                    raise NotFound(GONE)
                account = replace(new_account(tx, email, name, hashed), owner=True)
                tx.put(account)
                self._people.join(tx, account, founded.id, Role.ADMIN, through='set-up')
                return self._access.open(tx, account, browser=browser, method='set-up')

            return await self._transactor.transact(decide)

    async def _found(self, name: str, plmns: tuple[str, ...]) -> Enterprise:
        """The enterprise of that name, which an operator's command may have added before."""
        try:
            return self._enterprises.named(name)
        except NotFound:
            setup = system(INSTALLATION, 'set-up')
            return await found(self._enterprises, self._policies, name, plmns=plmns, actor=setup)


def _is_empty(tx: Transaction) -> bool:
    return not any(True for _ in tx.all(Account, INSTALLATION))
