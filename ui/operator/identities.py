"""The operator's commands about identities at providers: after a provider was moved or rebuilt, its people are linked anew."""

from datetime import UTC, date, datetime, time, timedelta

from domain.application import Application
from domain.common.errors import Invalid
from ui.operator.answers import Answer


async def relink(application: Application, provider: str, issuer: str, until: str = '') -> Answer:
    """Let the identities of ``issuer`` be replaced up to the end of the day ``until`` (UTC); an empty one withdraws it."""
    found = await application.linking.allow(provider, issuer, _end_of(until) if until else None)
    people = {each.account for each in found}
    return {'provider': provider, 'issuer': issuer, 'until': until, 'people': len(people)}


async def forget(application: Application, email: str) -> Answer:
    """Let the identities of an account open nothing any more."""
    account = await application.linking.operators_forget(application.operator.account(email))
    return {'id': account.id, 'email': account.email}


def _end_of(day: str) -> float:
    try:
        following = date.fromisoformat(day) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise Invalid(f'write a date such as 2026-12-31, not {day[:40]!r}', field='until') from None
    return datetime.combine(following, time.min, UTC).timestamp()
