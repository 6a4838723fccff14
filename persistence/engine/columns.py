"""What the tables have in common."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


def id_field(**options: Any) -> Any:
    """A ULID, a digest, or an id that came from outside."""
    return fields.CharField(max_length=64, **options)


class Row(Model):
    """A row of one enterprise."""

    id = id_field(primary_key=True)
    enterprise = id_field()

    class Meta:
        abstract = True


class PartIndex(Index):
    """An index over the rows that fit ``where`` (SQL); a query uses it that says the same in the same words."""

    def __init__(self, *, fields: tuple[str, ...] | list[str], name: str, where: str) -> None:
        super().__init__(fields=fields, name=name)
        self.where = where
        self.extra = f' WHERE {where}'

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """As a migration writes it."""
        path, expressions, parts = super().deconstruct()
        return path, expressions, {**parts, 'where': self.where}
