"""Across nouns: a database of an earlier release becomes one of this; accounts and tokens stay, and the old journal reads."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from tortoise.migrations.recorder import MigrationRecorder
from tortoise.transactions import in_transaction

from domain.accounts.model import Account, Person
from domain.alerts.archive import NEWEST_FIRST, AlertQuery
from domain.alerts.model import Alert
from domain.audit.model import AuditQuery
from domain.devices.events import PresenceChanged
from domain.devices.model import Criticality, Device
from domain.sign_in.events import SignedIn
from domain.sign_in.model import Identity, Session
from domain.tokens.model import Token
from persistence import migrations
from persistence.database import APPS, opened_store, opened_trail
from persistence.engine import schema
from tests.persistence.engine.test_schema import connected
from tests.persistence.samples import HARBOUR, T, changes, entry, loaded

MIGRATIONS = Path(migrations.__file__).parent
# The first release's: two entries of its journal have gone by retention.
OLD = (
    f"INSERT INTO enterprise (id, name, created_at, quarantine_share, quarantine_least) VALUES ('{HARBOUR}', 'Harbour', {T}, 0.1, 3)",
    'INSERT INTO person (id, enterprise, email, name, role, password_hash, created_at, disabled_at, version) VALUES '
    f"('P1', '{HARBOUR}', 'ana@example.com', 'Ana', 'admin', '$argon2id$x', {T}, NULL, 1), "
    f"('P2', '{HARBOUR}', 'bo@example.com', 'Bo', 'viewer', '$argon2id$y', {T}, {T}, 2)",
    f"INSERT INTO journal_counter (enterprise, used) VALUES ('{HARBOUR}', 4)",
    'INSERT INTO journal_entry (enterprise, sequence, at, kind, subject_kind, subject_id, subject_name, actor, payload) VALUES '
    f"('{HARBOUR}', 3, {T}, 'SignedIn', 'person', 'P1', 'Ana', 'Ana', '{{\"address\": \"203.0.113.7\"}}'), "
    f"('{HARBOUR}', 4, {T}, 'PresenceChanged', 'device', 'D1', 'crane', '', "
    '\'{"before": "online", "after": "late", "away_s": null}\')',
)


TOKENS = (
    'INSERT INTO token (id, enterprise, kind, name, digest, created_at, scopes, uses_left) VALUES '
    f"('T1', '{HARBOUR}', 'enrolment', 'roll-out', '{'d' * 64}', {T}, '[]', 3)",
)
DEVICES = (
    'INSERT INTO device (id, enterprise, name, kind, created_at, labels, imei, serial, interval_s, version) VALUES '
    f"('D1', '{HARBOUR}', 'crane-117', 'tablet', {T}, '{{\"site\":\"port-1\"}}', NULL, 'S-1', 60, 3)"
)
IDENTITIES = (
    'INSERT INTO identity (id, account, provider, issuer, subject, created_at, seen_at) VALUES '
    f"('{'e' * 64}', 'P1', 'harbour', 'https://sso.example.com', 'ana', {T}, {T})"
)
ALERTS = (
    'INSERT INTO alert (id, enterprise, key, alarm_type, severity, probable_cause, problem, object_kind, object_id, object_name, '
    'raised_at, changed_at, cleared_at, detail, devices, witnesses, acknowledged_at, acknowledged_by, comment, version) VALUES '
    f"('A1', '{HARBOUR}', 'tower/T1', 'communicationsAlarm', 'major', 'lossOfSignal', 'Mast is down', 'tower', 'T1', 'Mast', {T}, {T}, "
    f"NULL, 'refused', 4, '[]', {T}, 'Ana', '', 2), "
    f"('A0', '{HARBOUR}', 'tower/T1', 'communicationsAlarm', 'minor', 'lossOfSignal', 'Mast is degraded', 'tower', 'T1', 'Mast', {T}, {T}, "
    f"{T + 74}, 'refused', 1, '[]', NULL, NULL, '', 2)"
)
SIGNED_IN = (
    'INSERT INTO session (id, enterprise, digest, account, person, created_at, expires_at, seen_at, address, browser, method, provider, '
    f"provider_session, pending, ended_because) VALUES ('S1', '{HARBOUR}', '{'a' * 64}', 'P1', 'P1', {T}, {T + 9}, {T}, '10.0.0.9', "
    "'Firefox', 'Harbour SSO', 'harbour', 'sid-1', 0, '')"
)


async def _old_database(url: str, releases: tuple[str, ...] = ('0001_initial',), then: tuple[str, ...] = OLD) -> None:
    """As one of the releases left it; after the first, two entries have gone by retention."""
    async with connected(url, APPS) as client:
        await MigrationRecorder(client).ensure_schema(schema._editor(client))
        steps = schema.Steps(APPS)
        for release in releases:
            async with in_transaction(client.connection_name) as transaction:
                assert await steps.apply_next(transaction) == release
        for statement in then:
            await client.execute_script(statement)


async def test_people_become_accounts_and_members_and_sign_in_anew(empty: str) -> None:
    await _old_database(empty)
    async with opened_store(empty) as store:
        (account,) = await loaded(store, Account)
        (person,) = await loaded(store, Person)
        assert (account.id, account.email, account.password_hash) == ('P1', 'ana@example.com', '$argon2id$x')
        assert (person.id, person.account, person.role, person.enterprise) == ('P1', 'P1', 'admin', HARBOUR)
        assert await loaded(store, Session) == []


async def test_sessions_of_the_second_release_go_on_without_an_identity_token(empty: str) -> None:
    await _old_database(empty, ('0001_initial', '0002_access'), (SIGNED_IN,))
    async with opened_store(empty) as store:
        (session,) = await loaded(store, Session)
        assert (session.id, session.provider_session, session.identity_token) == ('S1', 'sid-1', '')


async def test_the_old_journal_reads_as_before_and_is_told_to_be_unchained(empty: str) -> None:
    await _old_database(empty)
    async with opened_store(empty) as store:
        signed, moved = [found.entry for found in await store.journal_after(HARBOUR, 0, 9)]
        assert isinstance(signed, SignedIn)
        assert (signed.by, signed.address, signed.subject.id) == ('Ana', '203.0.113.7', 'P1')
        assert isinstance(moved, PresenceChanged)
        assert [found.sequence for found in await store.audit(HARBOUR, AuditQuery(), limit=9)] == [3]
        await store.commit(changes(entries=(entry(1), entry(2))))
    async with opened_trail(empty) as trail:
        verdict = await trail.check(HARBOUR)
        assert (verdict.findings, verdict.begins, verdict.entries, verdict.unchained) == ([], 3, 4, 2)


async def test_a_token_that_is_older_than_its_beginning_goes_on_opening(empty: str) -> None:
    await _old_database(empty, ('0001_initial', '0002_access'), TOKENS)
    async with opened_store(empty) as store:
        (token,) = await loaded(store, Token)
        assert (token.name, token.digest, token.uses_left, token.beginning) == ('roll-out', 'd' * 64, 3, '')
        await store.commit(changes(replace(token, beginning='cwe_9fQk')))
        assert [row.beginning for row in await loaded(store, Token)] == ['cwe_9fQk']


async def test_a_device_that_is_older_than_its_criticality_is_a_normal_one(empty: str) -> None:
    releases = tuple(sorted(path.stem for path in MIGRATIONS.glob('0*.py')))
    before = releases[: releases.index('0010_criticality')]
    await _old_database(empty, before, (DEVICES,))
    async with opened_store(empty) as store:
        (device,) = await loaded(store, Device)
        assert (device.name, device.labels, device.version) == ('crane-117', {'site': 'port-1'}, 3)
        assert device.criticality is Criticality.NORMAL
        await store.commit(changes(replace(device, criticality=Criticality.VITAL)))
        assert [row.criticality for row in await loaded(store, Device)] == [Criticality.VITAL]


async def test_an_identity_that_is_older_than_its_end_goes_on_opening_until_it_is_forgotten(empty: str) -> None:
    releases = tuple(sorted(path.stem for path in MIGRATIONS.glob('0*.py')))
    before = releases[: releases.index('0016_identity_relinking')]
    await _old_database(empty, before, (IDENTITIES,))
    async with opened_store(empty) as store:
        (identity,) = await loaded(store, Identity)
        assert (identity.subject, identity.relink_until, identity.forgotten_at) == ('ana', None, None)
        await store.commit(changes(replace(identity, relink_until=T + 9)))
        assert [row.relink_until for row in await loaded(store, Identity)] == [T + 9]
        await store.commit(changes(replace(identity, forgotten_at=T + 1)))
        assert await loaded(store, Identity) == []
        await store.commit(changes(identity))
        assert await loaded(store, Identity) == [identity]


async def test_alerts_of_an_earlier_release_have_been_what_they_are(empty: str) -> None:
    releases = tuple(sorted(path.stem for path in MIGRATIONS.glob('0*.py')))
    await _old_database(empty, releases[: releases.index('0017_alert_history')], (ALERTS,))
    async with opened_store(empty) as store:
        (alert,) = await loaded(store, Alert)
        assert (alert.peak_severity, alert.peak_devices, alert.first_problem) == ('major', 4, 'Mast is down')
        assert (alert.told_severity, alert.told_devices, alert.acknowledgements) == ('major', 4, ())
        assert (alert.acknowledged_by, alert.recovery, alert.held_since) == ('Ana', '', None)
        assert (alert.comments, alert.keys) == ((), ())
        (cleared,) = await store.cleared_alerts(HARBOUR, AlertQuery(severities=('minor',)), NEWEST_FIRST, limit=9)
        assert (cleared.problem, cleared.peak_severity, cleared.lasted_s) == ('Mast is degraded', 'minor', 74.0)


async def test_the_trail_is_found_without_walking_through_the_journal(url: str) -> None:
    async with opened_store(url) as store:
        await store.commit(changes(entries=tuple(entry(n) for n in range(50))))
        plan: list[Any] = []
        seen = store._fetch

        async def explained(query: str, where: Any) -> Any:
            prefix = 'EXPLAIN QUERY PLAN ' if url.startswith('sqlite') else 'EXPLAIN '
            if not url.startswith('sqlite'):
                await store._client.execute_query('SET enable_seqscan = off', [])
            plan.extend(str(tuple(row)) for row in await seen(prefix + query, where))
            return []

        store._fetch = explained  # type: ignore[method-assign]
        await store.audit(HARBOUR, AuditQuery(), limit=50)
        assert 'journal_entry_audit' in ' '.join(plan)
        assert 'Sort' not in ' '.join(plan)
        assert 'TEMP B-TREE' not in ' '.join(plan)


async def test_a_journal_that_is_older_than_the_chain_is_checked_as_before(empty: str) -> None:
    await _old_database(empty)
    async with opened_store(empty) as store:
        await store.commit(changes(entries=(entry(5), entry(6))))
        verdict = await store.check_chain(HARBOUR)
        assert (verdict.findings, verdict.unchained, verdict.entries) == ([], 2, 4)
        await store._writer.change("UPDATE journal_entry SET digest = '' WHERE sequence = 6", ())
        assert [finding.sequence for finding in (await store.check_chain(HARBOUR)).findings] == [6]
