"""The services of one process with the parts that only a server has: Argon2id, the seal of its key, and the count of its commits."""

import secrets
import time
from collections.abc import Callable

from domain.application import Application, ApplicationStore, compose
from domain.common.watch import Watch
from domain.common.web_addresses import Refusing, not_refused
from domain.fleet.fleets import Fleets
from domain.kinds import LIVE
from domain.sign_in.local_accounts import Hasher
from domain.sign_in.sessions import IDLE_S, SESSION_S
from ui.api import Metrics
from ui.crypto.argon2 import Argon2Hasher
from ui.crypto.fernet import FernetSeal


def composed(
    store: ApplicationStore,
    *,
    clock: Callable[[], float] = time.time,
    hasher: Hasher | None = None,
    key: str = '',
    session_s: float = SESSION_S,
    idle_s: float = IDLE_S,
    refused: Refusing = not_refused,
    watch: Watch | None = None,
    public_url: str = '',
) -> tuple[Application, Metrics]:
    """The services on ``store``, whose commits are counted; without a ``key`` what is sealed can be read by this process alone.

    ``refused`` says why a host may not be polled, see :class:`domain.towers.service.TowerService`; ``watch`` how time passes, see
    :func:`domain.application.compose`; ``public_url`` where messages lead.
    """
    fleets = Fleets(LIVE)
    metrics = Metrics(fleets=fleets)
    application = compose(
        fleets=fleets,
        store=metrics.measured(store),
        hasher=hasher or Argon2Hasher(),
        seal=FernetSeal(key or secrets.token_hex(32), clock),
        clock=clock,
        session_s=session_s,
        idle_s=idle_s,
        refused=refused,
        watch=watch,
        public_url=public_url,
    )
    return application, metrics
