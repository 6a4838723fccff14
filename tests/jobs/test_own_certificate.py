"""The certificate of the console's own address is asked for over the network, and told when it ends soon."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from domain.alerts.model import Alert
from jobs.own_certificate import OwnCertificate
from tests.fakes import Clock, running_application
from tests.jobs.loopback import LOCAL, Authority, http, listening


@pytest.mark.parametrize(('days', 'told'), [(5, ['ends soon']), (90, []), (-1, ['has ended'])])
async def test_it_is_told_before_it_ends(tmp_path: Path, days: int, told: list[str]) -> None:
    async with running_application(clock=Clock(time())) as application:
        tls = Authority(tmp_path).server(LOCAL, days=days)
        async with listening(http(), tls=tls) as port:
            application.telling.base = f'https://{LOCAL}:{port}'
            await OwnCertificate(application).look()
        problems = [alert.problem for alert in application.fleet[Alert].values()]
        assert [problem.partition(application.fleet.enterprise.name)[2].strip() for problem in problems] == told


async def test_nothing_is_said_of_an_address_that_is_not_reached_or_has_no_tls() -> None:
    async with running_application() as application:
        for base in ('', 'http://console.example', f'https://{LOCAL}:1'):
            application.telling.base = base
            await OwnCertificate(application).look()
        assert not application.fleet[Alert]


async def test_those_of_identity_providers_and_of_trusted_authorities_are_told_too(tmp_path: Path) -> None:
    async with running_application(clock=Clock(time())) as application:
        authority = Authority(tmp_path)
        async with listening(http(), tls=authority.server(LOCAL, days=5)) as port:
            look = OwnCertificate(application, issuers={'Harbour SSO': f'https://{LOCAL}:{port}/realm'})
            await look.look()
            details = [alert.detail for alert in application.fleet[Alert].values()]
            assert [detail.partition(':')[0] for detail in details] == [f'the identity provider Harbour SSO, {LOCAL}']
        await OwnCertificate(application).look()
        assert not application.fleet[Alert], 'it is not used any more'


async def test_the_authorities_of_the_file_are_looked_at(tmp_path: Path) -> None:
    async with running_application(clock=Clock(time())) as application:
        file = tmp_path / 'authorities.pem'
        file.write_bytes(authority_ending(3))
        await OwnCertificate(application, authorities=file).look()
        (alert,) = application.fleet[Alert].values()
        assert alert.detail.startswith('the trusted authority CN=Harbour CA: ends on ')
        file.write_text('none')
        await OwnCertificate(application, authorities=file).look()
        assert not application.fleet[Alert]


def authority_ending(days: int) -> bytes:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'Harbour CA')]),
    )
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=days)
    )
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM)
