"""Codes, one at a time, from the standards: HKDF (RFC 5869) by hand, then one block of AES-256."""

import hmac

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC


def code(secret: bytes, agreement: str, column: str, said: str) -> bytes:
    """Give the 16 bytes that stand for a text in one column of one agreement."""
    key = _keys(secret, f"answerable/pseudonym/v1\n{agreement}\n{column}".encode())
    text = said.encode()
    if len(text) >= 16:
        return _hash(key[32:], text)[:16]
    block = bytes([len(text)]) + text + bytes(15 - len(text))
    encrypts = Cipher(AES256(key[:32]), CBC(bytes(16))).encryptor()  # one block: the mode is none
    return encrypts.update(block) + encrypts.finalize()


def _keys(secret: bytes, info: bytes) -> bytes:
    """Give 64 bytes."""
    key = _hash(bytes(32), secret)
    first = _hash(key, info + b"\x01")
    return first + _hash(key, first + info + b"\x02")


def _hash(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, "sha256")
