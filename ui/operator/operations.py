"""The operator's commands: what ``cellwarden enterprise | user | token`` do, in the running server or on the store at rest."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from domain.access.actors import operator
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Permission, Role
from domain.access.scopes import Scope, scope_of, words
from domain.accounts.emails import checked_email
from domain.accounts.live import Accounts, Memberships
from domain.accounts.model import Account, Person, PersonKind
from domain.application import Application
from domain.common.errors import Conflict, Invalid, NotFound
from domain.common.text import folded
from domain.devices.model import Criticality, Device
from domain.installation.enterprises import found
from domain.people.model import Link
from domain.people.one_time_links import IssuedLink
from domain.tokens.model import TokenKind, least_role
from domain.towers.model import Tower
from ui.operator.answers import Answer
from ui.operator.identities import forget, relink
from ui.operator.tokens import list_tokens, revoke_token


class Operations:
    """The operations, by name; arguments and answers are plain JSON."""

    def __init__(
        self, application: Application, address: str = '', doctor: Callable[[], Awaitable[Answer]] | None = None
    ) -> None:
        """``address`` is where people reach this server, for one-time links; empty at rest, when only the settings tell.

        ``doctor`` reports how the server stands.
        """
        self._application = application
        self._address = address
        self._doctor = doctor

    async def run(self, operation: str, arguments: Mapping[str, Any]) -> Answer:
        """Carry out one operation. Raises ``DomainError`` with a line for the operator."""
        operations: dict[str, Callable[..., Awaitable[Answer]]] = {
            'enterprise add': self._add_enterprise,
            'enterprise list': self._list_enterprises,
            'enterprise browsers': self._browsers,
            'user add': self._add_user,
            'user role': self._change_role,
            'user reset': self._reset_user,
            'user owner': self._own,
            'user disable': self._disable_user,
            'user enable': self._enable_user,
            'user list': self._list_users,
            'user relink': partial(relink, self._application),
            'user forget': partial(forget, self._application),
            'token enrolment': self._enrolment_token,
            'token api': self._api_token,
            'token list': partial(list_tokens, self._application),
            'token revoke': partial(revoke_token, self._application),
        }
        if self._doctor is not None:
            operations['doctor'] = self._doctor
        if operation not in operations:
            raise Invalid(f'there is no operation {operation[:40]!r}')
        return await operations[operation](**arguments)

    async def _add_enterprise(
        self, name: str, starter: bool = True, plmns: Sequence[str] = (), enforce: Sequence[str] = ()
    ) -> Answer:
        enterprise = await found(
            self._application.enterprises,
            self._application.policies,
            name,
            starter=starter,
            plmns=plmns,
            enforce=enforce,
        )
        return {'id': enterprise.id, 'name': enterprise.name}

    async def _list_enterprises(self) -> Answer:
        return {
            'items': [
                {
                    'id': fleet.enterprise.id,
                    'name': fleet.enterprise.name,
                    'devices': len(fleet[Device]),
                    'towers': len(fleet[Tower]),
                }
                for fleet in self._application.fleets
            ]
        }

    async def _browsers(self, enterprise: str, keep: bool) -> Answer:
        enterprises = self._application.enterprises
        kept = await enterprises.let_browsers_keep(operator(INSTALLATION), enterprises.named(enterprise).id, keep)
        return {'name': kept.name, 'browsers_keep': kept.browsers_keep}

    async def _add_user(
        self,
        enterprise: str,
        email: str,
        name: str,
        role: str,
        password: str = '',
        link: bool = False,
        owner: bool = False,
        labels: Sequence[str] = (),
        regions: Sequence[str] = (),
    ) -> Answer:
        """``made`` says what was done: an ``account``, a ``link``, a ``member`` out of an account, an ``owner`` out of a member."""
        place, wanted = self._application.enterprises.named(enterprise), Role(_one_of(Role, role, 'role'))
        scope = scope_of(labels, regions)
        account = self._application.fleets.index(Accounts).of(checked_email(email))
        if account is not None:
            made = 'member'
            member = self._application.fleets.index(Memberships).of(account.id).get(place.id)
            if member is None:
                member = await self._application.operator.admit(account, place.id, wanted, scope)
            elif not owner or account.owner:
                raise Conflict(
                    f'{account.email} belongs to {place.name} already, as {member.role}; cellwarden user role changes that',
                    field='email',
                )
            else:
                made = 'owner'
        elif link:
            if owner:
                raise Invalid('an owner is appointed once the invitation was accepted: leave out --owner or --link')
            issued = await self._application.links.invite(operator(place.id), email, name, wanted, scope)
            return {'made': 'link', **self._link(issued), **_standing(issued.link)}
        else:
            made, member = (
                'account',
                await self._application.people.add(place.id, email, name, wanted, password, scope=scope),
            )
        if owner:
            await self._own(email)
        return {'made': made, 'id': member.id, **_standing(member)}

    async def _change_role(
        self, enterprise: str, email: str, role: str, labels: Sequence[str] = (), regions: Sequence[str] = ()
    ) -> Answer:
        place, wanted = self._application.enterprises.named(enterprise), Role(_one_of(Role, role, 'role'))
        account = self._application.operator.account(email)
        member = self._application.fleets.index(Memberships).of(account.id).get(place.id)
        if member is None:
            raise NotFound(f'{account.email} does not belong to {place.name}; add them with cellwarden user add')
        changed = await self._application.people.change_role(
            operator(place.id), member.id, member.version, wanted, scope_of(labels, regions)
        )
        return {'id': changed.id, **_standing(changed)}

    async def _reset_user(
        self, email: str, password: str = '', link: bool = False, second_factor: bool = False
    ) -> Answer:
        account = self._application.operator.account(email)
        if second_factor:
            await self._application.operator.forget_second_factor(account)
        if link:
            issued = await self._application.links.operators_reset_link(account)
            return {'id': account.id, 'email': account.email, **self._link(issued)}
        account = await self._application.accounts.reset_password(email, password)
        return {'id': account.id, 'email': account.email}

    def _link(self, issued: IssuedLink) -> Answer:
        return {'secret': issued.secret, 'address': self._address}

    async def _disable_user(self, email: str, last: bool = False) -> Answer:
        account = self._application.operator.account(email)
        await self._application.operator.suspend(account, last=last)
        return {'id': account.id, 'email': account.email}

    async def _enable_user(self, email: str) -> Answer:
        account = self._application.operator.account(email)
        await self._application.operator.restore(account)
        return {'id': account.id, 'email': account.email}

    async def _own(self, email: str, owner: bool = True) -> Answer:
        account = self._application.operator.account(email)
        await self._application.owners.set_owner(operator(INSTALLATION), account.id, owner)
        return {'id': account.id, 'email': account.email}

    async def _list_users(self) -> Answer:
        def item(account: Account, **more: str) -> Answer:
            return {
                'email': account.email,
                'name': account.name,
                'owner': account.owner,
                'disabled': account.suspended_at is not None,
                'second_factor': account.totp is not None,
                **more,
            }

        items = []
        for account in self._application.fleets.installation[Account].values():
            members = self._application.fleets.index(Memberships).of(account.id)
            items += [
                item(
                    account,
                    role=each.role,
                    scope=words(each.scope),
                    enterprise=self._application.fleets.of(id).enterprise.name,
                )
                for id, each in members.items()
            ] or [item(account, role='', scope='', enterprise='')]
        return {'items': items}

    async def _enrolment_token(
        self,
        enterprise: str,
        name: str,
        uses: int | None = None,
        expires_in_s: float | None = None,
        labels: Mapping[str, str] | None = None,
        criticality: str = '',
        approval: bool = False,
        replaces: bool = False,
    ) -> Answer:
        owner = self._application.enterprises.named(enterprise)
        token, secret = await self._application.tokens.issue(
            owner.id,
            TokenKind.ENROLMENT,
            name,
            uses=uses,
            expires_in_s=expires_in_s,
            labels=labels,
            criticality=_one_of(Criticality, criticality, 'criticality') if criticality else '',
            approval=approval,
            replaces=replaces,
        )
        return {'id': token.id, 'secret': secret, 'beginning': token.beginning}

    async def _api_token(
        self,
        enterprise: str,
        name: str,
        scopes: list[str],
        expires_in_s: float | None = None,
        account: str = '',
        labels: Sequence[str] = (),
        regions: Sequence[str] = (),
    ) -> Answer:
        """A token of the service account named ``account`` (without: named as the token), which is made where there is none."""
        owner = self._application.enterprises.named(enterprise)
        wanted = [Permission(_one_of(Permission, scope, 'scope')) for scope in scopes]
        service = await self._service(owner.id, account or name, wanted, scope_of(labels, regions))
        token, secret = await self._application.tokens.issue(
            owner.id,
            TokenKind.API,
            name,
            scopes=wanted,
            expires_in_s=expires_in_s,
            person=service.id,
        )
        return {'id': token.id, 'secret': secret, 'beginning': token.beginning, 'account': service.name,
                'account_id': service.id}  # fmt: skip

    async def _service(self, enterprise: str, name: str, scopes: Sequence[Permission], scope: Scope) -> Person:
        for person in self._application.fleets.of(enterprise)[Person].values():
            if person.kind is PersonKind.SERVICE and folded(person.name) == folded(name):
                if scope and scope.key != person.scope.key:
                    raise Conflict(f'there is {person.name} already, for {words(person.scope) or "everything"}')
                return person
        return await self._application.people.add_service(operator(enterprise), name, least_role(scopes), scope)


def _standing(who: Person | Link) -> Answer:
    return {'email': who.email, 'role': who.role, 'scope': words(who.scope)}


def _one_of(kind: type[Role] | type[Permission] | type[Criticality], value: str, field: str) -> str:
    if value not in {one.value for one in kind}:
        raise Invalid(f'{field} is one of {", ".join(one.value for one in kind)}, not {value[:40]!r}', field=field)
    return value
