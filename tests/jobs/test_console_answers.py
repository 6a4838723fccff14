"""Which answers are a console's own, and in which words another's are told."""

import pytest

from jobs.console_answers import document, problem_of, speaker

PROBLEM = b'{"type": "urn:cellwarden:problem:not-signed-in", "title": "Not signed in", "status": 401}'


def test_a_problem_in_our_namespace_with_the_status_of_its_answer_is_a_console_s() -> None:
    assert problem_of(401, PROBLEM) == document(PROBLEM)
    assert problem_of(422, b'{"type": "urn:cellwarden:problem:invalid-value"}') is not None


@pytest.mark.parametrize(
    ('status', 'content'),
    [
        (403, PROBLEM),  # another answer's
        (200, PROBLEM.replace(b'401', b'200')),
        (401, b'{"type": "about:blank", "status": 401}'),
        (401, b'{"type": "urn:cellwarden-portal:x", "status": 401}'),
        (401, b'{"type": ["urn:cellwarden:problem:x"], "status": 401}'),
        (401, b'["urn:cellwarden:problem:x"]'),
        (401, b'urn:cellwarden:problem:x'),
        (401, b'\xff\xfe'),
        (401, b'[' * 100_000),
        (401, b''),
    ],
)
def test_anything_else_is_not(status: int, content: bytes) -> None:
    assert problem_of(status, content) is None


def test_the_words_name_status_and_speaker_on_one_line_that_has_an_end() -> None:
    headers = {
        'Content-Type': 'text/html; charset=utf-8',
        'Server': 'Portal\r\nX: y',
        'Location': 'http://hotel/' + 'a' * 500,
    }
    said = speaker(302, headers, b'<TITLE>\x1b[31m\xff</TITLE>')
    assert said.startswith('302 Found (text/html) from Portal X: y titled ')
    assert said.endswith(': not from a Cellwarden server')
    assert said.isprintable()
    assert len(said) < 400
    assert 'use that address' in speaker(308, {'Location': 'https://new.example'}, b'')
    assert speaker(799, {}, b'').startswith('799 (no content type) from an unnamed server')
