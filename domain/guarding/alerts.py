"""The alerts of the console's own door: guessing at sign-ins, and certificates that end soon."""

from collections.abc import Mapping
from datetime import UTC, datetime

from domain.access.enterprises import Enterprise
from domain.alerts.catalogue import CERTIFICATE_ENDS, GUESSING_AT_DOOR
from domain.alerts.model import AlarmType, ProbableCause
from domain.alerts.rule import AlertRule, Named
from domain.changes.transaction import Transaction
from domain.common.severity import Severity

DAY_S = 86_400.0
Met = tuple[float | None, str]
GUESSING = AlertRule(
    key='guessing/{}',
    object='enterprise',
    type=AlarmType.SECURITY,
    cause=ProbableCause.UNAUTHORIZED_ACCESS_ATTEMPT,
    problem='Guessing at the door {where}',
    tuned=GUESSING_AT_DOOR,
)
"""Its key is what is guessed from (``source/203.0.113.7``) or at (``account/`` and the id of a person)."""


def _ends(object: str, key: str) -> AlertRule:
    return AlertRule(
        key=key,
        object=object,
        type=AlarmType.SECURITY,
        cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
        problem='A certificate of {name} {ends}',
        tuned=CERTIFICATE_ENDS,
    )


TOWER_CERTIFICATE = _ends('tower', 'certificate/tower/{}')
CHANNEL_CERTIFICATE = _ends('channel', 'certificate/channel/{}')
OWN_CERTIFICATE = _ends('enterprise', 'certificate/enterprise/{}')
PROVIDER_CERTIFICATE = _ends('enterprise', 'certificate/provider/{}')
AUTHORITY_CERTIFICATE = _ends('enterprise', 'certificate/authority/{}')
"""Their keys are those of the check, the channel, the enterprise, the identity provider, the authority that is trusted."""
DEVICE_CERTIFICATES = AlertRule(
    key='certificate/devices/{}',
    object='enterprise',
    type=AlarmType.SECURITY,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='{certificates} within {days} days',
    tuned=CERTIFICATE_ENDS,
)
"""One for all devices of an enterprise."""


def on_certificate(
    tx: Transaction, rule: AlertRule, about: Named, until: float | None, what: str, *, on: str = ''
) -> None:
    """The certificate of ``what`` ends then (epoch seconds); ``None``: there is none, or it is not known any more."""
    tuning = CERTIFICATE_ENDS.of(tx, about.enterprise)
    left = until - tx.now if until is not None else None
    if left is None or until is None or left > CERTIFICATE_ENDS.limit(tuning, 'days') * DAY_S:
        rule.clear_for(tx, about, on=on)
        return
    is_urgent = left <= CERTIFICATE_ENDS.limit(tuning, 'urgent_days') * DAY_S
    word = 'has ended' if left <= 0 else 'ends soon'
    detail = f'{what}: {"ended" if left <= 0 else "ends"} on {datetime.fromtimestamp(until, UTC):%Y-%m-%d %H:%M} UTC'
    known = rule.open_for(tx, about, on=on)
    severity = Severity.MAJOR if is_urgent else Severity.WARNING
    if known is None or (known.detail, known.severity) != (
        detail,
        rule.tuned.of(tx, about.enterprise).severity or severity,
    ):
        rule.raise_for(tx, about, on=on, severity=severity, detail=detail, ends=word)


def certificates_met(tx: Transaction, owner: Enterprise, rule: AlertRule, met: Mapping[str, Met]) -> None:
    """Those of identity providers or authorities, by what they are known by: until when, and of what. One that is not met any more has no
    alert."""
    for on, _ in list(rule.all_in(tx.fleet(owner.id))):
        if on not in met:
            rule.clear_for(tx, owner, on=on)
    for on, (until, what) in met.items():
        on_certificate(tx, rule, owner, until, what, on=on)


def own_certificate(tx: Transaction, owner: Enterprise, until: float | None, host: str) -> None:
    """That of the address under which people and devices reach this console."""
    on_certificate(tx, OWN_CERTIFICATE, owner, until, host)
