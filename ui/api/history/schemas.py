"""Measurements in JSON."""

from msgspec import Struct

from domain.measurements.model import Measurement
from ui.api.http.fields import Time, time_text
from ui.api.http.schema import Schema


class MeasurementPoint(Struct, frozen=True, kw_only=True):
    """The lowest, mean and highest of ``count`` values in a step that begins ``at``. A step that was not measured is missing."""

    at: Time
    low: float
    mean: float
    high: float
    count: int


POINT = Schema(
    MeasurementPoint,
    {'at': '2026-11-22T08:00:00.000Z', 'low': 598.0, 'mean': 599.5, 'high': 600.0, 'count': 6},
)


def point(measurement: Measurement) -> MeasurementPoint:
    """One step."""
    return MeasurementPoint(
        at=time_text(measurement.at),
        low=measurement.low,
        mean=measurement.mean,
        high=measurement.high,
        count=measurement.count,
    )
