"""Reading the audit trail: of one's enterprise, or of the installation by its owners."""

from domain.access.actors import Actor
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Permission
from domain.audit.events import AuditExported
from domain.audit.model import SERVER_CLOCK, AuditQuery, AuditStore, ChainReport
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import NotAllowed, NotFound
from domain.journal.model import Recorded, Subject

MOST_EXPORTED = 100_000
"""Entries in one export; the command line copies whole journals."""
_PIECE = 500


class AuditService:
    """Every method asks the permission table; ``installation`` chooses the trail of what belongs to no enterprise."""

    def __init__(self, *, transactor: Transactor, store: AuditStore) -> None:
        self._transactor = transactor
        self._store = store

    async def entries(
        self,
        actor: Actor,
        query: AuditQuery,
        *,
        before: int | None = None,
        limit: int = _PIECE,
        installation: bool = False,
    ) -> list[Recorded]:
        """The newest entries that fit, older than the sequence ``before``, newest first."""
        return await self._store.audit(_journal(actor, installation), query, before=before, limit=limit)

    async def entry(self, actor: Actor, sequence: int, *, installation: bool = False) -> Recorded:
        """One entry with its digest, or ``NotFound``."""
        found = await self._store.audit(_journal(actor, installation), AuditQuery(), before=sequence + 1, limit=1)
        if not found or found[0].sequence != sequence:
            raise NotFound(f'there is no entry {sequence} in this audit trail')
        return found[0]

    async def unwatched(
        self, actor: Actor, *, since: float | None = None, until: float | None = None, limit: int = _PIECE
    ) -> list[Recorded]:
        """The times that this server did not watch, the newest first. They are of the whole installation, and every enterprise's: nothing
        was noticed in them anywhere."""
        actor.require(Permission.AUDIT_READ)
        query = AuditQuery(subject=SERVER_CLOCK, since=since, until=until)
        return await self._store.audit(INSTALLATION, query, limit=limit)

    async def check(self, actor: Actor, *, installation: bool = False) -> ChainReport:
        """Look at every entry of the journal, whether it is as it was written."""
        return await self._store.check_chain(_journal(actor, installation))

    async def export(self, actor: Actor, query: AuditQuery, *, installation: bool = False) -> tuple[int, int]:
        """Write down that a person takes a copy with them; how many entries are in it, and the sequence before which they all are."""
        enterprise = _journal(actor, installation)
        newest = await self._store.audit(enterprise, query, limit=1)
        entries = await self._store.audit_count(enterprise, query, MOST_EXPORTED)

        def decide(tx: Transaction) -> None:
            name = tx.fleet(enterprise).enterprise.name
            subject = Subject('enterprise', enterprise, name)
            tx.note(AuditExported(at=tx.now, enterprise=enterprise, subject=subject, by=actor.name, entries=entries))

        await self._transactor.transact(decide, actor=actor)
        return entries, newest[0].sequence + 1 if newest else 0


def _journal(actor: Actor, installation: bool) -> str:
    """The enterprise whose trail is read. Reading the installation's asks no fresh proof, since nothing is changed by it."""
    if not installation:
        actor.require(Permission.AUDIT_READ)
        return actor.enterprise
    if not actor.may(Permission.INSTALLATION_WRITE):
        raise NotAllowed(f'{actor.name} may not do this: it needs {Permission.INSTALLATION_WRITE.value}')
    return INSTALLATION
