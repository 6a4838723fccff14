"""A flat map of the port: metres east and north of one origin, good to a few metres over its 40 km."""

import math

ORIGIN = (51.91, 4.25)
"""Latitude and longitude in degrees WGS 84 of the point (0, 0), in the middle of the port."""
_EARTH_M = 6_371_009.0
_PER_DEGREE = math.radians(1) * _EARTH_M
_SHRINK = math.cos(math.radians(ORIGIN[0]))

Point = tuple[float, float]
"""Metres east, metres north of ``ORIGIN``."""


def to_point(latitude: float, longitude: float) -> Point:
    """Degrees as a point on the flat map (equirectangular projection)."""
    return (longitude - ORIGIN[1]) * _PER_DEGREE * _SHRINK, (latitude - ORIGIN[0]) * _PER_DEGREE


def to_degrees(point: Point) -> tuple[float, float]:
    """A point as latitude and longitude in degrees, rounded to a metre."""
    return round(ORIGIN[0] + point[1] / _PER_DEGREE, 5), round(ORIGIN[1] + point[0] / _PER_DEGREE / _SHRINK, 5)


def offset(point: Point, bearing: float, metres: float) -> Point:
    """The point ``metres`` away in direction ``bearing``, in degrees clockwise from north."""
    angle = math.radians(bearing)
    return point[0] + metres * math.sin(angle), point[1] + metres * math.cos(angle)
