"""What a field of a row of this noun may hold, as :mod:`domain.limits` says of all."""

from collections.abc import Mapping

from domain.common.bounds import COUNT, Bound, Nested, Real, Text, Whole
from domain.oncall.answers.model import AnswerLink
from domain.oncall.model import AlertRoute, Contact, Escalation, EscalationPolicy, Rotation, Team
from domain.oncall.silences.model import AlertSilence


def _many(*groups: tuple[Bound, str]) -> dict[str, Bound]:
    return {name: bound for bound, names in groups for name in names.split()}


_ID, _WORD, _LINE, _NESTED, _FLAG = Text(64), Text(32), Text(1000), Nested(), Whole(0, 1)
_MOMENT = Real(0.0, 253_402_214_400.0)
_ROW = _many((_ID, 'id enterprise'))
_SET_UP = _ROW | _many((_LINE, 'name'), (_MOMENT, 'created_at changed_at retired_at'), (COUNT, 'version'))
BOUNDS: Mapping[type, Mapping[str, Bound]] = {
    Team: _SET_UP | _many((_NESTED, 'members')),
    Rotation: _SET_UP | _many((_ID, 'zone feed_digest'), (_NESTED, 'layers overrides days_off'), (_FLAG, 'always')),
    EscalationPolicy: _SET_UP | _many((_NESTED, 'steps'), (COUNT, 'repeat')),
    AlertRoute: _SET_UP
    | _many(
        (COUNT, 'position'),
        (_NESTED, 'conditions channels'),
        (_ID, 'policy'),
        (_FLAG, 'go_on enabled'),
    ),
    AlertSilence: _ROW
    | _many((_LINE, 'reason owner_name ended_by'), (_NESTED, 'conditions'), (_ID, 'owner'), (_WORD, 'breaks'))
    | _many((_MOMENT, 'starts_at ends_at created_at changed_at retired_at'), (COUNT, 'version')),
    AnswerLink: _ROW | _many((_ID, 'digest alert person channel'), (_MOMENT, 'created_at expires_at used_at ended_at')),
    Contact: _ROW
    | _many((_NESTED, 'ways quiet'), (_ID, 'zone'), (_WORD, 'breaks'), (_MOMENT, 'changed_at'), (COUNT, 'version')),
    Escalation: _ROW
    | _many((_ID, 'alert policy route'), (COUNT, 'step round'), (Real(0.0, 1e9), 'wait_s'))
    | _many((_WORD, 'state'), (_LINE, 'answered_by'), (_NESTED, 'called'))
    | _many((_MOMENT, 'started_at stepped_at unanswered_at ended_at')),
}
