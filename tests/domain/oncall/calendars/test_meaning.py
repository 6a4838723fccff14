"""Whom an event of a calendar means."""

import pytest

from domain.access.permissions import Role
from domain.accounts.model import Person
from domain.common.feeds import FeedEvent
from domain.oncall.calendars.meaning import Names


def named(name: str, mail: str) -> Person:
    return Person(id=name, enterprise='E', account='', email=mail, name=name, role=Role.OPERATOR, created_at=0.0)


PEOPLE = Names([named('Ann', 'ann@example.com'), named('Ann Marie', 'am@example.com'), named('Ben O’Neil', '')])


@pytest.mark.parametrize(
    ('summary', 'mails', 'who'),
    [
        ('Ann', (), 'Ann'),
        ('ANN MARIE (Night desk)', (), 'Ann Marie'),
        ('On call: Ann.', (), 'Ann'),
        ('Annabel', (), ''),
        ('ben o’neil', (), 'Ben O’Neil'),
        ('Ann', ('nobody@example.com', 'am@example.com'), 'Ann Marie'),
        ('am@example.com', (), 'Ann Marie'),
        ('', (), ''),
        ('Desk', ('x@example.com',), ''),
    ],
)
def test_a_person_is_meant_by_mail_or_by_the_whole_name(summary: str, mails: tuple[str, ...], who: str) -> None:
    assert PEOPLE.who(FeedEvent(uid='1', starts_at=0.0, ends_at=1.0, summary=summary, mails=mails)) == who
