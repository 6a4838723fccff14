"""Tables of devices, their state and their signal history."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from persistence.models.base import PartIndex, Row, id_field


class DeviceRow(Row):
    name = fields.TextField()
    kind = fields.CharField(max_length=32)
    created_at = fields.FloatField()
    labels = fields.TextField()
    imei = fields.CharField(max_length=32, null=True)
    iccid = fields.CharField(max_length=32, null=True)
    imsi = fields.CharField(max_length=32, null=True)
    serial = fields.CharField(max_length=128, null=True)
    msisdn = fields.CharField(max_length=32, null=True)
    interval_s = fields.IntField()
    retired_at = fields.FloatField(null=True)
    version = fields.IntField()

    class Meta:
        table = 'device'
        indexes = (
            Index(fields=('enterprise', 'imei'), name='device_imei'),
            Index(fields=('enterprise', 'serial'), name='device_serial'),
        )


class DeviceStateRow(Row):
    """The vitals: what every check-in moves. Narrow, so that a thousand of them dirty few pages."""

    sequence = fields.BigIntField()
    observed_at = fields.FloatField(null=True)
    received_at = fields.FloatField(null=True)
    last_seen = fields.FloatField(null=True)
    presence = fields.CharField(max_length=32)
    presence_since = fields.FloatField(null=True)
    radio = fields.TextField(null=True)
    tower = id_field(null=True)
    compliance = fields.CharField(max_length=32)
    compliance_since = fields.FloatField(null=True)
    quarantined = fields.SmallIntField()
    settled = fields.SmallIntField()

    class Meta:
        table = 'device_state'


class LockRow(Row):
    """What stands of lock and wipe, for the few devices that were told."""

    locked_at = fields.FloatField(null=True)
    wiped_at = fields.FloatField(null=True)
    ended_at = fields.FloatField(null=True)

    class Meta:
        table = 'device_lock'


class DeviceReportRow(Row):
    """The wide half of a device's state: what it says of itself and what each policy says of it. It moves seldom.

    Where there are many policies, ``verdicts`` holds those of the first few, see :mod:`persistence.verdicts`.
    """

    facts = fields.TextField()
    verdicts = fields.TextField()

    class Meta:
        table = 'device_report'


class DeviceVerdictsRow(Model):
    """The verdicts of some of the policies on a device, where they do not all lie in its report. Found through its device."""

    id = fields.BigIntField(primary_key=True)
    device = id_field()
    part = fields.IntField()
    verdicts = fields.TextField()

    class Meta:
        table = 'device_verdicts'
        unique_together = (('device', 'part'),)
        indexes = (PartIndex(fields=('id',), name='device_verdicts_none', where="verdicts = '{}'"),)


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
