"""Across the agent: which servers it trusts."""

import ipaddress
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from jobs.agent.options import AgentError, AgentOptions
from jobs.agent.run import run_agent
from tests.jobs.agent.conftest import Console


def self_signed(folder: Path) -> tuple[Path, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'console')])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address('127.0.0.1'))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, key_pem = folder / 'ca.pem', folder / 'key.pem'
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem, key_pem)
    return pem, context


async def test_a_server_is_believed_only_by_a_certificate_that_is_trusted(
    options: AgentOptions, tmp_path: Path
) -> None:
    ca_file, tls = self_signed(tmp_path)
    console = Console()
    runner = await console.serve(tls=tls)
    options = replace(options, server=console.url)
    with pytest.raises(AgentError, match='certificate is not trusted'):
        await run_agent(options)
    assert console.enrolments == []
    await run_agent(replace(options, ca_file=ca_file))
    assert console.sequences == [1]
    with pytest.raises(AgentError, match='no certificates in PEM form'):
        await run_agent(replace(options, ca_file=tmp_path / 'state' / 'serial'))
    await runner.cleanup()
