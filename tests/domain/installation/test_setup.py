"""The first start: one link, one owner, one enterprise."""

import asyncio

import pytest

from domain.access.permissions import Role
from domain.accounts.model import Account
from domain.common.errors import Invalid, NotFound
from domain.people.one_time_links import IssuedLink
from domain.policies.model import Policy
from domain.sign_in.model import Browser, SignedInBrowser
from tests.fakes import MemoryStore, RunningApplication, running_application

PASSWORD = 'correct horse battery'


async def link(application: RunningApplication) -> IssuedLink:
    made = await application.setup.link()
    assert made is not None
    return made


async def set_up(
    application: RunningApplication, secret: str, enterprise: str = 'Ghent', **more: object
) -> SignedInBrowser:
    values = {'email': 'ana@example.com', 'name': 'Ana', 'password': PASSWORD, 'networks': ('204-08',)} | more
    return await application.setup.set_up(secret, enterprise=enterprise, browser=Browser(), **values)  # type: ignore[arg-type]


async def test_the_link_makes_the_owner_the_first_enterprise_and_a_session() -> None:
    async with running_application() as application:
        opened = await set_up(application, (await link(application)).secret)
        _, person = application.access.session(opened.secret) or pytest.fail('no session')
        assert application.access.is_owner(opened.session)
        assert person.role is Role.ADMIN
        fleet = application.fleets.of(person.enterprise)
        assert fleet.enterprise.name == 'Ghent'
        assert len(fleet[Policy]) == 6, 'the starter policies, with the one for our own networks'
        assert await application.setup.link() is None


async def test_a_new_start_makes_a_new_link_and_ends_the_former_one() -> None:
    store = MemoryStore()
    async with running_application(store=store) as application:
        first = await link(application)
    async with running_application(store=store) as application:
        second = await link(application)
        with pytest.raises(NotFound):
            await set_up(application, first.secret)
        assert (await set_up(application, second.secret)).secret


async def test_an_account_made_meanwhile_ends_the_link() -> None:
    async with running_application() as application:
        made = await link(application)
        await application.people.add(application.enterprise, 'bob@example.com', 'Bob', Role.ADMIN, PASSWORD)
        with pytest.raises(NotFound):
            await set_up(application, made.secret)
        assert [account.email for account in application.fleets.installation[Account].values()] == ['bob@example.com']


async def test_an_enterprise_that_an_operator_has_added_is_taken_as_it_is() -> None:
    async with running_application() as application:
        opened = await set_up(application, (await link(application)).secret, application.fleet.enterprise.name)
        assert opened.session.enterprise == application.enterprise
        assert len(list(application.fleets)) == 1


async def test_two_hands_on_one_link_make_one_owner() -> None:
    async with running_application() as application:
        secret = (await link(application)).secret
        hands = [set_up(application, secret, name, email=f'{name}@example.com') for name in ('ghent', 'delft')]
        answers = await asyncio.gather(*hands, return_exceptions=True)
        assert [isinstance(answer, NotFound) for answer in answers] == [False, True]
        assert len(application.fleets.installation[Account]) == 1
        assert 'delft' not in {fleet.enterprise.name for fleet in application.fleets}


@pytest.mark.parametrize(
    'wrong', [{'networks': ('20408',)}, {'email': 'nobody'}, {'password': 'short'}, {'name': ' '}, {'enterprise': ''}]
)
async def test_what_is_wrong_is_named_and_leaves_the_installation_empty(wrong: dict[str, object]) -> None:
    async with running_application() as application:
        made, before = await link(application), len(list(application.fleets))
        with pytest.raises(Invalid) as refused:
            await set_up(application, made.secret, **wrong)  # type: ignore[arg-type]
        assert refused.value.field
        assert len(list(application.fleets)) == before
        assert not application.fleets.installation[Account]
        assert application.links.look(made.secret).spent_at is None
