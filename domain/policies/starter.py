"""Policies worth having from the first day."""

import re
from collections.abc import Sequence

from domain.common.errors import Invalid
from domain.common.severity import Severity
from domain.devices.model import DeviceKind
from domain.policies.input import NewPolicy
from domain.policies.model import Selector

_PLMN = re.compile(r'[0-9]{3}-[0-9]{2,3}')


def checked_networks(plmns: Sequence[str]) -> tuple[str, ...]:
    """Networks of an enterprise as MCC-MNC (``204-08``); raises ``Invalid``."""
    odd = next((plmn for plmn in plmns if not _PLMN.fullmatch(plmn)), None)
    if odd is not None:
        raise Invalid(f'write a network as MCC-MNC, such as 204-08, not {odd[:40]!r}', field='plmn')
    return tuple(plmns)


def starter_policies(plmns: tuple[str, ...] = ()) -> list[NewPolicy]:
    """Policies worth having from the first day, all in audit; the last one only when the enterprise names its networks (PLMNs)."""
    mobile = Selector(kinds=(DeviceKind.LAPTOP, DeviceKind.PHONE, DeviceKind.TABLET))
    policies = [
        NewPolicy(
            name='Patch level ≤ 60 days',
            rule='device.os.patch_age_days <= 60',
            description='Security fixes older than two months are known to attackers.',
            severity=Severity.MAJOR,
        ),
        NewPolicy(
            name='Disk encryption on',
            rule='device.storage.encrypted',
            description='A lost device must not give away its data.',
            severity=Severity.MAJOR,
            selector=mobile,
        ),
        NewPolicy(
            name='Not rooted',
            rule='!device.security.rooted',
            description='A rooted or jailbroken device can lie about everything else.',
            severity=Severity.CRITICAL,
            selector=mobile,
        ),
        NewPolicy(
            name='No 2G',
            rule='device.radio.rat != "GSM"',
            description='GSM does not authenticate the network: a false cell can listen in (3GPP TR 33.809).',
            severity=Severity.MINOR,
        ),
        NewPolicy(
            name='Free storage ≥ 10 %',
            rule='device.storage.free_percent >= 10.0',
            description='A full disk stops updates and logs.',
            severity=Severity.WARNING,
        ),
    ]
    if plmns:
        listed = ', '.join(f'"{plmn}"' for plmn in plmns)
        policies.append(
            NewPolicy(
                name='Only our networks',
                rule=f'device.radio.plmn in [{listed}]',
                description='Devices stay on the networks we have contracts with.',
                severity=Severity.MINOR,
            )
        )
    return policies
