"""What a field of a row of this noun may hold, as :mod:`domain.limits` says of all."""

from collections.abc import Mapping

from domain.common.bounds import COUNT, Bound, Nested, Real, Text, Whole, fields_within
from domain.maintenance.calendars.model import WorksCalendar
from domain.maintenance.model import MaintenanceWindow

_ID, _WORD, _LINE, _NESTED, _FLAG = Text(64), Text(32), Text(1000), Nested(), Whole(0, 1)
_MOMENT = Real(0.0, 253_402_214_400.0)
_SET_UP = fields_within(
    (_ID, 'id enterprise zone'), (_LINE, 'name'), (_MOMENT, 'created_at changed_at retired_at'), (COUNT, 'version')
)
BOUNDS: Mapping[type, Mapping[str, Bound]] = {
    MaintenanceWindow: _SET_UP
    | fields_within((_WORD, 'starts_on'), (Text(500), 'rule'), (_FLAG, 'below'), (_ID, 'calendar'), (_LINE, 'event'))
    | fields_within((_NESTED, 'towers regions operators labels'), (COUNT, 'length_min'), (_MOMENT, 'begun until')),
    WorksCalendar: _SET_UP
    | fields_within((_LINE, 'host'), (Text(10_000), 'sealed'), (_FLAG, 'below'), (COUNT, 'every_min'))
    | fields_within((_NESTED, 'texts by_name rules left_out state events')),
}
