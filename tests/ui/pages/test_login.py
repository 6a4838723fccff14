"""The sign-in: plain words, what was typed stays, and nobody is led astray."""

from nicegui import ui

from domain.access import Role
from tests.ui.conftest import PASSWORD, Console


async def test_a_wrong_password_is_told_in_plain_words_and_the_address_stays(console: Console) -> None:
    await console.home.people.add(console.home.enterprise, 'ana@example.com', 'Ana', Role.VIEWER, PASSWORD)
    answer = await console.client.post(
        '/auth/sign-in', data={'email': 'ana@example.com', 'password': 'wrong', 'next': '/devices'}
    )
    assert answer.status_code == 303
    await console.user.open(answer.headers['location'])
    await console.user.should_see('The e-mail address or the password is not right.')
    values = [element.props.get('value') for element in console.user.find(kind=ui.element).elements]
    assert 'ana@example.com' in values
    assert '/devices' in values
    assert 'wrong' not in values


async def test_words_in_the_address_are_not_shown(console: Console) -> None:
    await console.user.open('/login?refused=Call%20this%20number')
    await console.user.should_see('The sign-in did not work.')
    await console.user.should_not_see('Call this number')


async def test_somebody_who_is_signed_in_goes_on(console: Console) -> None:
    await console.sign_in()
    answer = await console.client.get('/login', params={'next': '/devices?q=crane'})
    assert answer.headers['location'] == '/devices?q=crane'
    astray = await console.client.get('/login', params={'next': '//evil.example/'})
    assert astray.headers['location'] == '/'
