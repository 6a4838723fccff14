"""Enterprises: founded by an operator or an installation owner."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.access.actors import Actor, operator, system
from domain.access.enterprises import INSTALLATION, Enterprise
from domain.access.permissions import Permission
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, NotFound
from domain.common.ids import new_id
from domain.common.text import clean_line, folded
from domain.common.versions import differences
from domain.installation.events import EnterpriseAdded, EnterpriseChanged
from domain.journal.model import Subject
from domain.policies.model import Mode
from domain.policies.service import PolicyService
from domain.policies.starter import checked_networks, starter_policies

_FIELDS = ('name', 'browsers_keep', 'links_answer')


class EnterpriseService:
    """The owners of everything else."""

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor

    async def add(self, name: str, *, actor: Actor | None = None) -> Enterprise:
        """A new enterprise; its name is its own. Without an ``actor`` it is an operator's command."""
        actor = actor or operator(INSTALLATION)
        actor.require(Permission.INSTALLATION_WRITE)
        name = clean_line(name, 'name', most=80)

        def decide(tx: Transaction) -> Enterprise:
            self._check_new(tx, name)
            enterprise = Enterprise(id=new_id(), name=name, created_at=tx.now)
            tx.put(enterprise)
            subject = Subject('enterprise', enterprise.id, name)
            tx.note(EnterpriseAdded(at=tx.now, enterprise=enterprise.id, subject=subject, by=actor.name))
            return enterprise

        return await self._transactor.transact(decide, actor=actor)

    async def rename(self, actor: Actor, enterprise_id: str, name: str) -> Enterprise:
        """Call an enterprise otherwise."""
        actor.require(Permission.INSTALLATION_WRITE)
        name = clean_line(name, 'name', most=80)

        def decide(tx: Transaction) -> Enterprise:
            before = tx.need(Enterprise, enterprise_id, enterprise_id)
            if before.name == name:
                return before
            self._check_new(tx, name, but=enterprise_id)
            after = replace(before, name=name)
            tx.put(after)
            _note_change(tx, actor, before, after)
            return after

        return await self._transactor.transact(decide, actor=actor)

    async def let_browsers_keep(self, actor: Actor, enterprise_id: str, keep: bool) -> Enterprise:
        """Let the browsers of an enterprise's people keep what pages show for 24 hours, or keep nothing.

        It takes an owner of the installation, or one who decides over the people of this enterprise.
        """
        return await self._set(actor, enterprise_id, 'browsers_keep', keep)

    async def let_links_answer(self, actor: Actor, enterprise_id: str, answer: bool) -> Enterprise:
        """Put links into messages to one person that acknowledge the alert as that person without a sign-in, or none; those that are out
        count no more then. It takes the same people as :meth:`let_browsers_keep`, who prove anew that it is them."""
        if actor.enterprise == enterprise_id and actor.may(Permission.PEOPLE_WRITE):
            actor.require(Permission.PEOPLE_WRITE)
        return await self._set(actor, enterprise_id, 'links_answer', answer)

    async def _set(self, actor: Actor, enterprise_id: str, field: str, value: bool) -> Enterprise:
        if actor.enterprise != enterprise_id or not actor.may(Permission.PEOPLE_WRITE):
            actor.require(Permission.INSTALLATION_WRITE)
        changes: dict[str, Any] = {field: value}

        def decide(tx: Transaction) -> Enterprise:
            before = tx.need(Enterprise, enterprise_id, enterprise_id)
            after = replace(before, **changes)
            if after != before:
                tx.put(after)
                _note_change(tx, actor, before, after)
            return after

        return await self._transactor.transact(decide, actor=actor)

    def named(self, name_or_id: str) -> Enterprise:
        """The enterprise of that name or id, or ``NotFound``."""
        for fleet in self._transactor.fleets:
            if name_or_id in (fleet.enterprise.id, fleet.enterprise.name):
                return fleet.enterprise
        raise NotFound(f'there is no enterprise {name_or_id[:80]!r}')

    def _check_new(self, tx: Transaction, name: str, *, but: str = '') -> None:
        known = {fleet.enterprise.id: fleet.enterprise for fleet in self._transactor.fleets}
        known |= tx.rows(Enterprise)
        if any(folded(other.name) == folded(name) for other in known.values() if other.id != but):
            raise Conflict(f'there is an enterprise named {name}', field='name')


def _note_change(tx: Transaction, actor: Actor, before: Enterprise, after: Enterprise) -> None:
    tx.note(
        EnterpriseChanged(
            at=tx.now,
            enterprise=after.id,
            subject=Subject('enterprise', after.id, after.name),
            by=actor.name,
            changes=differences(before, after, _FIELDS),
        )
    )


async def found(
    enterprises: EnterpriseService,
    policies: PolicyService,
    name: str,
    *,
    starter: bool = True,
    plmns: Sequence[str] = (),
    enforce: Sequence[str] = (),
    actor: Actor | None = None,
) -> Enterprise:
    """A new enterprise that begins with the ``starter`` policies: those in ``enforce`` act, the others audit.

    ``plmns`` are its own networks as MCC-MNC, such as ``204-08``. Without an ``actor`` it is an operator's command.
    """
    networks = checked_networks(plmns)
    enterprise = await enterprises.add(name, actor=actor)
    if starter:
        setup = system(enterprise.id, 'setup')
        for policy in starter_policies(networks):
            await policies.add(setup, replace(policy, mode=Mode.ENFORCE) if policy.name in enforce else policy)
    return enterprise
