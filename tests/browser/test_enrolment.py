"""A device from its token to its lock: it waits, is approved, is locked and wiped, each by the real agent and on open pages."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.console import WITHIN_S, Company, until

HOOK = """#!/bin/sh
echo "$CELLWARDEN_ACTION: $CELLWARDEN_REASON" >> {folder}/ran
"""

CUT_OFF = """() => [...document.querySelectorAll('td.acts')].filter((td) =>
  td.scrollWidth > td.clientWidth || td.getBoundingClientRect().right > td.closest('.cw-card, .framed').getBoundingClientRect().right
).length"""


@contextmanager
def agent(company: Company, folder: Path, token: str) -> Iterator[None]:
    """The agent of this machine with a hook for lock and wipe."""
    hook = folder / 'hook.sh'
    hook.write_text(HOOK.format(folder=folder))
    hook.chmod(0o700)
    command = [
        sys.executable,
        '-m',
        'ui.cli.main',
        'agent',
        '--server',
        company.console.address,
        '--state',
        str(folder),
    ]
    command += ['--name', 'this-machine', '--kind', 'server', '--interval', '5', '--label', 'site=nowhere']
    command += ['--hook', f'lock={hook}', '--hook', f'wipe={hook}']
    with (folder / 'agent.log').open('wb') as log:
        process = subprocess.Popen(
            command,
            env=os.environ | {'CELLWARDEN_ENROL_TOKEN': token},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(WITHIN_S)


def test_a_device_waits_on_the_open_page_until_it_is_approved(page: Page, company: Company, tmp_path: Path) -> None:
    company.enter(page, '/enrolment')
    expect(page.get_by_test_id('waiting')).to_contain_text('No device waits')
    page.evaluate('window.sameDocument = true')
    page.get_by_role('button', name='Make enrolment token').click()
    page.get_by_label('Labels its devices get').fill('site=port-1')
    page.get_by_label('Who is let in').click()
    page.get_by_role('option', name='Only devices that a person approves').click()
    page.get_by_role('button', name='Make token').click()
    line = page.get_by_test_id('enrol-command').locator('code')
    expect(page.get_by_role('img', name='Server and enrolment token as a QR code')).to_be_visible()
    token = line.inner_text().rpartition(' ')[2]
    with agent(company, tmp_path, token):
        page.get_by_role('button', name='Done').click()
        row = page.get_by_test_id('waiting').get_by_role('row', name='this-machine')
        expect(row).to_contain_text('New')
        expect(page.get_by_role('link', name='Enrolment')).to_contain_text('1')
        used = page.get_by_test_id('tokens').get_by_role('row', name='Roll-out')
        expect(used).to_contain_text('Used up')
        log = tmp_path / 'agent.log'
        until(lambda: 'waiting_for_approval' in log.read_text() or None, 'the agent to say that it waits')
        (device,) = company.get('/devices')['items']
        assert (device['presence'], device['labels']) == ('never_seen', {'site': 'port-1'})
        row.get_by_role('button', name='Approve device…').click()
        page.get_by_label('Criticality').click()
        page.get_by_role('option', name='Vital').click()
        page.get_by_test_id('confirm').click()
        expect(page.get_by_test_id('waiting')).to_contain_text('No device waits')
    with agent(company, tmp_path, token):  # asks at once; the one that waited would do so within half a minute
        expect(page.get_by_test_id('lately').get_by_role('row', name='this-machine')).to_contain_text('Online')
    (device,) = company.get('/devices')['items']
    assert device['criticality'] == 'vital'
    assert page.evaluate('window.sameDocument') is True


def test_a_lock_and_a_wipe_reach_the_agent_and_their_confirmation_the_open_page(
    page: Page, company: Company, tmp_path: Path
) -> None:
    token = company.console.run('token enrolment', enterprise=company.id, name='agent', uses=1)['secret']
    with agent(company, tmp_path, token):
        company.enter(page, '/devices')
        page.get_by_role('link', name='this-machine').click()
        expect(page.get_by_test_id('presence')).to_have_text('Online')
        page.get_by_role('button', name='More actions').click()
        page.get_by_role('button', name='Lock device…', exact=True).click()
        page.get_by_label('Reason').fill('left in a taxi')
        page.get_by_test_id('confirm').click()
        expect(page.get_by_test_id('lock-state')).to_have_text('Locked')

        page.get_by_role('button', name='More actions').click()
        expect(page.get_by_role('button', name='Unlock device…')).to_be_visible()
        page.get_by_role('button', name='Wipe device…').click()
        page.get_by_label('Reason').fill('nobody has found it')
        page.get_by_test_id('confirm').click()
        expect(page.get_by_text('Type this-machine, so that no other device is erased.')).to_be_visible()
        page.get_by_test_id('typed').fill('this-machine')
        page.get_by_test_id('confirm').click()
        expect(page.get_by_test_id('wipe-state')).to_have_text('Wiped')
        assert (tmp_path / 'ran').read_text() == 'lock: left in a taxi\nwipe: nobody has found it\n'


def test_a_device_that_nothing_opens_any_more_says_so_and_how_it_comes_back(page: Page, company: Company) -> None:
    crane = company.device('crane-1', identifiers={'serial': 'SN-1'})
    company.enter(page, crane.path)
    page.get_by_role('button', name='More actions').click()
    page.get_by_role('button', name='Revoke credential…').click()
    expect(page.get_by_label('Reason')).to_be_focused()
    page.keyboard.press('Enter')
    expect(page.get_by_text('Say why: the person who finds the device locked out will ask.')).to_be_visible()
    page.keyboard.type('stolen')
    page.keyboard.press('Enter')
    expect(page.get_by_test_id('credential')).to_have_text('No credential')
    expect(page.get_by_test_id('locked-out')).to_contain_text('by its IMEI or serial number it gets this place back')
    page.get_by_role('button', name='More actions').click()
    expect(page.get_by_role('button', name='Retire device…')).to_be_visible()
    expect(page.get_by_role('button', name='Revoke credential…')).to_be_hidden()
    page.keyboard.press('Escape')

    page.get_by_role('button', name='Make enrolment token').click()
    page.get_by_role('button', name='Make token').click()
    token = page.get_by_test_id('enrol-command').locator('code').inner_text().rpartition(' ')[2]
    again = {'name': 'crane-1', 'kind': 'tablet', 'identifiers': {'serial': 'SN-1'}}
    assert company.console.client(token).post('/enrolments', json=again).json()['device_id'] == crane.id
    expect(page.get_by_test_id('locked-out')).to_be_hidden()
    expect(page.get_by_test_id('credential')).to_be_hidden()


@pytest.mark.parametrize('width', [1440, 1100, 390])
def test_the_buttons_beside_a_long_name_are_whole(new_page: NewPage, company: Company, width: int) -> None:
    token = company.console.run('token enrolment', enterprise=company.id, name='cranes', approval=True)['secret']
    long = {'name': 'Crane at the northern quay ' * 4, 'kind': 'tablet', 'identifiers': {'serial': 'S' * 40}}
    assert company.console.client(token).post('/enrolments', json=long).status_code == 201
    page = company.enter(new_page(viewport={'width': width, 'height': 900}), '/enrolment')
    row = page.get_by_test_id('waiting').get_by_role('row', name='Crane at')
    expect(row.get_by_role('button', name='Refuse device…')).to_be_visible()
    assert page.evaluate(CUT_OFF) == 0
