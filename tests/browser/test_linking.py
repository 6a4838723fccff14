"""Across the sign-in: an account from before single sign-on is linked by its owner, as a person does it in a browser."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.console import Console
from tests.real.canaille import running_mock

PASSWORD = 'four words and then some'
ANA = {'sub': 'ana', 'email': 'ana@harbour.example'}
"""As Microsoft Entra: nothing says that the address is verified."""


@pytest.fixture(scope='module')
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    folder = tmp_path_factory.mktemp('harbour')
    console = Console(folder)
    with running_mock(ANA, folder) as issuer:
        provider = {
            'name': 'harbour', 'label': 'Harbour SSO', 'issuer': issuer, 'client_id': 'cellwarden', 'client_secret': 'any',
            'email_domains': ['harbour.example'],
        }  # fmt: skip
        console.environment['CELLWARDEN_PROVIDERS'] = json.dumps([provider])
        console.start()
        console.run('enterprise add', name='Port of Delft', starter=False)
        person = {'enterprise': 'Port of Delft', 'email': ANA['email'], 'name': 'Ana', 'role': 'admin'}
        console.run('user add', password=PASSWORD, **person)
        yield console
        console.stop()


def at_the_provider(page: Page) -> None:
    page.locator('input[name=sub]').fill(ANA['sub'])
    page.keyboard.press('Enter')


def test_one_proof_while_signing_in_and_the_provider_opens_the_account(new_page: NewPage, harbour: Console) -> None:
    page = new_page(allow=('/@picocss/', '/favicon.ico'))  # what the page of that provider lacks
    page.goto(f'{harbour.address}/login/harbour?next=/towers')
    at_the_provider(page)
    expect(page.get_by_role('heading', level=1)).to_have_text('Connect your account')
    expect(page.get_by_label('E-mail address')).to_have_value(ANA['email'])
    page.get_by_label('Password of the account', exact=True).fill('a guess')
    page.get_by_role('button', name='Connect Harbour SSO').click()
    expect(page.get_by_role('alert')).to_have_text('The password is not right.')
    page.get_by_label('Password of the account', exact=True).fill(PASSWORD)
    page.get_by_role('button', name='Connect Harbour SSO').click()
    at_the_provider(page)
    page.wait_for_url(f'{harbour.address}/towers')
