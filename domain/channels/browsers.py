"""Browsers in which people are notified: which channel reaches them, and how one is forgotten."""

from dataclasses import replace

from domain.accounts.model import Person
from domain.changes.transaction import Transaction
from domain.channels.events import BrowserForgotten
from domain.channels.kinds import push
from domain.channels.model import Channel, Delivery, DeliveryState, NotifiedBrowser
from domain.fleet.fleet import Fleet
from domain.journal.model import Subject


def channel_of(fleet: Fleet) -> Channel | None:
    """The channel of an enterprise by which browsers are notified; there is one at most."""
    return next((one for _, one in sorted(fleet[Channel].items()) if one.kind == push.KIND.key), None)


def forget(tx: Transaction, browser: NotifiedBrowser, because: str, by: str = '') -> None:
    """Nothing is told there any more; what waits is not sent."""
    tx.put(replace(browser, ended_at=tx.now, sealed=''))
    person = tx.find(Person, browser.enterprise, browser.person)
    if person is not None:
        subject = Subject('person', person.id, person.name)
        tx.note(
            BrowserForgotten(
                at=tx.now, enterprise=browser.enterprise, subject=subject, by=by, browser=browser.name, because=because
            )
        )
    for delivery in list(tx.all(Delivery, browser.enterprise)):
        if delivery.address == browser.id and delivery.ended_at is None:
            if delivery.state is DeliveryState.WAITING:
                delivery = replace(delivery, state=DeliveryState.CANCELLED, said=because, done_at=tx.now)
            tx.put(replace(delivery, ended_at=tx.now))


def forget_all(tx: Transaction, enterprise: str, because: str, *, person: str, session: str = '') -> None:
    """Those of a person; with a ``session`` those that were set up in it."""
    for browser in list(tx.all(NotifiedBrowser, enterprise)):
        if browser.ended_at is None and browser.person == person and session in ('', browser.session):
            forget(tx, browser, because)
