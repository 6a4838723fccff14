"""The public half of the key by which push services know this console."""

import base64

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def public_key(private: str) -> str:
    """As a browser takes it: a point of P-256, uncompressed, in base64url; ``private`` is a number in base64url."""
    number = int.from_bytes(base64.urlsafe_b64decode(private + '=' * (-len(private) % 4)), 'big')
    key = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    return (
        base64.urlsafe_b64encode(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode().rstrip('=')
    )
