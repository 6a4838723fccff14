"""What a field of a row of this noun may hold, as :mod:`domain.limits` says of all."""

from collections.abc import Mapping

from domain.common.bounds import COUNT, Bound, Nested, Real, Text, Whole, fields_within
from domain.oncall.answers.model import AnswerLink
from domain.oncall.calendars.model import CalendarSource
from domain.oncall.limits import ContactLimits
from domain.oncall.model import AlertRoute, Contact, Escalation, EscalationPolicy, Rotation, Team
from domain.oncall.silences.model import AlertSilence
from domain.oncall.swaps.model import SwapOffer

_ID, _WORD, _LINE, _NESTED, _FLAG = Text(64), Text(32), Text(1000), Nested(), Whole(0, 1)
_MOMENT = Real(0.0, 253_402_214_400.0)
_ROW = fields_within((_ID, 'id enterprise'))
_SET_UP = _ROW | fields_within((_LINE, 'name'), (_MOMENT, 'created_at changed_at retired_at'), (COUNT, 'version'))
BOUNDS: Mapping[type, Mapping[str, Bound]] = {
    Team: _SET_UP | fields_within((_NESTED, 'members editors channels'), (_WORD, 'least_severity')),
    Rotation: _SET_UP
    | fields_within((_ID, 'zone feed_digest'), (_NESTED, 'layers overrides days_off'), (_FLAG, 'always')),
    EscalationPolicy: _SET_UP | fields_within((_NESTED, 'steps'), (COUNT, 'repeat')),
    AlertRoute: _SET_UP
    | fields_within(
        (COUNT, 'position'),
        (_NESTED, 'conditions channels teams'),
        (_ID, 'policy'),
        (_FLAG, 'go_on enabled'),
    ),
    AlertSilence: _ROW
    | fields_within((_LINE, 'reason owner_name ended_by'), (_NESTED, 'conditions'), (_ID, 'owner'), (_WORD, 'breaks'))
    | fields_within((_MOMENT, 'starts_at ends_at created_at changed_at retired_at'), (COUNT, 'version')),
    AnswerLink: _ROW
    | fields_within((_ID, 'digest alert person channel'), (_MOMENT, 'created_at expires_at used_at ended_at')),
    Contact: _ROW
    | fields_within(
        (_NESTED, 'ways quiet'), (_ID, 'zone'), (_WORD, 'breaks report_every report_at'), (COUNT, 'version')
    )
    | fields_within((_MOMENT, 'changed_at report_set_at reported_at')),
    Escalation: _ROW
    | fields_within((_ID, 'alert policy route'), (COUNT, 'step round'), (Real(0.0, 1e9), 'wait_s'))
    | fields_within((_WORD, 'state'), (_LINE, 'answered_by'), (_NESTED, 'called'))
    | fields_within((_MOMENT, 'started_at stepped_at unanswered_at ended_at')),
    CalendarSource: _SET_UP
    | fields_within(
        (_ID, 'rotation'), (_WORD, 'use'), (_LINE, 'host'), (Text(10_000), 'sealed'), (_NESTED, 'state events')
    ),
    SwapOffer: _ROW
    | fields_within(
        (_ID, 'rotation asks asked'), (_WORD, 'state'), (_LINE, 'note decided_by answer'), (COUNT, 'version')
    )
    | fields_within((_MOMENT, 'gives_from gives_until takes_from takes_until created_at changed_at ended_at')),
    ContactLimits: _ROW
    | fields_within(
        (_WORD, 'breaks must_reach'), (COUNT, 'longest_min version'), (_MOMENT, 'changed_at'), (_LINE, 'by')
    ),
}
