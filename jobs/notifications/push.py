"""Notifications to browsers, by way of the push services of their makers: encrypted for the browser alone (RFC 8291), and signed so that
the service knows who sends (RFC 8292)."""

import base64
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.channels.kinds.kind import HttpMessage, PushMessage
from domain.channels.model import Answered, Outcome
from jobs.notifications.http import HttpTransport

TTL_S = 4 * 3600
"""How long a push service keeps a message for a browser that is away."""
SIGNED_S = 12 * 3600
"""A signature counts this long; a day is the most."""
RECORD = 4096
_GONE = frozenset({404, 410})


class PushTransport:
    """On the connections of ``http``, by its rules."""

    def __init__(self, http: HttpTransport, *, clock: Callable[[], float] = time.time) -> None:
        self._http = http
        self._clock = clock

    async def send(self, message: PushMessage) -> Answered:
        """One attempt. A subscription that the service does not know any more is gone (RFC 8030, 7.3)."""
        try:
            body = encrypted(message.payload, unwritten(message.p256dh), unwritten(message.auth))
        except ValueError as error:
            return Answered(outcome=Outcome.GONE, said=f'the keys of this browser are none: {error}')
        headers = {
            'content-type': 'application/octet-stream',
            'content-encoding': 'aes128gcm',
            'ttl': str(TTL_S),
            'urgency': 'high' if message.is_urgent else 'normal',
            'topic': message.topic,
            'authorization': authorization(message, self._clock()),
        }
        answered = await self._http.send(HttpMessage(url=message.url, body=body, headers=headers))
        return replace(answered, outcome=Outcome.GONE) if answered.code in _GONE else answered

    async def close(self) -> None:
        """The connections are not ours."""


def encrypted(
    payload: bytes, browser: bytes, auth: bytes, *, own: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b''
) -> bytes:
    """One record of ``aes128gcm`` (RFC 8188), with a key that is used for it alone."""
    own, salt = own or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), browser)
    point = public_point(own)
    shared = _derived(own.exchange(ec.ECDH(), theirs), auth, b'WebPush: info\0' + browser + point, 32)
    key = _derived(shared, salt, b'Content-Encoding: aes128gcm\0', 16)
    nonce = _derived(shared, salt, b'Content-Encoding: nonce\0', 12)
    text = AESGCM(key).encrypt(nonce, payload + b'\x02', None)
    return salt + RECORD.to_bytes(4, 'big') + bytes([len(point)]) + point + text


def authorization(message: PushMessage, now: float) -> str:
    """Who sends: a token for that push service, signed with the key by which the browser subscribed."""
    key = ec.derive_private_key(int.from_bytes(unwritten(message.private_key), 'big'), ec.SECP256R1())
    parts = urlsplit(message.url)
    claims = {'aud': f'{parts.scheme}://{parts.netloc}', 'exp': int(now) + SIGNED_S, 'sub': message.contact}
    signed = '.'.join(written(json.dumps(part).encode()) for part in ({'typ': 'JWT', 'alg': 'ES256'}, claims))
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    signature = written(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))
    return f'vapid t={signed}.{signature}, k={written(public_point(key))}'


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half, 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def written(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip('=')


def unwritten(text: str) -> bytes:
    """Back again; raises ``ValueError``."""
    return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))


def _derived(secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=size, salt=salt, info=info).derive(secret)
