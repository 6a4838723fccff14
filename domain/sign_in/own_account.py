"""What a signed-in person does with their own account: prove anew who they are, change the password, end sessions."""

from domain.access.enterprises import INSTALLATION
from domain.accounts.memberships import subject_of
from domain.accounts.model import Account, Person
from domain.accounts.passwords import checked_password
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.errors import Conflict, Invalid, NotFound, NotSignedIn
from domain.sign_in.authentication import AccessService
from domain.sign_in.events import StepUpRefused
from domain.sign_in.local_accounts import Hasher, give_password, has_same_password
from domain.sign_in.lookup import session_of
from domain.sign_in.model import Session, SignedInBrowser
from domain.sign_in.second_factor import SecondFactorService
from domain.sign_in.sessions import BY_OWNER
from domain.sign_in.throttle import Aim, Throttle, TooMany


class MyAccountService:
    """Every call names the session it comes from: no person does this for another.

    A proof is the password, or the code of the authenticator app where there is one: then the password alone is not enough, since it
    would not have been at the sign-in either.
    """

    def __init__(
        self,
        *,
        transactor: Transactor,
        access: AccessService,
        hasher: Hasher,
        throttle: Throttle,
        codes: SecondFactorService,
    ) -> None:
        self._transactor = transactor
        self._access = access
        self._hasher = hasher
        self._throttle = throttle
        self._codes = codes

    async def prove(
        self, session: Session, *, password: str = '', code: str = '', address: str = ''
    ) -> SignedInBrowser:
        """Prove anew who one is: the session with a new secret, and for a while what needs a fresh proof may be done.

        Raises ``Invalid`` for a wrong proof (naming the field), ``Throttled`` after too many, ``NotSignedIn`` when the session has ended.
        """
        account = self._access.account(session)
        if account.totp is not None:
            return await self._access.raise_(session, method=await self._take_code(session, account, code, address))
        await self._check_password(session, account, password, address)
        return await self._access.raise_(session, method='password')

    async def change_password(self, session: Session, current: str, new: str, *, address: str = '') -> Account:
        """A new password in exchange for the current one; every other session of the account ends.

        Raises ``Invalid`` naming ``current`` or ``password``, ``Throttled`` after too many wrong ones.
        """
        account = self._access.account(session)
        checked_password(new, context=(account.email, account.name))
        await self._check_password(session, account, current, address, field='current')
        if new == current:
            raise Invalid('this is the password you have now', field='password')
        hashed = await self._hasher.hash(new)

        def decide(tx: Transaction) -> Account:
            now = tx.need(Account, INSTALLATION, account.id)
            if not has_same_password(now, account):
                raise Conflict('the password was changed meanwhile', field='current')
            return give_password(tx, self._access, now, hashed, 'set a new password', but=session.id)

        return await self._transactor.transact(decide, actor=self._access.actor(session))

    async def end_session(self, session: Session, other: str) -> None:
        """End a session of the same account, this one or another; raises ``NotFound`` for anything else."""
        account = self._access.account(session)

        def decide(tx: Transaction) -> None:
            ended = session_of(tx, other)
            if ended is None or ended.account != account.id:
                raise NotFound('this session has ended already')
            if ended.ended_at is None:
                self._access.end(tx, ended, BY_OWNER)

        await self._transactor.transact(decide, actor=self._access.actor(session))

    async def end_others(self, session: Session) -> None:
        """End every session of the account but this one."""
        account = self._access.account(session)
        await self._transactor.transact(
            lambda tx: self._access.end_all(tx, account.id, BY_OWNER, but=session.id),
            actor=self._access.actor(session),
        )

    async def _check_password(
        self, session: Session, account: Account, password: str, address: str, field: str = 'password'
    ) -> None:
        try:
            guess = await self._throttle.begin(Aim.PASSWORD, account.email, address=address, known=True)
        except TooMany as refusal:
            if refusal.news:
                await self._refuse(session, 'too many wrong passwords', address)
            raise
        if not await self._hasher.verify(account.password_hash, password):
            await self._refuse(session, 'wrong password', address)
            raise Invalid('the password is not right', field=field)
        await self._transactor.transact(lambda tx: self._throttle.right(tx, guess))

    async def _take_code(self, session: Session, account: Account, code: str, address: str) -> str:
        try:
            return await self._codes.verify(account.id, code, address=address)
        except NotSignedIn as refusal:  # which would lead a page to the sign-in: the session stands
            await self._refuse(session, 'wrong code', address)
            raise Invalid(f'{refusal.detail}; wait for the next one', field='code') from None

    async def _refuse(self, session: Session, because: str, address: str) -> None:
        def decide(tx: Transaction) -> None:
            person = tx.need(Person, session.enterprise, session.person)
            tx.note(
                StepUpRefused(
                    at=tx.now,
                    enterprise=person.enterprise,
                    subject=subject_of(person),
                    actor=person.actor().reference,
                    address=address[:64],
                    because=because,
                )
            )

        await self._transactor.transact(decide, session.enterprise)
