"""Peer ids in the form of libp2p, the same on every node for the same member: nobody has to exchange them."""

from __future__ import annotations

import hashlib

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def peer_id(kind: str, address: str) -> str:
    """The key is a hash of the name."""
    return id_of_key(hashlib.sha256(f"{kind} {address}".encode()).digest())


def id_of_key(key: bytes) -> str:
    """Base58 of the multihash of a public Ed25519 key of 32 bytes."""
    number = int.from_bytes(bytes.fromhex("002408011220") + key, "big")
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" + text
