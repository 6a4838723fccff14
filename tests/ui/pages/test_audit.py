"""The audit page: details with before and after, a check of the chain, exports that are part of the trail, and who sees it."""

import csv
import io
import json
from dataclasses import replace

import pytest

from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Role
from domain.accounts.model import Account
from domain.audit.events import AuditExported
from domain.audit.model import Finding
from domain.devices.actions import Action
from domain.devices.input import NewDevice
from domain.devices.model import DeviceKind
from domain.devices.unwatched.events import TimeUnwatched
from domain.devices.unwatched.keeping import CLOCK
from domain.policies.input import NewPolicy
from tests.ui.conftest import Console
from ui.topics.audit import audit_query, audit_row


async def test_details_show_before_and_after_and_can_be_verified(console: Console) -> None:
    device = await console.application.device('crane-1')
    await console.application.devices.change(
        console.application.actor,
        device.id,
        1,
        NewDevice(name='=crane-2', kind=DeviceKind.TABLET, labels={'site': '<b>port</b>'}),
    )
    sequence = console.application.fleet.sequence
    await console.sign_in(Role.SECURITY)
    await console.user.open('/audit')
    _act(console, str(sequence))
    for words in ('=crane-2 was changed', 'site=<b>port</b>', 'crane-1', f'device/{device.id}'):
        await console.user.should_see(words)
    console.user.find(marker='verify-here').click()
    await console.user.should_see('each follows on the one before it')


async def test_a_journal_that_was_tampered_with_is_told_with_the_place(console: Console) -> None:
    console.application.store.tampered = [Finding(7, 'was altered')]
    await console.sign_in(Role.SECURITY)
    await console.user.open('/audit')
    console.user.find(marker='verify').click()
    await console.user.should_see('The journal was tampered with')
    await console.user.should_see('Entry 7 was altered.')


async def test_an_entry_that_is_not_there_is_no_crash(console: Console) -> None:
    await console.sign_in(Role.SECURITY)
    await console.user.open('/audit')
    for sequence, number in (('999', '999'), ('x', '0'), ('9' * 50, '0')):
        _act(console, sequence)
        await console.user.should_see(f'there is no entry {number}')


async def test_a_viewer_sees_neither_the_page_nor_a_file(console: Console) -> None:
    await console.sign_in(Role.OPERATOR)
    for path in ('/audit', '/audit/installation'):
        await console.refused(path, 'Your role does not include this page')
    assert (await console.client.get('/ui/audit.csv')).status_code == 403
    assert (await console.client.get('/ui/audit.csv?trail=installation')).status_code == 403
    assert console.application.entries(AuditExported) == []


async def test_exports_hold_what_was_asked_for_and_nothing_a_spreadsheet_carries_out(console: Console) -> None:
    await console.application.device('=cmd|x')
    await console.application.device('crane-2')
    await console.sign_in(Role.SECURITY)
    answer = await console.client.get('/ui/audit.csv?kind=device')
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix('\ufeff'))))
    assert [row['subject'] for row in rows] == ['crane-2', "'=cmd|x"]
    assert [row['what'] for row in rows] == ['DeviceEnrolled'] * 2
    lines = [json.loads(line) for line in (await console.client.get('/ui/audit.ndjson?q=cmd')).text.splitlines()]
    assert [line['subject'] for line in lines] == ['=cmd|x']
    taken = console.application.entries(AuditExported)
    assert [(entry.entries, entry.by, entry.address != '') for entry in taken] == [(2, 'Ana', True), (1, 'Ana', True)]
    assert (await console.client.get('/ui/audit.csv?since=yesterday')).status_code == 422
    assert (await console.client.get('/ui/audit.xlsx')).status_code == 404


@pytest.mark.parametrize('begin', ['=', '+', '-', '@'])
async def test_no_column_of_an_export_holds_a_formula_and_every_line_is_json(console: Console, begin: str) -> None:
    words = f'{begin}cmd|é"; \'</script>'
    application = console.application
    actor = replace(application.actor, id=words, name=words, address=words)
    await application.policies.add(actor, NewPolicy(name=words, description=words, rule='device.storage.encrypted'))
    added = await application.enrolments.add(
        actor, NewDevice(name=words, kind=DeviceKind.TABLET, labels={'site': words})
    )
    await application.commands.command(actor, added.device.id, Action.LOCK, words)
    await console.sign_in(Role.SECURITY)
    answer = await console.client.get('/ui/audit.csv')
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix('\ufeff'))))
    assert not [(row['what'], name) for row in rows for name, cell in row.items() if cell.startswith(begin)]
    guarded = {name for row in rows for name, cell in row.items() if cell.startswith(f"'{begin}")}
    assert {'who', 'address', 'subject'} <= guarded
    lines = (await console.client.get('/ui/audit.ndjson')).content.split(b'\n')
    told = [json.loads(line) for line in lines if line]
    assert len(told) == len(rows) + 1, 'the export before is an entry'
    assert words in {line['subject'] for line in told}


async def test_an_owner_reads_what_belongs_to_no_enterprise(console: Console) -> None:
    person = await console.sign_in(Role.VIEWER)
    account = console.application.fleets.installation[Account][person.account]
    console.application.fleets.apply(replace(account, owner=True))
    await console.client.post('/auth/sign-in', data={'email': 'who@example.com', 'password': 'x' * 15})
    await console.application.device()
    answer = await console.client.get('/ui/audit.ndjson?trail=installation')
    assert [json.loads(line)['what'] for line in answer.text.splitlines()] == ['SignInRefused']
    await console.user.open('/audit/installation')
    await console.user.should_see(marker='audit')


def _act(console: Console, sequence: str) -> None:
    """What the table tells when a person asks for the details of a row."""
    (table,) = console.user.find(marker='audit').elements
    listener = next(one for one in table._event_listeners.values() if one.type == 'act')
    table._handle_event({'listener_id': listener.id, 'args': {'action': 'details', 'id': sequence}})


async def test_times_that_nobody_watched_stand_above_the_trail(console: Console) -> None:
    await console.sign_in(Role.SECURITY)
    await console.user.open('/audit')
    await console.user.should_not_see(marker='unwatched')
    await _gap(console)
    await console.user.open('/audit')
    await console.user.should_see('Not watched: 1 time')
    await console.user.should_see('The server did not watch for 2 h 10 min')
    await console.user.should_see('the clock was set, or the server was away')


async def test_owners_find_them_in_the_trail_of_the_installation_by_their_kind(console: Console) -> None:
    await _gap(console)
    found = await console.application.store.audit(INSTALLATION, audit_query({'kind': 'clock'}), limit=9)
    (row,) = [audit_row(console.application.fleet, one) for one in found]
    assert (row['who'], row['name'], row['text']) == ('the server itself', 'The server', 'did not watch for 2 h 10 min')


async def _gap(console: Console) -> None:
    entry = TimeUnwatched(
        at=console.application.clock(),
        enterprise=INSTALLATION,
        subject=CLOCK,
        before=0.0,
        after=7800.0,
        unseen_s=7800.0,
    )
    await console.application.transactor.transact(lambda tx: tx.note(entry), INSTALLATION)
