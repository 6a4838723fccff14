"""Which origins are this console, whatever a proxy tells of the host."""

import pytest
from structlog.testing import capture_logs

from ui.sign_in.origins import Origins

PUBLIC = 'https://console.example.org:8443'


@pytest.mark.parametrize(
    ('public', 'origin', 'host', 'encrypted'),
    [
        (PUBLIC, PUBLIC, 'console.example.org', True),  # a proxy that leaves out the port
        (PUBLIC, PUBLIC, '10.0.0.7:8080', False),  # or names another host
        (PUBLIC, 'https://Console.Example.ORG:8443', '127.0.0.1', False),
        ('', 'https://console.example.org', 'Console.Example.Org', True),
        ('', 'https://console.example.org', 'console.example.org:443', True),
        ('', 'https://console.example.org:443', 'console.example.org', True),
        ('', 'http://console.example.org:80', 'console.example.org', False),
        ('', 'http://[fd00::7]:8080', '[FD00::7]:8080', False),
        ('', 'http://[fd00::7]', '[fd00::7]:80', False),
        (PUBLIC, 'http://127.0.0.1:8080', '127.0.0.1:8080', False),  # on the machine itself
    ],
)
def test_a_page_of_ours_is_known(public: str, origin: str, host: str, encrypted: bool) -> None:
    assert Origins(public).is_ours(origin, host, encrypted=encrypted)


@pytest.mark.parametrize('public', ['', PUBLIC])
@pytest.mark.parametrize(
    ('origin', 'host', 'encrypted'),
    [
        ('https://evil.example', 'console.example.org', True),
        ('https://console.example.org:9443', 'console.example.org', True),  # another port of our host
        ('https://console.example.org.evil.example', 'console.example.org', True),
        ('http://console.example.org:8443', 'console.example.org:8443', True),  # without TLS
        ('ftp://console.example.org', 'console.example.org', False),
        ('https://evil.example@console.example.org:8443', 'console.example.org:8443', True),
        ('https://console.example.org:8443/', 'console.example.org:8443', True),
        ('null', 'null', False),
        ('', '', False),
        ('https://', '', True),
        ('http://[', '[', False),
    ],
)
def test_any_other_is_refused(public: str, origin: str, host: str, encrypted: bool) -> None:
    assert not Origins(public).is_ours(origin, host, encrypted=encrypted)


@pytest.mark.parametrize('origin', ['https://console.example.org', 'http://console.example.org'])
def test_the_default_port_of_our_host_is_another_port_where_a_proxy_leaves_ours_out(origin: str) -> None:
    assert not Origins(PUBLIC).is_ours(origin, 'Console.example.org', encrypted=False)


@pytest.mark.parametrize(
    ('public', 'without'),
    [(PUBLIC, PUBLIC.replace('https', 'http')), ('https://console.example.org', 'http://console.example.org')],
)
def test_a_page_without_tls_at_the_public_address_is_none_of_a_console_that_has_it(public: str, without: str) -> None:
    """Also behind a proxy that does not say that it speaks TLS."""
    assert not Origins(public).is_ours(without, public.partition('//')[2], encrypted=False)


def test_a_refusal_is_logged_once_with_both_values() -> None:
    origins = Origins()
    with capture_logs() as logs:
        for _ in range(3):
            origins.is_ours(PUBLIC, 'console.example.org', encrypted=True)
    assert [(line['event'], line['origin'], line['host']) for line in logs] == [
        ('origin_refused', PUBLIC, 'console.example.org')
    ]


def test_strangers_fill_no_log() -> None:
    origins = Origins()
    with capture_logs() as logs:
        for number in range(500):
            origins.is_ours(f'https://{number}.evil.example/{"x" * 5000}', 'console.example.org', encrypted=True)
    assert len(logs) == 100
    assert max(len(line['origin']) for line in logs) == 200
