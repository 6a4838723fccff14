"""The topic of the audit trail: what fits, newest first, and new entries on the first page only."""

from typing import Any

import pytest

from domain.access.permissions import Role
from domain.accounts.model import Person
from domain.common.errors import Invalid, NotAllowed
from tests.fakes import RunningApplication, running_application
from ui.live.channel import News, Topic
from ui.sentences.fields import text_of
from ui.topics import resolver


async def opened(application: RunningApplication, **query: str) -> Topic:
    person = next(iter(application.fleet[Person].values()))
    topic = resolver(transactor=application.transactor, store=application.store)(person, 'audit', query)()
    await topic.open()
    return topic


def names(value: dict[str, Any] | None) -> list[str]:
    return [row['name'] for row in (value or {}).get('rows', [])]


async def news(application: RunningApplication, name: str) -> News:
    before = application.fleet.sequence
    await application.device(name)
    return News(entries=await application.store.journal_after(application.enterprise, before, 9))


async def test_new_entries_appear_above_the_others_where_they_fit() -> None:
    async with running_application() as application:
        await application.people.add(
            application.enterprise, 'ana@example.com', 'Ana', Role.SECURITY, 'four words and then some'
        )
        for number in range(3):
            await application.device(f'crane-{number}')
        first, second = (
            await opened(application, kind='device', size='2'),
            await opened(application, kind='device', size='2', page='1'),
        )
        other = await opened(application, q='tug')
        assert names(first.full()) == ['crane-2', 'crane-1']
        assert names(second.full()) == ['crane-0']
        fresh = await news(application, 'crane-3')
        assert first.patch(fresh) == {**first.full(), 'rows': first.full()['rows'][:1]}
        assert names(first.full()) == ['crane-3', 'crane-2']
        assert (first.full()['matched'], names(second.patch(fresh)), names(second.full())) == (4, [], ['crane-0'])
        assert names(other.patch(fresh)) == []
        assert names(other.patch(await news(application, 'TUG-1'))) == ['TUG-1']
        assert first.patch(News()) is None


async def test_what_cannot_be_asked_is_refused() -> None:
    async with running_application() as application:
        person = await application.people.add(
            application.enterprise, 'ana@example.com', 'Ana', Role.SECURITY, 'four words and then some'
        )
        resolve = resolver(transactor=application.transactor, store=application.store)
        for query in ({'since': 'yesterday'}, {'about': 'crane'}, {'size': '9999'}, {'until': '0000-00-00'}):
            with pytest.raises(Invalid):
                resolve(person, 'audit', query)()
        with pytest.raises(NotAllowed):
            resolve(person, 'installation-audit', {})


@pytest.mark.parametrize(
    ('name', 'value', 'text'),
    [
        ('maintenance_until', 1795976477.25, '2026-11-29T18:21:17Z'),
        ('expires_at', 1795976477.0, '2026-11-29T18:21:17Z'),
        ('until', 'the end', 'the end'),
        ('interval_s', 60.0, '1 min'),
        ('until', 1e300, '1e+300'),
        ('maintenance_until', None, 'none'),
    ],
)
def test_a_moment_among_the_values_is_told_as_one(name: str, value: object, text: str) -> None:
    assert text_of(value, name) == text
