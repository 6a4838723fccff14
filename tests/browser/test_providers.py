"""Signing in and out at Canaille, a full OpenID provider, as a person does."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import stumbles
from tests.browser.conftest import NewPage
from tests.browser.console import Console
from tests.real.canaille import LABEL, PASSWORD, running_canaille, settings


@pytest.fixture(scope='module')
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console whose people come from Canaille."""
    folder = tmp_path_factory.mktemp('harbour')
    console = Console(folder)
    with running_canaille(console.address, folder) as issuer:
        console.environment['CELLWARDEN_PROVIDERS'] = settings(issuer, 'Port of Delft')
        console.start()
        console.run('enterprise add', name='Port of Delft', starter=False)
        yield console
        console.stop()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page that forgives Canaille a font that its own style sheet misses."""
    return new_page(allow=('/static/fomanticui/',))


def give(page: Page, name: str) -> None:
    """What Canaille asks: a name, then a password."""
    page.get_by_label('Login').fill(name)
    page.keyboard.press('Enter')
    prove(page)


def prove(page: Page) -> None:
    field = page.locator('input[type=password]')
    field.fill(PASSWORD)
    field.press('Enter')  # on the field itself: Canaille's scripts may have taken the focus from it


def sign_in(page: Page, harbour: Console, name: str, path: str = '/') -> None:
    page.goto(harbour.address + path)
    page.get_by_role('link', name=f'Sign in with {LABEL}').click()
    give(page, name)


def test_a_person_signs_in_and_out_at_the_provider(page: Page, harbour: Console) -> None:
    sign_in(page, harbour, 'ana', '/devices?presence=offline')
    page.wait_for_url(f'{harbour.address}/devices?presence=offline')
    page.get_by_role('button', name=re.compile('Ana de Vries')).click()
    expect(page.locator('.cw-pop .who')).to_have_text('Ana de Vriesana@harbour.example · Port of Delft')

    page.get_by_role('button', name='Sign out', exact=True).click()
    page.wait_for_url(f'{harbour.address}/login?news=signed-out')  # no page asks whether it was meant
    expect(page.get_by_role('status')).to_contain_text(['You are signed out.'])
    page.goto(f'{harbour.address}/devices')
    page.wait_for_url(f'{harbour.address}/login?next=/devices')
    page.get_by_role('link', name=f'Sign in with {LABEL}').click()
    expect(page.get_by_label('Login')).to_be_visible()  # signed out there too

    page.goto(f'{harbour.address}/login')
    page.get_by_test_id('shared-link').click()
    page.wait_for_url(re.compile('shared=1'))
    page.get_by_role('link', name=f'Sign in with {LABEL}').click()
    give(page, 'ana')
    page.get_by_role('button', name=re.compile('Ana de Vries')).click()
    assert page.evaluate('() => window.cellwarden.keptUnder') == '', 'a shared computer keeps nothing'
    with page.expect_response('**/auth/sign-out') as answered:
        page.get_by_role('button', name='Sign out', exact=True).click()
    assert answered.value.all_headers().get('clear-site-data') == '"storage"', (
        'no page of ours follows that would clear it'
    )


def test_a_restart_loses_no_sign_in_that_is_at_the_provider(page: Page, harbour: Console) -> None:
    page.goto(f'{harbour.address}/towers')
    page.get_by_role('link', name=f'Sign in with {LABEL}').click()
    expect(page.get_by_label('Login')).to_be_visible()
    harbour.kill()
    harbour.start()
    give(page, 'ana')
    page.wait_for_url(f'{harbour.address}/towers')


def test_a_person_in_no_group_is_told_in_plain_words(page: Page, harbour: Console) -> None:
    sign_in(page, harbour, 'ben')
    expect(page.get_by_role('alert')).to_have_text(f'{LABEL} signed you in, but none of your groups opens Cellwarden.')
    assert stumbles(page) == ''
    page.get_by_role('link', name='Sign in another way').click()
    page.wait_for_url(f'{harbour.address}/login?next=/')


def test_a_step_up_asks_for_the_password_again(page: Page, harbour: Console) -> None:
    sign_in(page, harbour, 'ana')
    page.wait_for_url(f'{harbour.address}/')
    before = page.context.cookies(harbour.address)
    page.goto(f'{harbour.address}/login/harbour?step_up=1&next=/towers')
    expect(page.get_by_text('requesting identity confirmation')).to_be_visible()
    prove(page)
    page.wait_for_url(f'{harbour.address}/towers')
    assert page.context.cookies(harbour.address) != before


def test_what_a_fresh_proof_is_asked_for_goes_on_by_itself_once_it_is_given_in_another_tab(
    page: Page, harbour: Console
) -> None:
    sign_in(page, harbour, 'ana', '/account')
    page.wait_for_url(f'{harbour.address}/account')
    page.goto('about:blank')
    harbour.kill()
    with closing(sqlite3.connect(harbour.folder / 'cellwarden.sqlite3')) as database, database:
        database.execute('UPDATE session SET raised_at = raised_at - 601')  # ten minutes pass
    harbour.start()
    page.goto(f'{harbour.address}/account')
    page.get_by_role('button', name='Make token…').click()
    page.get_by_label('Name', exact=True).fill('Nightly export')
    page.get_by_role('button', name='devices:read').click()
    page.get_by_role('button', name='Make token', exact=True).click()
    asked = page.get_by_role('dialog', name='Confirm that it is you')
    with page.context.expect_page() as opened:
        asked.get_by_role('link', name=f'Sign in again with {LABEL}').click()
    expect(asked.get_by_role('status')).to_contain_text('then goes on by itself')
    prove(opened.value)
    expect(opened.value.get_by_role('heading', level=1)).to_have_text('It is confirmed that it is you')
    expect(page.get_by_test_id('token-secret')).to_contain_text('cwt_')
    expect(asked).to_have_count(0)


def test_a_phone_shows_the_way_in_whole(new_page: NewPage, harbour: Console) -> None:
    page = new_page(viewport={'width': 390, 'height': 844})
    page.goto(harbour.address)
    expect(page.get_by_role('link', name=f'Sign in with {LABEL}')).to_be_in_viewport()
    assert page.evaluate('document.documentElement.scrollWidth') == 390
