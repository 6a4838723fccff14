"""A link for people outside shows what its maker chose, until its end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import combinations

import pytest

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import PERMISSIONS, Role
from domain.alerts.model import Alert
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.incidents.links.events import IncidentLinkMade, IncidentLinkRevoked
from domain.incidents.links.model import IncidentLink, SharedPart
from domain.incidents.links.service import KEPT_S, LONGEST_S, NewIncidentLink
from tests.domain.test_root_cause import alert_of, hub_and_masts
from tests.domain.towers.test_service import answer
from tests.fakes import RunningApplication, running_application

DAY_S = 86_400.0


@asynccontextmanager
async def outage() -> AsyncIterator[tuple[RunningApplication, Alert]]:
    """A hub and two masts are down; a note says an address."""
    async with running_application() as application:
        hub, masts, _ = await hub_and_masts(application, 2)
        await answer(application, hub, False, False, False)
        for mast in masts:
            await answer(application, mast, False)
        root = alert_of(application, hub)
        await application.alerts.comment(application.actor, root.id, 'Called the exchange')
        yield application, root


def new(application: RunningApplication, *parts: SharedPart, days: float = 1) -> NewIncidentLink:
    ends = application.clock() + days * DAY_S
    return NewIncidentLink(title='Loss of service', label='Carrier', expires_at=ends, parts=parts)


async def test_nothing_is_shown_that_was_not_chosen() -> None:
    async with outage() as (application, root):
        words = {
            SharedPart.NAMES: 'Mast 1',
            SharedPart.CAUSE: root.probable_cause.value,
            SharedPart.NOTES: 'Called the exchange',
        }
        for count in range(len(SharedPart) + 1):
            for parts in combinations(SharedPart, count):
                made = new(application, *parts)
                link, secret = await application.incident_links.make(application.actor, root.id, made)
                found = await application.incident_links.open(secret)
                await application.incident_links.revoke(application.actor, link.id)
                told = repr(found)
                assert {part for part, said in words.items() if said in told} == set(parts) & set(words)
                assert (found.devices is not None) is (SharedPart.DEVICES in parts)
                assert bool(found.steps) is (SharedPart.TIMELINE in parts)
                assert root.detail not in told
                assert 'test' not in told, 'who wrote the note'


async def test_a_link_opens_until_it_is_revoked_and_both_are_in_the_journal() -> None:
    async with outage() as (application, root):
        link, secret = await application.incident_links.make(application.actor, root.id, new(application))
        assert secret not in repr(application.store.rows)
        for _ in range(2):
            await application.incident_links.open(secret)
            application.clock.tick(60)
        (kept,) = application.incident_links.list(application.actor, root.id)
        assert (kept.opened, kept.opened_at) == (2, application.clock() - 60)
        await application.incident_links.revoke(application.actor, link.id)
        with pytest.raises(NotFound):
            await application.incident_links.open(secret)
        with pytest.raises(Conflict):
            await application.incident_links.revoke(application.actor, link.id)
        assert [entry.alert for entry in application.entries(IncidentLinkMade)] == [root.id]
        assert [entry.opened for entry in application.entries(IncidentLinkRevoked)] == [2]


async def test_a_link_ends_by_itself_and_is_listed_for_a_month_more() -> None:
    async with outage() as (application, root):
        _, secret = await application.incident_links.make(application.actor, root.id, new(application))
        application.clock.tick(DAY_S)
        with pytest.raises(NotFound):
            await application.incident_links.open(secret)
        application.clock.tick(KEPT_S)
        await application.incident_links.forget(application.enterprise)
        assert len(application.incident_links.list(application.actor)) == 1
        application.clock.tick(1)
        await application.incident_links.forget(application.enterprise)
        assert application.incident_links.list(application.actor) == []


async def test_looking_is_not_counted_twice_within_seconds() -> None:
    async with outage() as (application, root):
        _, secret = await application.incident_links.make(application.actor, root.id, new(application))
        await application.incident_links.open(secret, counts=False)
        for _ in range(3):
            await application.incident_links.open(secret)
        (row,) = application.fleet[IncidentLink].values()
        assert row.opened == 1


async def test_an_end_is_given_and_within_ninety_days() -> None:
    async with outage() as (application, root):
        for days in (0, LONGEST_S / DAY_S + 1):
            with pytest.raises(Invalid) as refused:
                await application.incident_links.make(application.actor, root.id, new(application, days=days))
            assert refused.value.field == 'expires_at'


async def test_who_may_not_write_for_the_public_makes_no_link_and_another_enterprise_sees_none() -> None:
    async with outage() as (application, root):
        viewer = Actor(ActorKind.PERSON, 'v', 'Vi', application.enterprise, PERMISSIONS[Role.VIEWER])
        with pytest.raises(NotAllowed):
            await application.incident_links.make(viewer, root.id, new(application))
        link, _ = await application.incident_links.make(application.actor, root.id, new(application))
        other = await application.enterprises.add('Other')
        stranger = replace(application.actor, enterprise=other.id)
        assert application.incident_links.list(stranger) == []
        with pytest.raises(NotFound):
            await application.incident_links.revoke(stranger, link.id)
        with pytest.raises(NotFound):
            await application.incident_links.make(stranger, root.id, new(application))
