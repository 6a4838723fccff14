"""Waiting and refusing: what the agent does not send, and when it tries again."""

from pathlib import Path

import pytest

from jobs.agent.client import delay_s, retry_after_s
from jobs.agent.options import AgentError, AgentOptions, check_options, server_url


def test_waiting_grows_with_full_jitter_up_to_a_ceiling() -> None:
    for attempt, ceiling in ((1, 1), (2, 2), (5, 16), (9, 256), (10, 300), (500, 300)):
        delays = [delay_s(attempt) for _ in range(300)]
        assert 0 <= min(delays) < ceiling * 0.2
        assert ceiling * 0.8 < max(delays) <= ceiling


def test_a_retry_after_is_the_least_to_wait_but_no_more_than_an_hour() -> None:
    assert 20 <= delay_s(1, 20.0) <= 21
    assert delay_s(1, 1e9) <= 3601


def test_retry_after_may_be_a_number_or_a_date() -> None:
    assert retry_after_s('120', 0) == 120
    assert retry_after_s('Sat, 22 Nov 2025 08:00:30 GMT', 1_763_798_400) == 30
    assert retry_after_s('Sat, 22 Nov 2025 07:00:00 GMT', 1_763_798_400) == 0
    assert retry_after_s('soon', 0) is None
    assert retry_after_s(None, 0) is None


@pytest.mark.parametrize(
    'header',
    [
        '\u00b2',
        '\u0661',
        'Mon, 01 Jan 99999999999 00:00:00 GMT',
        'Wed, 21 Oct 2015 07:28:00 +99999999999999',
        '-5',
        '1.5',
        '',
    ],
)
def test_whatever_a_portal_writes_for_retry_after_ends_no_agent(header: str) -> None:
    assert retry_after_s(header, 0) is None
    assert retry_after_s('9' * 400, 0) == 9_999_999_999


@pytest.mark.parametrize(
    'url', ['http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:81', 'https://10.0.0.1/cw/']
)
def test_an_address_that_keeps_the_credential_safe_is_taken(url: str) -> None:
    assert str(server_url(url) / 'api/v1').startswith(url.rstrip('/'))


@pytest.mark.parametrize('url', ['http://10.0.0.1', 'http://localhost.example.org', 'http://0.0.0.0:8080'])
def test_a_credential_does_not_travel_in_clear_text_unless_asked_to(url: str) -> None:
    with pytest.raises(AgentError, match='clear text'):
        server_url(url)
    assert server_url(url, allow_http=True).scheme == 'http'


@pytest.mark.parametrize(
    'url', ['console.example.org', 'ftp://x', 'https://', 'https://a:b@x', 'https://x?y=1', 'http://x:y']
)
def test_what_is_no_server_address_is_told(url: str) -> None:
    with pytest.raises(AgentError):
        server_url(url)


def test_a_hook_is_an_executable_that_not_every_user_may_change(tmp_path: Path) -> None:
    hook = tmp_path / 'hook'
    options = AgentOptions(server='http://localhost', state=tmp_path, hooks={'quarantine': hook})
    with pytest.raises(AgentError, match='not an executable file'):
        check_options(options)
    hook.touch(0o755)
    check_options(options)
    hook.chmod(0o757)
    with pytest.raises(AgentError, match='chmod o-w'):
        check_options(options)
    with pytest.raises(AgentError, match='absolute path'):
        check_options(AgentOptions(server='http://localhost', state=tmp_path, hooks={'quarantine': Path('hook')}))
