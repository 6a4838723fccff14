"""Rules about radio and SIM on a device that has neither: such a rule does not apply, which is another thing than an unknown answer."""

from collections.abc import Mapping

from domain.devices.compliance import Compliance
from domain.rules.language import NOT_REPORTED, Answer, Rule
from domain.rules.vocabulary import PATHS

OF_MODEM = frozenset(
    path
    for path in PATHS
    if path.startswith(('device.radio.', 'tower.'))
    or path in ('device.imei', 'device.imei_svn', 'device.iccid', 'device.imsi', 'device.msisdn', 'device.sim_expected')
)
"""What a device without a modem cannot have: a radio, a SIM, a tower that serves it."""
NOT_APPLICABLE = Answer(Compliance.NOT_APPLICABLE, {}, 'the device has no modem')


def reads_modem(rule: Rule) -> bool:
    """True for a rule whose answer may be that it does not apply."""
    return not OF_MODEM.isdisjoint(rule.paths)


def shows_modem(evidence: Mapping[str, object]) -> bool:
    """True when a rule saw something that only a device with a modem has."""
    return any(path in OF_MODEM and value is not None and value is not False for path, value in evidence.items())


def without_modem(rule: Rule, answer: Answer) -> Answer:
    """What a rule says of a device without a modem: it does not apply when it reads nothing else, or when nothing but radio and SIM is
    missing for its answer."""
    if rule.paths and rule.paths <= OF_MODEM:
        return NOT_APPLICABLE
    if answer.status is Compliance.UNKNOWN and (answer.reason or '').startswith(NOT_REPORTED):
        missing = {path for path, value in answer.evidence.items() if value is None}
        return NOT_APPLICABLE if missing <= OF_MODEM else answer
    return answer
