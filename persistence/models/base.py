"""What the tables have in common."""

from typing import Any

from tortoise import fields
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
