"""A quick hasher."""


class QuickHasher:
    """A hasher that hides nothing and costs nothing."""

    async def hash(self, password: str) -> str:
        return f'hash of {password}'

    async def verify(self, hashed: str | None, password: str) -> bool:
        return hashed in (f'hash of {password}', f'old hash of {password}')

    def is_outdated(self, hashed: str) -> bool:
        return hashed.startswith('old ')
