"""An order given on the page of a device, carried out by the real agent on this machine, and its answer on the same page."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console import WITHIN_S, Company, until
from tests.browser.sites import cell, listening, on_cell, tcp_check

HOOK = """#!/bin/sh
echo "$CELLWARDEN_ACTION: $CELLWARDEN_REASON" > {folder}/ran
while [ ! -e {folder}/go ]; do sleep 0.05; done
"""


@pytest.fixture
def agent(company: Company, tmp_path: Path) -> Iterator[Path]:
    """The agent of this machine, whose hook for quarantine waits for the file ``go`` in this folder."""
    hook = tmp_path / 'quarantine.sh'
    hook.write_text(HOOK.format(folder=tmp_path))
    hook.chmod(0o700)
    token = company.console.run('token enrolment', enterprise=company.id, name='agent', uses=1)['secret']
    command = [
        sys.executable,
        '-m',
        'ui.cli.main',
        'agent',
        '--server',
        company.console.address,
        '--state',
        str(tmp_path),
    ]
    command += ['--name', 'this-machine', '--kind', 'server', '--interval', '5', '--hook', f'quarantine={hook}']
    with (tmp_path / 'agent.log').open('wb') as log:
        process = subprocess.Popen(
            command,
            env=os.environ | {'CELLWARDEN_ENROL_TOKEN': token},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    yield tmp_path
    (tmp_path / 'go').touch()
    process.terminate()
    process.wait(WITHIN_S)


def test_a_quarantine_reaches_the_agent_and_its_confirmation_the_open_page(
    page: Page, company: Company, agent: Path
) -> None:
    company.enter(page, '/devices')
    page.get_by_role('link', name='this-machine').click()
    expect(page.get_by_test_id('presence')).to_have_text('Online')
    expect(page.get_by_test_id('reported')).to_contain_text('Linux')
    page.evaluate('window.sameDocument = true')

    page.get_by_role('button', name='Quarantine device…').click()
    page.get_by_label('Reason').fill('reported stolen')
    page.get_by_test_id('confirm').click()
    state = page.get_by_test_id('commands').locator('[data-field=state]')
    expect(state).to_have_text('Queued')
    expect(state).to_have_text('Delivered')
    until(lambda: (agent / 'ran').exists() or None, 'the hook to run')
    assert (agent / 'ran').read_text() == 'quarantine: reported stolen\n'
    expect(page.get_by_text('Quarantined', exact=True)).to_be_hidden()

    (agent / 'go').touch()
    expect(state).to_have_text('Confirmed')
    expect(page.get_by_text('Quarantined', exact=True)).to_be_visible()
    steps = page.get_by_role('log').get_by_role('listitem').filter(has_text='uarantine')
    expect(steps).to_contain_text(['Quarantined', 'Quarantine delivered', 'Quarantine queued'])
    assert page.evaluate('window.sameDocument') is True


def test_what_the_interlock_parks_is_seen_parked_and_goes_on_by_itself(page: Page, company: Company) -> None:
    with listening() as port:
        company.add('towers', name='Mast', cells=[cell(256)], checks=[tcp_check(port, max_attempts=1)])
        crane = company.device('crane-1')
        crane.check_in(radio=on_cell(256))
        company.enter(page, crane.path)
        expect(page.locator('.cw-state').get_by_text('Up', exact=True)).to_be_visible()
    expect(page.get_by_text('Down', exact=True)).to_be_visible()
    page.get_by_role('button', name='Quarantine device…').click()
    expect(page.get_by_test_id('consequences')).to_contain_text('behind a tower that is down')
    page.get_by_label('Reason').fill('reported stolen')
    page.get_by_test_id('confirm').click()
    command = page.get_by_test_id('commands').locator('tbody')
    expect(command).to_contain_text('Parked')
    expect(command).to_contain_text('its serving tower is down')
    with listening(port):
        expect(command).to_contain_text('Queued')
