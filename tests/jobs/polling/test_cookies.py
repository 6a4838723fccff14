"""Cookies of one check: bound to the host that set them, with an end."""

import pytest
from yarl import URL

from jobs.polling.cookies import MOST_BYTES, MOST_COOKIES, Cookies

HERE, OTHER = URL('http://tower.example/a'), URL('http://other.example/a')


def test_what_a_host_sets_goes_back_to_it_alone_whatever_its_port_and_path() -> None:
    cookies = Cookies()
    cookies.take(HERE, ['sid=a=1; Path=/deep; Domain=example; HttpOnly', 'lang=en'])
    assert cookies.of(URL('https://tower.example:8443/')) == {'sid': 'a=1', 'lang': 'en'}
    assert cookies.of(OTHER) == {}
    cookies.take(HERE, ['lang=de', 'sid=; Max-Age=0'])
    assert cookies.of(HERE) == {'lang': 'de'}


def test_a_secure_one_goes_over_tls_alone() -> None:
    cookies = Cookies()
    cookies.take(URL('https://tower.example/'), ['sid=1; secure'])
    assert cookies.of(HERE) == {}
    assert cookies.of(URL('https://tower.example/')) == {'sid': '1'}


@pytest.mark.parametrize(
    'line', ['', '=', 'no name', '=value', 'a b=c', 'a=\x01', f'a={"x" * MOST_BYTES}', 'a=b\r\nX: y']
)
def test_what_is_none_is_passed_over(line: str) -> None:
    cookies = Cookies()
    cookies.take(HERE, [line])
    assert cookies.of(HERE) == {}


def test_there_are_not_more_than_a_check_can_need() -> None:
    cookies = Cookies()
    cookies.take(HERE, [f'c{number}=1' for number in range(MOST_COOKIES + 5)])
    assert len(cookies.of(HERE)) == MOST_COOKIES
