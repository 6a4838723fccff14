"""Signal history: a point for every radio that a device reported."""

from collections.abc import Iterable, Sequence
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from domain.cellular.radio import Radio, RadioSample, Rat, Registration
from persistence.engine.columns import id_field
from persistence.engine.rows import Tuple, target


class RadioSampleRow(Model):
    """Signal history. Found through its device, which names the enterprise."""

    id = fields.BigIntField(primary_key=True)
    device = id_field()
    observed_at = fields.FloatField()
    rat = fields.CharField(max_length=16)
    mcc = fields.CharField(max_length=8, null=True)
    mnc = fields.CharField(max_length=8, null=True)
    tac = fields.BigIntField(null=True)
    cell_id = fields.BigIntField(null=True)
    pci = fields.IntField(null=True)
    arfcn = fields.IntField(null=True)
    rsrp = fields.FloatField(null=True)
    rsrq = fields.FloatField(null=True)
    sinr = fields.FloatField(null=True)
    registration = fields.CharField(max_length=32)
    roaming = fields.SmallIntField()
    tower = id_field(null=True)

    class Meta:
        table = 'radio_sample'
        indexes = (Index(fields=('device', 'observed_at'), name='radio_sample_device_at'),)


SAMPLES = target(RadioSampleRow, without=('id',))


def sample_rows(samples: Iterable[RadioSample]) -> list[Tuple]:
    """Rows of ``SAMPLES``, by device."""
    rows = []
    for sample in samples:
        radio = sample.radio
        rows.append(
            (
                sample.device,
                sample.observed_at,
                radio.rat._value_,
                radio.mcc,
                radio.mnc,
                radio.tac,
                radio.cell_id,
                radio.pci,
                radio.arfcn,
                radio.rsrp,
                radio.rsrq,
                radio.sinr,
                radio.registration._value_,
                1 if radio.roaming else 0,
                sample.tower,
            )
        )
    rows.sort(key=_device_and_moment)
    return rows


def _device_and_moment(row: Tuple) -> tuple[str, float]:
    return row[0], row[1]


def read_sample(row: Sequence[Any]) -> RadioSample:
    """A point of signal history from its row."""
    device, observed_at, rat, mcc, mnc, tac, cell_id, pci, arfcn, rsrp, rsrq, sinr, registration, roaming, tower = row
    radio = Radio(
        Rat(rat), mcc, mnc, tac, cell_id, pci, arfcn, rsrp, rsrq, sinr, Registration(registration), bool(roaming)
    )
    return RadioSample(device, observed_at, radio, tower)
