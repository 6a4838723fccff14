"""Devices and their state. A state is kept in two tables: the narrow vitals that every check-in moves, and the wide report
(facts and verdicts) that moves seldom; a thousand narrow rows dirty a fifth of the pages of a thousand wide ones."""

# ruff: noqa: S608 (names of our own tables only)

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from tortoise import fields
from tortoise.indexes import Index

from domain.cellular.identifiers import Identifiers
from domain.common.notes import Notes
from domain.devices.compliance import Compliance
from domain.devices.model import Criticality, Device, DeviceKind, DeviceState, Presence, Reporting, SimCard
from persistence.engine.columns import Row, id_field
from persistence.engine.interning import Interner
from persistence.engine.rows import Table, Tuple, encode, target


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
    criticality = fields.CharField(max_length=32, db_default=Criticality.NORMAL.value)
    permitted_sims = fields.TextField(db_default='[]')
    sims = fields.TextField(db_default='[]')
    imei_svn = fields.CharField(max_length=8, null=True)
    notes = fields.TextField(db_default='[]')

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


class DeviceReportingRow(Row):
    """How a device reports, for the few of which there is something to say: odd values, a wrong clock, runs of its counter."""

    odd = fields.TextField()
    odd_at = fields.FloatField(null=True)
    refused = fields.SmallIntField()
    is_odd = fields.SmallIntField()
    clock_offset_s = fields.FloatField(null=True)
    clock_since = fields.FloatField(null=True)
    boot_id = fields.CharField(max_length=64)
    run_high = fields.BigIntField()
    radio_at = fields.FloatField(null=True)
    fell_from = id_field(null=True)
    fell_at = fields.FloatField(null=True)
    numbers_at = fields.FloatField(null=True)
    clock_stands_at = fields.FloatField(null=True)
    unordered = fields.SmallIntField(db_default=0)
    certificate_until = fields.FloatField(null=True)
    certificate_ends = fields.SmallIntField(db_default=0)

    class Meta:
        table = 'device_reporting'


_NOT_RETIRED = 'EXISTS (SELECT 1 FROM device d WHERE d.id = t.id AND d.retired_at IS NULL)'
VITALS = target(DeviceStateRow, key=('id',))


def vitals(states: Iterable[DeviceState]) -> list[Tuple]:
    """Rows of ``VITALS``, by id so that neighbours share pages. The hot path: about a microsecond each."""
    rows = [
        (
            state.id,
            state.enterprise,
            state.sequence,
            state.observed_at,
            state.received_at,
            state.last_seen,
            state.presence._value_,  # sqlite3 goes through its adapters, slowly, for anything but an exact str
            state.presence_since,
            None if state.radio is None else encode(state.radio).decode(),
            state.tower,
            state.compliance._value_,
            state.compliance_since,
            1 if state.quarantined else 0,
            1 if state.settled else 0,
        )
        for state in states
    ]
    rows.sort()  # decided by the id, the first and unique column
    return rows


_NONE = '[]'
_iccids = msgspec.json.Decoder(tuple[str, ...]).decode
_cards = msgspec.json.Decoder(tuple[SimCard, ...]).decode
_notes = msgspec.json.Decoder(Notes).decode


def _device_values(device: Device) -> Tuple:
    names = device.identifiers
    return (
        device.id,
        device.enterprise,
        device.name,
        device.kind._value_,
        device.created_at,
        encode(device.labels).decode(),
        names.imei,
        names.iccid,
        names.imsi,
        names.serial,
        names.msisdn,
        device.interval_s,
        device.retired_at,
        device.version,
        device.criticality._value_,
        encode(device.permitted_sims).decode() if device.permitted_sims else _NONE,
        encode(device.sims).decode() if device.sims else _NONE,
        names.imei_svn,
        encode(device.notes).decode() if device.notes else _NONE,
    )


def device_table(pool: Interner) -> Table[Device]:
    """Devices; identifiers have columns of their own."""

    def read(row: Sequence[Any]) -> Device:
        (
            id,
            enterprise,
            name,
            kind,
            created_at,
            labels,
            imei,
            iccid,
            imsi,
            serial,
            msisdn,
            interval_s,
            retired_at,
            version,
            criticality,
            permitted_sims,
            sims,
            imei_svn,
            notes,
        ) = row
        return Device(
            id=pool.text(id),
            enterprise=pool.text(enterprise),
            name=name,
            kind=DeviceKind(kind),
            created_at=pool.moment(created_at),
            labels=pool.labels(labels),
            identifiers=Identifiers(
                imei=imei, iccid=iccid, imsi=imsi, serial=serial, msisdn=msisdn, imei_svn=pool.text_or_none(imei_svn)
            ),
            interval_s=pool.integer(interval_s),
            criticality=Criticality(criticality),
            retired_at=retired_at,
            version=version,
            permitted_sims=() if permitted_sims == _NONE else _iccids(permitted_sims),
            sims=() if sims == _NONE else _cards(sims),
            notes=() if notes == _NONE else _notes(notes),
        )

    return Table(Device, DeviceRow, live='t.retired_at IS NULL', write=_device_values, read=read)


def state_table(pool: Interner, lines: str) -> Table[DeviceState]:
    """States of devices, put together from their vitals, their report and the parts of their verdicts (one to a line)."""

    def read(row: Sequence[Any]) -> DeviceState:
        share, number = pool.text, pool.number
        observed_at, received_at, last_seen = row[3:6]
        if last_seen == observed_at:  # nearly always; of one that came without delay all three are one moment
            last_seen = observed_at
        if received_at == observed_at:
            received_at = observed_at
        return DeviceState(
            share(row[0]),
            share(row[1]),
            row[2],
            observed_at,
            received_at,
            last_seen,
            Presence(row[6]),
            number(row[7]),
            pool.radio(row[8]),
            pool.text_or_none(row[9]),
            pool.facts(row[14]),
            pool.verdicts(row[1], row[15], row[16]),
            Compliance(row[10]),
            number(row[11]),
            bool(row[12]),
            bool(row[13]),
        )

    table = Table(
        DeviceState,
        DeviceStateRow,
        live=_NOT_RETIRED,
        write=_written_in_two,
        read=read,
    )
    table.source += ' LEFT JOIN device_report r ON r.id = t.id'
    parts = f'SELECT {lines.format("v.part || v.verdicts")} FROM device_verdicts v WHERE v.device = t.id'
    table.select += f", COALESCE(r.facts, '{{}}'), COALESCE(r.verdicts, '{{}}'), ({parts})"
    return table


def _written_in_two(state: DeviceState) -> Tuple:
    raise TypeError(f'the state of {state.id} is written as vitals and report')


def tables(pool: Interner, lines: str) -> tuple[Table[Any], ...]:
    """The tables of devices, of their states and of how they report; ``lines`` is the database's
    :attr:`persistence.engine.writer.Writer.lines`."""
    return device_table(pool), state_table(pool, lines), Table(Reporting, DeviceReportingRow, live=_NOT_RETIRED)
