"""Retention: recent points at full rate, older ones thinned, the oldest and what is long closed dropped."""

from dataclasses import replace

from domain.alerts.model import Alert
from domain.changes.store import Changes, Retention
from domain.checks.model import CheckResult
from domain.enforcement.model import Command, CommandState
from domain.measurements.model import measured
from domain.people.model import Link, LinkKind
from domain.policies.violations import Violation
from domain.sign_in.model import Guesses, Session
from domain.status_page.model import Availability, Notice
from domain.tokens.model import Token
from persistence.store import TortoiseStore
from tests.persistence.samples import (
    ALERT,
    COMMAND,
    DEVICE,
    EVERY,
    HARBOUR,
    TOWER,
    VIOLATION,
    T,
    changes,
    entry,
    loaded,
    sample,
)

RULES = Retention(
    full_rate_s=3600, thin_to_s=900, samples_s=86_400, journal_s=1000, closed_s=1000, sessions_s=1000, tokens_s=1000
)
NOW = 1_763_802_000.0  # a whole number of quarters, so that the expected moments are plain


async def _moments(store: TortoiseStore, device: str = 'D1') -> list[float]:
    return [point.observed_at - NOW for point in await store.samples(HARBOUR, device, 0, NOW * 2, 9999)]


async def test_samples_are_thinned_to_the_first_of_each_interval_and_end_after_their_time(store: TortoiseStore) -> None:
    await store.commit(changes(DEVICE, replace(DEVICE, id='D2')))
    seconds = [*range(-7200, 0, 300), -100_000]
    await store.commit(
        Changes(samples=[replace(sample(0, device), observed_at=NOW + s) for device in ('D1', 'D2') for s in seconds])
    )
    dropped = await store.thin(NOW, RULES)
    kept = [*range(-7200, -3600, 900), *range(-3600, 0, 300)]
    assert await _moments(store) == await _moments(store, 'D2') == kept
    assert dropped['radio_sample'] == 2 * (len(seconds) - len(kept))


async def test_a_later_pass_goes_on_where_the_former_ended(store: TortoiseStore) -> None:
    await store.commit(changes(DEVICE))
    await store.commit(Changes(samples=[replace(sample(0), observed_at=NOW + s) for s in range(-7200, 0, 300)]))
    await store.thin(NOW, RULES)
    assert (await store.thin(NOW, RULES))['radio_sample'] == 0
    assert (await store.thin(NOW + 1800, RULES))['radio_sample'] == 4
    assert await _moments(store) == [*range(-7200, -1800, 900), *range(-1800, 0, 300)]


async def test_check_results_are_thinned_check_by_check(store: TortoiseStore) -> None:
    bundle = changes(TOWER)
    bundle.results = [
        CheckResult('T1', check, NOW + s, True) for check in ('C1', 'C2') for s in range(-5400, -3600, 300)
    ]
    await store.commit(bundle)
    assert (await store.thin(NOW, RULES))['check_result'] == 8
    left = await store.check_results(HARBOUR, 'T1', 0, 99)
    assert sorted((item.check, item.at - NOW) for item in left) == [
        ('C1', -5400),
        ('C1', -4500),
        ('C2', -5400),
        ('C2', -4500),
    ]


async def test_what_was_closed_long_ago_goes_and_what_is_open_stays(store: TortoiseStore) -> None:
    old = T - 2000
    await store.commit(
        changes(
            VIOLATION,
            replace(VIOLATION, id='V2', cleared_at=old),
            replace(VIOLATION, id='V3', cleared_at=T - 10),
            replace(COMMAND, moved_at=old),
            replace(COMMAND, id='M2', state=CommandState.CONFIRMED, moved_at=old),
            ALERT,
            replace(ALERT, id='A2', cleared_at=old),
            *(row for row in EVERY if isinstance(row, Session)),
            replace(next(row for row in EVERY if isinstance(row, Session)), id='c' * 64, ended_at=old),
            replace(next(row for row in EVERY if isinstance(row, Session)), id='d' * 64, expires_at=old),
        )
    )
    dropped = await store.thin(T, RULES)
    assert {name: dropped[name] for name in ('violation', 'command', 'alert', 'session')} == {
        'violation': 1,
        'command': 1,
        'alert': 1,
        'session': 2,
    }
    assert await store.get(Violation, HARBOUR, 'V2') is None
    assert await store.get(Violation, HARBOUR, 'V3') is not None
    assert await store.get(Command, HARBOUR, 'M1') is not None
    assert await store.get(Alert, HARBOUR, 'A1') is not None


async def test_a_token_is_kept_for_a_while_after_it_was_revoked_or_has_expired(store: TortoiseStore) -> None:
    token = next(row for row in EVERY if isinstance(row, Token))
    ends: dict[str, tuple[float | None, float | None]] = {
        'open': (None, None),
        'lives': (T + 10, None),
        'lately-expired': (T - 999, None),
        'long-expired': (T - 1001, None),
        'lately-revoked': (None, T - 999),
        'long-revoked': (T + 10, T - 1001),
    }
    rows = [
        replace(token, id=name, digest=name, expires_at=expires, revoked_at=revoked)
        for name, (expires, revoked) in ends.items()
    ]
    await store.commit(changes(*rows))
    assert (await store.thin(T, RULES))['token'] == 2
    left = [name for name in ends if await store.get(Token, token.enterprise, name)]
    assert left == ['open', 'lives', 'lately-expired', 'lately-revoked']


async def test_the_journal_loses_its_oldest_entries_and_goes_on_counting(store: TortoiseStore) -> None:
    await store.commit(changes(entries=tuple(entry(n, at=T - 2000) for n in range(2500))))
    await store.commit(changes(entries=(entry(1),)))
    assert (await store.thin(T, RULES))['journal_entry'] == 2500
    assert [item.sequence for item in await store.journal_after(HARBOUR, 0, 9)] == [2501]
    assert [item.sequence for item in await store.commit(changes(entries=(entry(2),)))] == [2502]


async def test_guesses_of_yesterday_and_links_that_ended_long_ago_go(store: TortoiseStore) -> None:
    old, new = (
        Guesses(id='a' * 64, times=(T - 2000,), newest_at=T - 2000),
        Guesses(id='b' * 64, times=(T,), newest_at=T),
    )
    link = Link(id='L1', enterprise=HARBOUR, kind=LinkKind.RESET, digest='c' * 64, created_at=T, expires_at=T - 2000)
    await store.commit(changes(old, new, link, replace(link, id='L2', digest='d' * 64, expires_at=T)))
    dropped = await store.thin(T, replace(RULES, guesses_s=1000))
    assert (dropped['guesses'], dropped['link']) == (1, 1)
    assert [row async for rows in store.load(Guesses) for row in rows] == [new]
    assert [row.id async for rows in store.load(Link) for row in rows] == ['L2']


async def test_a_clock_that_is_a_year_ahead_costs_a_day_of_history_a_pass_not_all_of_it(store: TortoiseStore) -> None:
    year, day, rules = 365 * 86_400, 86_400, replace(RULES, journal_s=400 * 86_400.0)
    assert await store.age_by(NOW) == NOW
    moment = await store.age_by(NOW + year)
    assert moment == NOW + day
    await store.commit(Changes(entries=[replace(entry(), at=NOW - 300 * day)]))
    assert (await store.thin(moment, rules))['journal_entry'] == 0
    assert await store.age_by(NOW + 3600) == NOW + 3600, 'set right again, it is followed at once'
    assert await store.age_by(NOW + 7200) == NOW + 7200


async def test_a_database_of_an_older_version_is_not_emptied_by_its_first_pass(store: TortoiseStore) -> None:
    await store.commit(changes(DEVICE))
    await store.thin(NOW, Retention())
    assert await store.age_by(NOW + 300 * 86_400) <= NOW + 86_400


async def test_minutes_are_kept_for_a_day_and_hours_for_a_month(store: TortoiseStore) -> None:
    ages = {60: (3600, 25 * 3600, 27 * 3600), 3600: (27 * 3600, 30 * 86_400, 32 * 86_400)}
    rows = [
        measured(HARBOUR, 'checkins', step, NOW - age, [(1, 2, 3, 4)]) for step, each in ages.items() for age in each
    ]
    await store.commit(changes(*rows))
    await store.commit(changes(*rows))  # the same steps again
    dropped = await store.thin(NOW, Retention())
    kept = {step: await store.measurements(HARBOUR, 'checkins', step, 0, NOW) for step in ages}
    assert {step: [NOW - row.at for row in found] for step, found in kept.items()} == {
        60: [25 * 3600, 3600],
        3600: [30 * 86_400, 27 * 3600],
    }
    assert kept[60][0] == rows[1]
    assert dropped['measurement'] == 2
    assert await store.measurements('another', None, 60, 0, NOW) == []


async def test_what_is_gone_from_a_status_page_is_dropped_with_what_else_is_closed(store: TortoiseStore) -> None:
    row = next(each for each in EVERY if isinstance(each, Notice))
    days = next(each for each in EVERY if isinstance(each, Availability))
    old, new = T - RULES.closed_s - 1, T - RULES.closed_s + 1
    rows = [replace(row, id='N1', removed_at=old), replace(row, id='N2', removed_at=new), replace(row, id='N3')]
    await store.commit(changes(*rows, replace(days, removed_at=old)))
    dropped = await store.thin(T, RULES)
    assert (dropped['status_notice'], dropped['status_availability']) == (1, 1)
    assert [each.id for each in await loaded(store, Notice)] == ['N3']
