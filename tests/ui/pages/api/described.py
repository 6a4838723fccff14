"""The operations of the real description."""

import json

from tests.ui.api.served import Served
from ui.pages.api.reference import Operation, operations


async def described(served: Served) -> dict[str, Operation]:
    """By their ids."""
    document = json.loads((await served.client.get('/api/v1/openapi.json')).content)
    return {operation.id: operation for operation in operations(document)}
