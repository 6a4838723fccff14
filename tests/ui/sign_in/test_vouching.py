"""What a browser keeps of a provider's word: it is believed for its provider alone, and only as it was sealed."""

import json

import pytest
from starlette.requests import Request
from starlette.responses import Response

from domain.people.relinking import Vouched
from domain.sign_in.providers import Claims
from tests.fakes import Clock
from ui.crypto.fernet import FernetSeal
from ui.sign_in.vouching import VOUCHED_S, Vouching

SEAL = FernetSeal('a key of enough characters for a test', Clock())


def request(cookie: str) -> Request:
    return Request({'type': 'http', 'headers': [(b'cookie', f'cellwarden_vouched={cookie}'.encode())]})


def test_the_word_comes_back_for_its_provider() -> None:
    vouching, response = Vouching(SEAL), Response()
    claims = Claims(issuer='https://x', subject='7', email='Ana@quay.example')
    vouching.keep(response, 'quay', claims, secure=True)
    header = response.headers['set-cookie']
    assert all(
        part in header for part in ('HttpOnly', 'Secure', 'SameSite=lax', 'Path=/login/quay', f'Max-Age={VOUCHED_S}')
    )
    cookie = header.partition('=')[2].partition(';')[0]
    assert 'quay.example' not in cookie
    assert vouching.find(request(cookie), 'quay') == Vouched(issuer='https://x', subject='7', email='ana@quay.example')
    assert vouching.find(request(cookie), 'harbour') is None


@pytest.mark.parametrize('text', ['', '[]', '7', '{"provider": "quay"}', 'no JSON'])
def test_what_else_is_sealed_is_no_word_of_a_provider(text: str) -> None:
    assert Vouching(SEAL).find(request(SEAL.seal(text)), 'quay') is None
    assert Vouching(SEAL).find(request(json.dumps(text)), 'quay') is None
