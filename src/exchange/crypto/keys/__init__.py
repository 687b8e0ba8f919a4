"""Keys: making them, holding them, writing them down. Validity in time belongs to the descriptor, not to a key.

`signature` has the hybrid signature pair and the root, `sealing` the hybrid KEM pair, `node` all that one node holds,
`randomness` the only source of random bytes in the trust core. Spec: docs/spec/keys.md.
"""

from exchange.crypto.keys.node import LedgerKey, NodeKeys, WitnessKey, witness_name
from exchange.crypto.keys.randomness import random_bytes
from exchange.crypto.keys.sealing import SealingKey, SealingPublic
from exchange.crypto.keys.signature import RootKey, SigningKey, VerifyKey, fingerprint

__all__ = [
    "LedgerKey",
    "NodeKeys",
    "RootKey",
    "SealingKey",
    "SealingPublic",
    "SigningKey",
    "VerifyKey",
    "WitnessKey",
    "fingerprint",
    "random_bytes",
    "witness_name",
]
