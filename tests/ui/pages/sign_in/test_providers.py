"""Ways in through identity providers, and the page that says why one did not let a person in."""

import json

import pytest
from nicegui import ui

from domain.sign_in.providers import ProviderFailure
from tests.ui.conftest import Console
from ui.settings.providers import ProviderSettings


@pytest.fixture
def providers() -> list[ProviderSettings]:
    return [
        ProviderSettings(
            name=name,
            label=label,
            issuer='https://sso.example.com',
            client_id='c',
            email_domains=frozenset({f'{name}.example'}),
            groups_claim='urn:quay:roles',
            email_claim='upn',
        )
        for name, label in (('harbour', 'Harbour <b>SSO</b>'), ('quay', 'Quay SSO'))
    ]


async def test_every_provider_has_a_way_in_that_remembers_where_one_was_going(console: Console) -> None:
    await console.user.open('/login?next=/devices%3Fq%3Dx')
    links = {element.props.get('href') for element in console.user.find('Sign in with').elements}
    assert sorted(str(link) for link in links) == [
        '/login/harbour?next=/devices%3Fq%3Dx',
        '/login/quay?next=/devices%3Fq%3Dx',
    ]


async def test_an_address_that_belongs_to_nobody_is_told(console: Console) -> None:
    await console.user.open('/login?provider=unknown')
    await console.user.should_see('No organisation is set up for that address.')
    await console.user.open('/login')
    await console.user.should_not_see('No organisation is set up')


@pytest.mark.parametrize('because', ProviderFailure)
async def test_every_refusal_is_told_in_plain_words_with_what_to_do(console: Console, because: ProviderFailure) -> None:
    await console.user.open(f'/login/quay/refused?because={because.value}&next=//evil.example')
    await console.user.should_see('Begin again')
    links = [element.props.get('href', '') for element in console.user.find(kind=ui.element).elements]
    assert not [link for link in links if 'evil' in link]


async def test_a_proof_that_was_none_leads_back_to_another_try(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/login/quay/refused?because=declined&next=/people')
    links = [element.props.get('href') for element in console.user.find(kind=ui.element).elements]
    assert {'/login/quay?next=/people&step_up=1', '/account'} <= set(links)


async def test_words_in_the_address_are_not_shown(console: Console) -> None:
    answer = await console.client.get('/login/harbour/refused', params={'because': 'Call this number'})
    assert answer.headers['location'] == '/login'
    answer = await console.client.get('/login/nowhere/refused', params={'because': 'no-match'})
    assert answer.headers['location'] == '/login'


async def test_a_claim_that_cannot_be_read_is_named(console: Console) -> None:
    await console.user.open('/login/quay/refused?because=unreadable-groups')
    await console.user.should_see('its claim “urn:quay:roles”, which names your groups, cannot be read')
    await console.user.should_see('Nothing was taken away')
    await console.user.open('/login/quay/refused?because=no-email')
    await console.user.should_see('the claim “upn” has none')


async def test_a_moved_provider_is_told_with_what_an_administrator_and_the_operator_can_do(console: Console) -> None:
    await console.user.open('/login/quay/refused?because=email-taken')
    await console.user.should_see('can forget your former identity under People')
    await console.user.should_see('cellwarden user relink quay --issuer-from ISSUER --until DATE')
    await console.user.should_not_see(marker='connect')


async def test_the_owner_of_an_account_is_asked_for_a_proof_once_the_provider_vouched_for_the_address(
    console: Console,
) -> None:
    vouch(console, 'quay')
    for wrong, words in (
        ('', 'Prove once that the account is yours'),
        ('password', 'The password is not right.'),
        ('code', 'The code is not right'),
        ('link', 'This link is for another account'),
        ('Throttled&wait=30', 'try again in 30 seconds'),
        ('Call this number', 'That did not work.'),
    ):
        answer = await console.client.get(f'/login/quay/refused?because=email-taken&next=/towers&wrong={wrong}')
        assert words in answer.text, wrong
        assert 'ana@quay.example' in answer.text
        assert 'Call this' not in answer.text.replace('wrong=Call', '')
    for path in ('/login/harbour/refused?because=email-taken', '/login/quay/refused?because=no-match'):
        assert 'Prove once' not in (await console.client.get(path)).text


def vouch(console: Console, provider: str) -> None:
    """What the browser is given when a provider has vouched for an address that an account here has."""
    word = {'provider': provider, 'issuer': 'https://x', 'subject': '1', 'email': 'ana@quay.example'}
    sealed = console.application.seal.seal(json.dumps(word))
    console.client.cookies.set('cellwarden_vouched', sealed, path='/login')
