"""A file that is not to be had: a page in a browser, a problem document for a program."""

import pytest

from domain.common.errors import DomainError, Invalid, NotAllowed, NotFound, Throttled, Unavailable
from ui.downloads.refusals import refused

BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'


@pytest.mark.parametrize(
    ('refusal', 'status', 'words'),
    [
        (Invalid('<b> is no field of this list', field='columns'), 422, 'take the file from there'),
        (NotFound('this list has none'), 404, 'Open the list itself'),
        (NotAllowed('people are not for you'), 403, 'Ask an administrator'),
        (Throttled('one file at a time', retry_after=7), 429, 'has arrived'),
        (Unavailable('the store does not answer'), 503, 'Try again in a minute'),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, DomainError) else '',
)
def test_a_person_gets_a_page_that_says_what_to_do(refusal: DomainError, status: int, words: str) -> None:
    answer = refused(refusal, {'headers': [(b'accept', BROWSER.encode())], 'path': '/ui/x.csv', 'method': 'GET'})
    text = bytes(answer.body).decode()
    assert (answer.status_code, answer.headers['content-type']) == (status, 'text/html; charset=utf-8')
    assert refusal.title in text
    assert words in text
    assert '<b>' not in text
    assert answer.headers['cache-control'] == 'no-store'
    assert answer.headers.get('retry-after') == {429: '7', 503: '5'}.get(status)


def test_a_program_gets_a_problem_document() -> None:
    refusal = Invalid('must be a moment', field='since')
    answer = refused(refusal, {'headers': [(b'accept', b'*/*')], 'path': '/ui/x.csv', 'method': 'GET'})
    assert (answer.status_code, answer.headers['content-type']) == (422, 'application/problem+json')
    assert b'"field":"since"' in bytes(answer.body)
