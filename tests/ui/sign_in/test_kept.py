"""Under whose name a browser keeps things: one for each person, enterprise, role and scope."""

from dataclasses import replace
from typing import cast

from fastapi import Request

from domain.access.enterprises import Enterprise
from domain.access.permissions import Role
from domain.access.scopes import Scope
from domain.accounts.model import Person
from domain.sign_in.authentication import AccessService
from domain.sign_in.model import Session
from ui.sign_in.guard import SignedIn
from ui.sign_in.kept import kept_name, kept_under

ANA = Person(
    id='p1', enterprise='e1', account='a1', name='Ana', email='ana@example.com', role=Role.ADMIN, created_at=0.0
)
HARBOUR = Enterprise(id='e1', name='Harbour', created_at=0.0)


class _Access:
    """Nobody owns the installation, and browsers may keep things."""

    def is_owner(self, _: Session) -> bool:
        return False

    def browsers_keep(self, _: str) -> bool:
        return True


def under(person: Person = ANA, enterprise: Enterprise = HARBOUR, cookie: str = '') -> str:
    request = Request({'type': 'http', 'headers': [(b'cookie', cookie.encode())]})
    who = SignedIn(cast(Session, None), person, cast(AccessService, _Access()))
    found = kept_under(request, who, enterprise)
    assert kept_name(request.scope) == found
    return found


def test_another_person_enterprise_role_or_scope_has_another_name() -> None:
    others = (
        replace(ANA, id='p2'),
        replace(ANA, enterprise='e2'),
        replace(ANA, role=Role.VIEWER),
        replace(ANA, scope=Scope(labels={'site': ('port-1',)})),
    )
    assert len({under(), *map(under, others)}) == 5
    assert under() == under(replace(ANA, name='Ana Jansen'))


def test_a_shared_computer_and_an_enterprise_that_wants_it_so_keep_nothing() -> None:
    assert under(cookie='cellwarden_shared=1') == ''
    assert under(enterprise=replace(HARBOUR, browsers_keep=False)) == ''
