"""Secrets in addresses that open nothing are counted by where they come from, as wrong passwords are."""

from fastapi import Request

from domain.common.errors import Throttled, Unavailable
from domain.sign_in.throttle import Aim, Throttle


async def wait_after_wrong(throttle: Throttle, request: Request) -> int:
    """Seconds until the next wrong one from this address is looked at; 0 when that is at once. Right ones are never held up by it."""
    address = request.client.host if request.client else ''
    try:
        await throttle.begin(Aim.LINK, address, address=address)
    except Throttled as refusal:
        return refusal.retry_after
    except Unavailable:
        return 0
    return 0
