"""What is read of reports, and that nothing that a stranger writes does harm."""

import time
from random import Random

import pytest

from domain.channels.bounces.dsn import FailedRecipient, read_report
from tests.domain.channels.bounces.letters import EXCHANGE, POSTFIX, report

ID = '01KAPXM2T5X8Z1B4D7F0H3K6NP'


def test_a_letter_is_known_by_the_address_that_its_report_comes_to() -> None:
    for to in (f'bounces+{ID}@example.com', f'bounces+{ID.lower()}@example.com'):
        found = read_report(report(POSTFIX, to=to))
        assert found is not None
        assert found.letters == (ID,)
        assert found.failed == (
            FailedRecipient(
                address='ann@example.com',
                original='ann@example.com',
                said='550 5.1.1 <ann@example.com>: Recipient address rejected: User unknown in local recipient table',
                code=550,
            ),
        )


@pytest.mark.parametrize('form', [POSTFIX, EXCHANGE])
def test_a_letter_is_known_by_what_its_report_gives_back(form: str) -> None:
    found = read_report(report(form, headers=f'Subject: x\nX-Cellwarden-Letter: {ID}'))
    assert found is not None
    assert found.letters == (ID,)
    assert found.failed[0].code in (550, 552)


def test_what_is_late_or_arrived_is_no_failure() -> None:
    for action in ('delayed', 'delivered', 'relayed', 'expanded', ''):
        found = read_report(report(POSTFIX, action=action))
        assert found is not None
        assert found.failed == ()


def test_what_is_no_report_is_none() -> None:
    plain = b'From: ana@example.com\nSubject: I am on holiday\nContent-Type: text/plain\n\nBack on Monday.'
    for letter in (b'', b'\xff\xfe\x00', plain, b'Content-Type: multipart/report; boundary=x\n\n', b'{"letter": 1}'):
        assert read_report(letter) is None


def test_what_a_stranger_writes_does_no_harm() -> None:
    random, whole = Random(7), report(POSTFIX, headers=f'X-Cellwarden-Letter: {ID}')
    for _ in range(500):
        broken = bytearray(whole)
        for _ in range(random.randrange(1, 30)):
            at = random.randrange(len(broken))
            if random.random() < 0.5:
                broken[at] = random.randrange(256)
            else:
                del broken[at : at + random.randrange(1, 60)]
                broken = broken or bytearray(b'x')
        read_report(bytes(broken))


def test_a_letter_in_letters_in_letters_ends_and_many_recipients_are_bounded() -> None:
    deep = b''.join(b'Content-Type: multipart/report; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(6000))
    began = time.perf_counter()
    assert read_report(deep) is None
    block = b'Final-Recipient: rfc822; a@example.com\nAction: failed\nStatus: 5.1.1\n\n'
    many = (
        b'Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n'
        b'Reporting-MTA: dns; x\n\n' + block * 3000 + b'\n--b--\n'
    )
    found = read_report(many)
    assert found is not None
    assert len(found.failed) == 50
    long = report(POSTFIX, failed='a' * 100_000 + '@example.com')
    assert read_report(long) is not None
    assert time.perf_counter() - began < 10
