"""A second verifier of audit exports and evidence bundles, written from docs/spec/ledger.md and docs/spec/bundle.md.
One file, only `cryptography` beside Python.

    python verifier.py FILE [--fingerprint HEX [--require-fingerprint]] [--json]

FILE is an export (§5) or the package of a blind audit (§10).

It shares no line with the node's own program, so that an auditor need not believe that program. Exit 0 when everything
in §6 of the specification holds; 10 a signature, 11 the chain, 12 a checkpoint, 13 a key that nothing leads to; 2 a
wrong call. FILE is the lines, or a zip with them (§5). Without --fingerprint a file that agrees with itself ends with 0
and a warning: nothing says whose it is. With --require-fingerprint that is 13.
References like (§6.8) are to docs/spec/ledger.md; envelope.md, keys.md and bundle.md are named. A bundle's time-stamps
are only searched for the digest: reading them is `openssl ts -verify`.
"""

import argparse
import base64
import binascii
import hashlib
import io
import json
import pathlib
import re
import sys
import zipfile
import zlib
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, mlkem, x25519

MAX_LINE = 2 << 20
MAX_INT = 2**53 - 1
MAX_FINDINGS = 100  # told; all are counted in what decides
MAX_NOTE, MAX_SIGNATURES = 1 << 17, 64  # bytes, lines; §4
PLACES = {  # §6, table of exit codes; every other fault is 11
    10: "FILE_SIGNATURE FILE_UNSIGNED FILE_AFTER_END AGREEMENT_UNSIGNED AGREEMENT_SIGNATURE RECEIPT_SIGNATURE "
    "CHECKPOINT_SIGNATURE COSIGNATURE_INVALID ENVELOPE_SIGNATURE",
    12: "CHECKPOINT_MALFORMED CHECKPOINT_ORIGIN CHECKPOINT_SIZE CHECKPOINT_ROOT CHECKPOINT_MISSING",
    13: "ROOT_MISMATCH DESCRIPTOR_MISSING DESCRIPTOR_INVALID SIGNING_KEY_UNKNOWN LEDGER_KEY_UNKNOWN PARTY_KEY_UNKNOWN "
    "STAMP_UNTRUSTED",
}
EXITS = {fault: code for code, faults in PLACES.items() for fault in faults.split()}
TRUST = ("ROOT_MISMATCH", "DESCRIPTOR_MISSING", "SIGNING_KEY_UNKNOWN")
WHOLE = ("FILE_SIGNATURE", "FILE_UNSIGNED", "FILE_AFTER_END")
WHOSE = "whose ledger this is: no fingerprint was brought"
NOT_PROVEN_BUNDLE = (  # bundle.md §3
    "what an envelope carried, but where values are in the file",
    "that a record is true",
    "that other entries of the ledger do not contradict these",
    "that others than the witnesses told were shown the same ledger, and that their roots are theirs",
    "that times are right",
    "that time-stamps are an authority's",
    "that the agreement permitted each claim",
    "that a strict marking got its approvals",
    "who stands behind a person id",
    "that keys were not stolen",
)
NOT_PROVEN = (  # §7
    "what an envelope carried",
    "that a record is true",
    "that nothing left by another way",
    "that others were shown the same ledger",
    "that the ledger does not go on after this file",
    "that times are right",
    "that the agreement permitted each claim",
    "that a strict marking got its approvals",
    "who stands behind a person id",
    "that every envelope of a partner is logged",
    "that keys were not stolen",
)
KINDS = """
genesis: node root
key.changed: descriptor_version
person.added: person role
person.disabled: person
token.issued: person
session.opened: method
session.closed: person
enrolment.issued: person
enrolment.used: person
passkey.added: credential
passkey.removed: person credential
passkey.suspect: credential
approval.attested: release digest method proof
code.issued: release digest commitment
partner.added: partner fingerprint
partner.suspended: partner
partner.resumed: partner
partner.introduced: partner fingerprint
partner.compared: partner fingerprint
partner.misheard: partner fingerprint
partner.dismissed: partner fingerprint
partner.tested: partner outcome
revocation.asked: partner reason
revocation.withdrawn: partner
partner.revoked: partner reason envelopes
agreement.changed: agreement version digest state
agreement.failed: agreement version digest code
agreement.offered: sender recipient agreement version digest
agreement.declined: partner agreement version digest
agreement.simulated: agreement version digest records
termination.asked: agreement version digest
termination.withdrawn: agreement version digest
record.deposited: refs manifests batch
record.amended: refs manifests batch
release.proposed: release recipient agreement digest records
release.approved: release digest
approval.lapsed: release person
release.voided: release reason
release.denied: recipient agreement code records
release.released: release recipient agreement version policy_digest purpose digest envelope epoch seq approvals refs
message.sent: message thread type recipient agreement version policy_digest purpose envelope epoch seq refs
message.received: message thread type sender agreement envelope epoch seq records refs
record.destroyed: held why message refs
account.read: held refs
breach.noted: partner code since until envelopes records
grant.given: grant thread originator holder recipient expires refs
grant.received: grant thread originator holder recipient expires refs
grant.revoked: grant thread
head.contradiction: partner code size digest
head.settled: partner size reason
override.asked: override reason hours
override.given: override person reason expires
override.ended: override
epoch.opened: epoch size root lost envelopes reason digest
partner.epoch: partner epoch size lost reason
release.onward: release recipient grants refs
message.read: message type
release.decided: release digest
decision.replayed: release records
decision.exported: release records form
bundle.exported: release form
waiver.asked: waiver release digest reason expires
waiver.granted: waiver release digest reason administrator officer expires
waiver.revoked: waiver release
waiver.used: waiver release digest
standing.asked: standing agreement version digest marking expires
standing.approved: standing agreement version digest marking officers expires
standing.revoked: standing agreement
standing.used: standing release digest
envelope.void: recipient epoch seq envelope
receipt.received: recipient epoch seq envelope outcome receipt
envelope.received: sender epoch seq envelope records refused refs
envelope.refused: sender epoch seq envelope code
arrival.noted: sender epoch seq
clock.confirmed: ahead
equivocation: sender epoch seq envelope
equivocation.resolved: sender epoch seq reason
record.read: ref held
record.listed: count
list.read: what count
network.read: ref held hops lens count
search.run: query count
match.decided: refs decision
match.evaluated: partner epoch count
match.prepared: partner epoch count
match.asked: recipient agreement version purpose case digest
match.told: partner digest count
match.answered: sender agreement version purpose case digest refs
match.probing: partner case count
match.settling: partner thread
match.settled: partner thread count refs
match.contact: size
release.read: release
audit.exported: size
audit.blind-exported: size
audit.tiles-exported: size
audit.opening-asked: opening index reason expires
audit.opening-confirmed: opening index expires
audit.opening-withdrawn: opening index
audit.opening-declined: opening index
audit.opened: opening index reason asker confirmer refs
import.done: source added updated delisted oddities
reconcile.done: partner digest outcome matched in_flight lost phantom_receipt omitted equivocated unread
reconcile.acknowledged: partner digest reason
login.denied: code
access.denied: code permission count
"""


class Bad(Exception):
    """Not in the form that the specification asks for."""


class Unreadable(Exception):
    """The zip is broken, or not in the form of §5."""


class UnknownKey(Exception):
    """No key that the auditor's fingerprint leads to, or none that was good at that time."""


class Forged(Exception):
    """A signature that does not verify."""


# encoding.md


def pae(*pieces):
    """Pre-authentication encoding (encoding.md §1)."""
    parts = [piece.encode("ascii") if isinstance(piece, str) else piece for piece in pieces]
    return len(parts).to_bytes(8, "little") + b"".join(len(part).to_bytes(8, "little") + part for part in parts)


def sha256(data):
    return hashlib.sha256(data).digest()


def unb64(text, size=None):
    """Only the text that writing the bytes again gives (encoding.md §3)."""
    if not isinstance(text, str):
        raise Bad("base64")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Bad("base64") from None
    if base64.b64encode(data).decode() != text or (size is not None and len(data) != size):
        raise Bad("base64")
    return data


def parse(data, limit=MAX_LINE):
    """Canonical JSON in the profile of encoding.md §2, read exactly."""
    if len(data) > limit:
        raise Bad("too large")
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=once, parse_float=refuse, parse_constant=refuse)
        walk(value, 0)
        again = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except (ValueError, RecursionError):
        raise Bad("json") from None
    if again != data:
        raise Bad("not canonical")
    return value


def once(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a member twice")
    return dict(pairs)


def refuse(_text):
    raise ValueError("number")


def walk(value, depth):
    if depth > 32:
        raise ValueError("too deep")
    if isinstance(value, dict):
        if not all(name.isascii() and "\0" not in name for name in value):
            raise ValueError("member name")
        for each in value.values():
            walk(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            walk(each, depth + 1)
    elif isinstance(value, str):
        if "\0" in value:
            raise ValueError("text")
    elif isinstance(value, int) and abs(value) > MAX_INT:
        raise ValueError("number")


def members(value, names):
    """`value`, if it is an object with exactly these members."""
    if not isinstance(value, dict) or value.keys() != set(names.split()):
        raise Bad("members")
    return value


def form(value, pattern):
    if not isinstance(value, str) or re.fullmatch(pattern, value, re.ASCII) is None:
        raise Bad("form")
    return value


def whole(value, low=0, high=MAX_INT):
    if type(value) is not int or not low <= value <= high:
        raise Bad("integer")
    return value


def listed(value, limit, least=0):
    if not isinstance(value, list) or not least <= len(value) <= limit:
        raise Bad("list")
    return value


def time(value):
    """Aware, UTC, whole seconds."""
    form(value, r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
    try:
        return datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        raise Bad("time") from None


CONFIRMING = ("releasing_officer", "administrator")
NODE, NAME, HEX, KID = "[A-Z]{2}", "[A-Za-z0-9][A-Za-z0-9._:-]{0,127}", "[0-9a-f]{64}", "[0-9a-f]{16}"


# keys.md and envelope.md §1, §2

SUITES = {  # hash, size of a hash, ML-DSA key, size of its signature
    1: (sha256, 32, mldsa.MLDSA65PublicKey, 3309),
    2: (lambda data: hashlib.sha384(data).digest(), 48, mldsa.MLDSA87PublicKey, 4627),
}


class Pair:
    """The public halves of a signature pair (keys.md §2): both must verify, always."""

    def __init__(self, suite, first, second):
        try:
            self.first = ed25519.Ed25519PublicKey.from_public_bytes(first)
            self.second = SUITES[suite][2].from_public_bytes(second)
        except (ValueError, KeyError):
            raise Bad("key") from None
        self.suite = suite
        self.kid = sha256(pae("exchange/key/1", "signing", str(suite), first, second)).hex()[:16]
        self.fingerprint = sha256(pae("exchange/fingerprint/1", first, second)).hex()

    def verify(self, message, first, second):
        try:
            self.first.verify(first, message)
            self.second.verify(second, message)
        except (InvalidSignature, ValueError):
            raise Forged from None


def root_key(value):
    members(value, "ed25519 mldsa")
    return Pair(1, unb64(value["ed25519"]), unb64(value["mldsa"]))


def verify_batch(root, proof, kind, payload, key_of):
    """A batch signature (envelope.md §2): steps 1 to 6. Forged, or what `key_of` raises."""
    try:
        members(root, "ed25519 kid mldsa root size suite type")
        suite = SUITES.get(whole(root["suite"]))
        if suite is None:
            raise Bad("suite")
        hash_, length, _, signature = suite
        form(root["type"], "exchange/[a-z-]{1,32}/[1-9][0-9]{0,3}")
        size, top = whole(root["size"], 1, 1 << 20), unb64(root["root"], length)
        first, second = unb64(root["ed25519"], 64), unb64(root["mldsa"], signature)
        kid = form(root["kid"], KID)
    except Bad:
        raise Forged from None
    if root["type"] != kind:
        raise Forged
    key = key_of(kid)
    if key.suite != root["suite"]:
        raise Forged
    key.verify(pae("exchange/batch/1", kind, str(size), top), first, second)
    if len(proof) < 4 or (len(proof) - 4) % length:
        raise Forged
    path = [proof[at : at + length] for at in range(4, len(proof), length)]
    if climb(hash_, hash_(b"\0" + payload), int.from_bytes(proof[:4], "big"), size, path) != top:
        raise Forged


def climb(hash_, leaf, index, size, path):
    """The root that an inclusion path leads to (RFC 9162 §2.1.3.2); nothing when the path does not fit."""
    if index >= size:
        return b""
    place, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            return b""
        if place & 1 or place == last:
            found = hash_(b"\1" + each + found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = hash_(b"\1" + found + each)
        place, last = place >> 1, last >> 1
    return found if last == 0 else b""


class Card:
    """A descriptor (keys.md §3), steps 1 to 4: whatever its age."""

    def __init__(self, data, party, fingerprint):
        outer = members(parse(data, 512 << 10), "document signatures")
        document = unb64(outer["document"])
        said = parse(document, 512 << 10)
        names = "endpoints expires issued ledger node previous_root revocations root sealing signing tls v version"
        # Cards older than witnessing have no such member.
        members(said, names + " witness" if isinstance(said, dict) and "witness" in said else names)
        whole(said["v"], 1, 1)
        whole(said["version"], 1)
        if form(said["node"], NODE) != party:
            raise Bad("node")
        if not timedelta(0) < time(said["expires"]) - time(said["issued"]) <= timedelta(days=90):
            raise Bad("expires")
        self._signed(outer, document, said, fingerprint)
        self.signing = [
            self._span(each, "ed25519 from kid mldsa suite until") for each in listed(said["signing"], 16, 1)
        ]
        sealing = [self._span(each, "from kid public suite until") for each in listed(said["sealing"], 96, 1)]
        for spans in (self.signing, sealing):
            if len({each[0] for each in spans}) != len(spans):
                raise Bad("a key twice")
        self.ledger = Verifier(said["ledger"])
        if self.ledger.name != f"{party}.exchange":
            raise Bad("ledger")
        self.witness = []
        if "witness" in said:
            self.witness = check_witness(said["witness"], f"{party}.exchange/witness", self.ledger.public)
        self.revoked = {}
        for each in listed(said["revocations"], 256):
            members(each, "effective kid")
            self.revoked[form(each["kid"], KID)] = time(each["effective"])
        certificates = [unb64(each) for each in listed(said["tls"], 4, 1)]
        try:
            for der in certificates:
                x509.load_der_x509_certificate(der).public_key()
        except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
            raise Bad("tls") from None
        ends = said["endpoints"]
        if not isinstance(ends, dict) or "partner" not in ends or len(ends) > 8:
            raise Bad("endpoints")
        for url in ends.values():
            form(url, r"https://([a-z0-9][a-z0-9.-]{0,252}|\[[0-9a-f:]{2,39}\])(:[1-9][0-9]{0,4})?")

    @staticmethod
    def _signed(outer, document, said, fingerprint):
        own = root_key(said["root"]).fingerprint
        wanted = {own}
        if said["previous_root"] is not None:
            wanted.add(form(said["previous_root"], HEX))
        roots = {}
        for each in listed(outer["signatures"], 2):
            members(each, "ed25519 mldsa root")
            root = root_key(each["root"])
            if root.fingerprint in roots:
                raise Bad("a root twice")
            roots[root.fingerprint] = (root, unb64(each["ed25519"]), unb64(each["mldsa"]))
        if roots.keys() != wanted or fingerprint not in roots:
            raise Bad("root")
        for root, first, second in roots.values():
            root.verify(pae("exchange/descriptor/1", document), first, second)

    @staticmethod
    def _span(value, names):
        """(key id, key or None, from, until)."""
        members(value, names)
        suite = whole(value["suite"], 1, 2)
        if "public" in value:
            public = unb64(value["public"])
            kid, key = sha256(pae("exchange/key/1", "sealing", str(suite), public)).hex()[:16], None
            check_prekey(suite, public)
        else:
            key = Pair(suite, unb64(value["ed25519"]), unb64(value["mldsa"]))
            kid = key.kid
        start, end = time(value["from"]), time(value["until"])
        if value["kid"] != kid or start >= end:
            raise Bad("key")
        return kid, key, start, end


def check_prekey(suite, public):
    """The two halves are keys (keys.md §3)."""
    try:
        if suite == 1:
            mlkem.MLKEM768PublicKey.from_public_bytes(public[:1184])
            x25519.X25519PublicKey.from_public_bytes(public[1184:])
        else:
            mlkem.MLKEM1024PublicKey.from_public_bytes(public[:1568])
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), public[1568:])
    except ValueError:
        raise Bad("prekey") from None


def check_witness(value, name, ledger):
    """Two keys that cosign: Ed25519 (0x04), ML-DSA-44 (0x06), neither the ledger's own (keys.md §3)."""
    keys = []
    for text, kind, size in zip(listed(value, 2, 2), (4, 6), (32, 1312), strict=True):
        key = Verifier(text, kind, size)
        keys.append(key)
        if key.name != name or key.public == ledger:
            raise Bad("witness")
    return keys


# §4: C2SP signed-note and tlog-checkpoint


def note_name(name):
    if not name or any(char.isspace() or char == "+" or char < " " for char in name):
        raise Bad("name")
    return name


class Verifier:
    """`name+hex id+base64(type, key)`; a ledger's is Ed25519."""

    def __init__(self, text, kind=1, size=32):
        parts = text.split("+", 2) if isinstance(text, str) else []
        if len(parts) != 3:
            raise Bad("verifier")
        material = unb64(parts[2], 1 + size)
        self.name, self.id, self.public = note_name(parts[0]), form(parts[1], "[0-9a-f]{8}"), material[1:]
        self.kind = kind
        if material[0] != kind or sha256(self.name.encode() + b"\n" + material)[:4].hex() != self.id:
            raise Bad("verifier")

    def verify(self, signature, text):
        try:
            ed25519.Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            raise Forged from None

    def cosigned(self, signature, head):
        """POSIX seconds at which this key saw `head` (C2SP tlog-cosignature): time in 8 bytes, then the signature."""
        at, made = int.from_bytes(signature[:8], "big"), signature[8:]
        if at > 253402300799 or len(made) != (64 if self.kind == 4 else 2420):
            raise Forged
        if self.kind == 4:
            self.verify(made, b"cosignature/v1\ntime %d\n" % at + head.text)
            return at
        names = [text.encode() for text in (self.name, head.origin)]
        if any(not 1 <= len(text) < 256 for text in names):
            raise Forged
        who, log = (bytes([len(text)]) + text for text in names)
        said = (
            b"subtree/v1\n\0" + who + at.to_bytes(8, "big") + log + bytes(8) + head.size.to_bytes(8, "big") + head.root
        )
        try:
            mldsa.MLDSA44PublicKey.from_public_bytes(self.public).verify(made, said)
        except (InvalidSignature, ValueError):
            raise Forged from None
        return at


class Checkpoint:
    """A parsed note; nothing in it is believed."""

    def __init__(self, note):
        if len(note.encode()) > MAX_NOTE or re.search("[\x00-\x09\x0b-\x1f]", note):
            raise Bad("note")
        text, found, rest = note.rpartition("\n\n")
        if not found or not rest.endswith("\n"):
            raise Bad("note")
        self.text = (text + "\n").encode()
        self.signatures = []
        for line in listed(rest[:-1].split("\n"), MAX_SIGNATURES):
            parts = line.split(" ")
            if len(parts) != 3 or parts[0] != "—":
                raise Bad("signature line")
            blob = unb64(parts[2])
            if len(blob) < 5:
                raise Bad("signature line")
            self.signatures.append((note_name(parts[1]), blob[:4].hex(), blob[4:]))
        lines = text.split("\n")
        if len(lines) < 3 or not all(lines):
            raise Bad("checkpoint")
        self.origin, self.size = lines[0], whole(int(form(lines[1], "0|[1-9][0-9]{0,15}")))
        self.root = unb64(lines[2], 32)


class Tree:
    """RFC 6962: the full subtrees of what was appended (§3)."""

    def __init__(self):
        self.tops = []

    def add(self, leaf):
        size, top = 1, leaf
        while self.tops and self.tops[-1][0] == size:
            _, left = self.tops.pop()
            size, top = 2 * size, sha256(b"\1" + left + top)
        self.tops.append((size, top))

    @property
    def root(self):
        if not self.tops:
            return sha256(b"")
        found = self.tops[-1][1]
        for _, left in reversed(self.tops[:-1]):
            found = sha256(b"\1" + left + found)
        return found


# §2: entries

MEMBERS = {}
for row in KINDS.strip().split("\n"):
    name, _, rest = row.partition(": ")
    MEMBERS[name] = frozenset(("v", "kind", "at", "actor", *rest.split()))

ID, WORD = "[!-~]{1,128}", "[A-Za-z0-9_.:+-]{1,64}"


def check_each(check, most, least=0):
    def checked(value):
        for item in listed(value, most, least):
            check(item)

    return checked


FORMS = {
    "at since until expires": time,
    "node recipient sender partner originator holder": lambda value: form(value, NODE),
    "root fingerprint digest batch policy_digest envelope receipt grant credential proof commitment": (
        lambda value: form(value, HEX)
    ),
    "role state reason code purpose outcome source held type why form marking what permission decision method "
    "lens": (
        lambda value: form(value, WORD)
    ),
    "actor person release agreement message thread waiver standing override administrator officer opening asker "
    "confirmer": lambda value: form(value, ID),
    "case": lambda value: form(value, ID),
    "descriptor_version version seq hours hops": lambda value: whole(value, 1),
    "ahead epoch manifests records refused count size added updated delisted oddities envelopes lost index matched "
    "in_flight phantom_receipt omitted equivocated unread": whole,
    "ref query": lambda value: unb64(value, 32),
    "refs": check_each(lambda item: unb64(item, 32), 5000),
    "approvals officers": check_each(lambda item: form(item, ID), 16),
    "grants": check_each(lambda item: form(item, HEX), 5000, 1),
    "v": lambda value: whole(value, 1, 1),
    "kind": lambda value: value,
}
CHECKS = {name: check for names, check in FORMS.items() for name in names.split()}


def read_entry(data):
    value = parse(data, 1 << 20)
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or value.keys() != MEMBERS.get(kind):
        raise Bad("entry")
    for name, member in value.items():
        CHECKS[name](member)
    return value


# §6, steps 6 to 18


class Rules:
    """What entries must say about each other. `find(fault, index)` collects; `terms(version)` knows agreements."""

    def __init__(self, node, root, terms, find):
        self.node, self.root, self.terms, self.find = node, root, terms, find
        self.time, self.before = "", {}
        self.open, self.active, self.once, self.ended = {}, {}, {}, set()
        self.streams, self.epochs, self.threads, self.grants = {}, {}, {}, {}
        self.roles, self.waivers, self.standing, self.given = {}, {}, {}, set()
        self.openings = {}
        self.awaited, self.undecided, self.decides, self.releases = {}, {}, False, 0
        self.judged = {}
        self.held, self.arrived = {}, {}

    def see(self, index, entry):
        if entry["at"] < self.time:
            self.find("TIME_WENT_BACK", index)
        else:
            self.time = entry["at"]
        first = entry["kind"] == "genesis"
        if first != (index == 0) or (first and (entry["node"], entry["root"]) != (self.node, self.root)):
            self.find("GENESIS", index)
        rule = getattr(self, entry["kind"].replace(".", "_").replace("-", "_"), None)
        fault = rule(index, entry) if rule else None
        if fault:
            self.find(fault, index)
        self.before = entry

    # agreements

    def agreement_changed(self, _index, entry):
        id_, version = entry["agreement"], entry["version"]
        if entry["state"] == "active":
            self.active[id_] = self.once[id_, version] = (id_, version, entry["digest"])
        elif self.active.get(id_, ("", 0))[1] == version:
            del self.active[id_]
        if entry["state"] == "terminated":
            self.ended.add((id_, version))

    def in_force(self, entry, outlives):
        """The terms that an entry was sealed under, or a fault (10)."""
        version = self.active.get(entry["agreement"])
        if outlives:
            version = self.once.get((entry["agreement"], entry["version"]))
        if version is None or version[1] != entry["version"]:
            return "AGREEMENT_NOT_ACTIVE"
        if version not in self.judged:
            self.judged[version] = self.terms(*version)
        terms = self.judged[version]
        if isinstance(terms, str):
            return terms
        if self.node not in terms["parties"] or entry["recipient"] not in terms["parties"]:
            return "AGREEMENT_PARTIES"
        self.stream(entry)["fingerprint"] = terms["parties"][entry["recipient"]]
        return terms

    def outside(self, entry, terms, outlives):
        if terms["parties"][self.node] != self.root:
            return "AGREEMENT_PARTIES"
        if not outlives and not terms["from"] <= entry["at"] < terms["until"]:
            return "AGREEMENT_NOT_ACTIVE"
        return None if entry["purpose"] in terms["purposes"] else "AGREEMENT_PURPOSE"

    # numbers (7)

    def stream(self, entry):
        key = (entry["recipient"], entry["epoch"])
        return self.streams.setdefault(key, {"last": 0, "envelopes": {}, "fingerprint": ""})

    def number(self, entry):
        stream, seq = self.stream(entry), entry["seq"]
        newest = self.epochs.setdefault(entry["recipient"], entry["epoch"])
        if entry["epoch"] < newest:
            return "NUMBER_REUSED"
        self.epochs[entry["recipient"]] = entry["epoch"]
        if seq <= stream["last"]:
            return "NUMBER_REUSED"
        follows = seq == stream["last"] + 1
        stream["last"] = seq
        stream["envelopes"][seq] = [entry["envelope"]]
        return None if follows else "NUMBER_GAP"

    def envelope_void(self, _index, entry):
        stream, seq = self.stream(entry), entry["seq"]
        there = stream["envelopes"].get(seq, [])
        if len(there) == 1:
            there.append(entry["envelope"])
            return None
        fault = self.number(entry)
        if fault != "NUMBER_REUSED":
            stream["envelopes"][seq] = [entry["envelope"]] * 2
        return fault

    def receipt_received(self, index, entry):
        stream = self.streams.get((entry["recipient"], entry["epoch"]))
        if stream is None or entry["envelope"] not in stream["envelopes"].get(entry["seq"], []):
            return "RECEIPT_UNMATCHED"
        self.awaited[entry["receipt"]] = (index, stream["fingerprint"], entry)
        return None

    # releases (8, 9)

    def release_proposed(self, _index, entry):
        if entry["release"] in self.open:
            return "RELEASE_DIFFERS"
        proposal = {"by": entry["actor"], "approved": set(), "substituted": False, "version": None}
        self.open[entry["release"]] = proposal | {name: entry[name] for name in ("recipient", "agreement", "digest")}
        return None

    def release_approved(self, _index, entry):
        proposal, person = self.open.get(entry["release"]), entry["actor"]
        if proposal is None:
            return "APPROVAL_UNPROPOSED"
        if proposal["digest"] != entry["digest"]:
            return "APPROVAL_STALE"
        if person == proposal["by"]:
            return "SELF_APPROVAL"
        if person in proposal["approved"]:
            return "APPROVAL_REPEATED"
        proposal["approved"].add(person)
        return None

    def approval_lapsed(self, _index, entry):
        if entry["release"] in self.open:
            self.open[entry["release"]]["approved"].discard(entry["person"])

    def release_voided(self, _index, entry):
        if entry["reason"] != "APPROVAL_WITHDRAWN":
            self.open.pop(entry["release"], None)
        elif entry["release"] in self.open:
            self.open[entry["release"]]["approved"].discard(entry["actor"])

    def release_released(self, index, entry):
        self.releases += 1
        if entry["refs"]:
            self.undecided[entry["release"]] = index
        gap = self.number(entry)
        proposal = self.open.pop(entry["release"], None)
        terms = self.in_force(entry, False)
        if isinstance(terms, str):
            return gap or terms
        return gap or self.outside(entry, terms, False) or self.approvals(entry, proposal, terms)

    @staticmethod
    def approvals(entry, proposal, terms):
        if proposal is None:
            return "RELEASE_UNPROPOSED"
        if any(proposal[name] != entry[name] for name in ("recipient", "agreement", "digest")):
            return "RELEASE_DIFFERS"
        persons = entry["approvals"]
        if proposal["by"] in persons:
            return "SELF_APPROVAL"
        if len(set(persons)) != len(persons):
            return "APPROVAL_REPEATED"
        if proposal["version"] not in (None, entry["version"]):
            return "STANDING_INVALID"
        rule = proposal["by"] == "standing:" + proposal["agreement"]
        least = terms["approvals"] if rule else max(1, terms["approvals"])
        enough = proposal["substituted"] or len(persons) >= least
        return None if enough and proposal["approved"] >= set(persons) else "APPROVAL_MISSING"

    def release_decided(self, _index, entry):
        index = self.undecided.pop(entry["release"], None)
        if index is None:
            return "DECISION_UNMATCHED"
        if not self.decides:
            self.decides = True
            self.undecided = {release: at for release, at in self.undecided.items() if at > index}
        return None

    # waivers and standing approvals (15, 16)

    def person_added(self, _index, entry):
        self.roles[entry["person"]] = entry["role"]

    def person_disabled(self, _index, entry):
        self.roles.pop(entry["person"], None)

    def new(self, id_):
        fresh = id_ not in self.given
        self.given.add(id_)
        return fresh

    def waiver_granted(self, _index, entry):
        proposal = self.open.get(entry["release"])
        one, other = entry["administrator"], entry["officer"]
        sound = (
            proposal is not None
            and proposal["digest"] == entry["digest"]
            and proposal["by"] not in (one, other)
            and (self.roles.get(one), self.roles.get(other)) == ("administrator", "releasing_officer")
            and entry["actor"] in (one, other)
            and lasts(entry, timedelta(hours=24))
            and self.new(entry["waiver"])
        )
        if sound:
            self.waivers[entry["waiver"]] = entry
        return None if sound else "WAIVER_INVALID"

    def waiver_revoked(self, _index, entry):
        self.waivers.pop(entry["waiver"], None)

    def waiver_used(self, _index, entry):
        waiver, proposal = self.waivers.pop(entry["waiver"], None), self.open.get(entry["release"])
        if waiver is None or proposal is None or entry["at"] >= waiver["expires"]:
            return "WAIVER_INVALID"
        same = all(waiver[name] == entry[name] for name in ("release", "digest"))
        if not same or proposal["digest"] != waiver["digest"]:
            return "WAIVER_INVALID"
        proposal["substituted"] = True
        return None

    def standing_approved(self, _index, entry):
        officers = entry["officers"]
        sound = (
            len(officers) == 2
            and officers[0] != officers[1]
            and all(self.roles.get(each) == "releasing_officer" for each in officers)
            and entry["actor"] in officers
            and lasts(entry, timedelta(days=90))
            and self.new(entry["standing"])
        )
        if sound:
            self.standing[entry["standing"]] = entry
        return None if sound else "STANDING_INVALID"

    def standing_revoked(self, _index, entry):
        self.standing.pop(entry["standing"], None)

    def standing_used(self, _index, entry):
        standing, proposal = self.standing.get(entry["standing"]), self.open.get(entry["release"])
        if standing is None or proposal is None or entry["at"] >= standing["expires"]:
            return "STANDING_INVALID"
        rule = proposal["by"] == "standing:" + proposal["agreement"]
        if not rule or proposal["agreement"] != standing["agreement"] or proposal["digest"] != entry["digest"]:
            return "STANDING_INVALID"
        proposal["substituted"], proposal["version"] = True, standing["version"]
        return None

    # openings (18)

    def audit_opening_asked(self, index, entry):
        fresh = self.new("opening " + entry["opening"])
        auditor = self.roles.get(entry["actor"]) == "auditor"
        if not fresh or not auditor or entry["index"] >= index or not lasts(entry, timedelta(hours=24)):
            return "OPENING_INVALID"
        self.openings[entry["opening"]] = {"asked": entry, "by": None, "until": entry["expires"]}
        return None

    def audit_opening_confirmed(self, _index, entry):
        found, actor = self.opening(entry), entry["actor"]
        if found is None or found["by"] is not None or actor == found["asked"]["actor"]:
            return "OPENING_INVALID"
        if self.roles.get(actor) not in CONFIRMING or not lasts(entry, timedelta(hours=24)):
            return "OPENING_INVALID"
        found["by"], found["until"] = actor, entry["expires"]
        return None

    def audit_opening_withdrawn(self, _index, entry):
        found = self.openings.pop(entry["opening"], None)
        same = found is not None and all(found["asked"][name] == entry[name] for name in ("index", "actor"))
        return None if same else "OPENING_INVALID"

    def audit_opening_declined(self, _index, entry):
        found = self.openings.pop(entry["opening"], None)
        if found is None or found["asked"]["index"] != entry["index"] or found["asked"]["actor"] == entry["actor"]:
            return "OPENING_INVALID"
        return None if self.roles.get(entry["actor"]) in CONFIRMING else "OPENING_INVALID"

    def audit_opened(self, _index, entry):
        found = self.opening(entry)
        self.openings.pop(entry["opening"], None)
        if found is None or found["by"] is None:
            return "OPENING_INVALID"
        asker = found["asked"]["actor"]
        said = (entry["actor"], entry["asker"], entry["confirmer"], entry["reason"])
        if said != (asker, asker, found["by"], found["asked"]["reason"]):
            return "OPENING_INVALID"
        here = self.roles.get(asker) == "auditor" and self.roles.get(found["by"]) in CONFIRMING
        return None if here else "OPENING_INVALID"

    def opening(self, entry):
        """What an entry goes on with: of the same index, and not over."""
        found = self.openings.get(entry["opening"])
        same = found is not None and found["asked"]["index"] == entry["index"] and entry["at"] < found["until"]
        return found if same else None

    # messages (11) and grants (8)

    def same_place(self, entry, partner):
        return all(self.before.get(name) == entry[name] for name in (partner, "epoch", "seq", "envelope"))

    def remember(self, entry, way):
        if entry["type"] in ("recall", "correction", "onward-request"):
            self.threads[entry["message"], way] = entry["type"]

    def answered(self, entry, way):
        """The type that a notice answers; empty for what opens a thread; nothing for an answer to nothing."""
        if entry["type"] != "notice" or entry["thread"] == entry["message"]:
            return ""
        return self.threads.get((entry["thread"], way))

    def message_sent(self, _index, entry):
        if entry["type"] not in ("recall", "notice"):
            behind = self.before.get("kind") == "release.released" and self.same_place(entry, "recipient")
            self.remember(entry, "out")
            return None if behind else "MESSAGE_UNAPPROVED"
        gap, to = self.number(entry), self.answered(entry, "in")
        if to is None:
            return gap or "OUTCOME_UNASKED"
        self.remember(entry, "out")
        told = to == "" and (entry["agreement"], entry["version"]) in self.ended
        outlives = "recall" in (entry["type"], to) or told
        terms = self.in_force(entry, outlives)
        if isinstance(terms, str):
            return gap or terms
        return gap or self.outside(entry, terms, outlives)

    def message_received(self, _index, entry):
        if self.before.get("kind") != "envelope.received" or not self.same_place(entry, "sender"):
            return "MESSAGE_UNMATCHED"
        self.remember(entry, "in")
        return "OUTCOME_UNASKED" if self.answered(entry, "out") is None else None

    # what partners sent, and how long it is kept (21)

    def envelope_received(self, index, entry):
        if entry["refs"]:
            self.arrived[index] = (entry["sender"], entry["at"])
        for ref in entry["refs"]:
            self.held[ref] = index

    def overdue(self, now):
        """Indexes of arrivals of which something is held a week longer than any agreement with the sender allows."""
        longest = {}
        for version in self.once.values():
            if version not in self.judged:
                self.judged[version] = self.terms(*version)
            terms = self.judged[version]
            ours = not isinstance(terms, str) and terms["parties"].get(self.node) == self.root
            for party in terms["parties"] if ours else ():
                longest[party] = max(longest.get(party, 0), terms["days"])
        longest.pop(self.node, None)
        for index in sorted(set(self.held.values())):
            sender, at = self.arrived[index]
            held = (time(max(now, self.time)) - time(at)).total_seconds()
            if sender in longest and held > 86400 * (longest[sender] + 7):
                yield index

    def record_destroyed(self, _index, entry):
        if entry["held"] == "received":
            for ref in entry["refs"]:
                self.held.pop(ref, None)
        if entry["why"] not in ("recall", "correction"):
            return None
        return None if self.threads.get((entry["message"], "in")) == entry["why"] else "DESTROYED_UNASKED"

    def grant_given(self, _index, entry):
        return self.behind_its_message(entry, "message.sent")

    def grant_received(self, _index, entry):
        fault = self.behind_its_message(entry, "message.received")
        if fault is None:
            self.grants[entry["grant"]] = entry
        return fault

    def behind_its_message(self, entry, kind):
        before = self.before
        same = before.get("kind") == kind and before["type"] == "onward-grant" and before["thread"] == entry["thread"]
        return None if same else "GRANT_UNMATCHED"

    def grant_revoked(self, _index, entry):
        self.grants.pop(entry["grant"], None)

    def release_onward(self, _index, entry):
        before = self.before
        if before.get("kind") != "release.released" or before["release"] != entry["release"]:
            return "RELEASE_DIFFERS"
        if not set(entry["refs"]) <= set(before["refs"]):
            return "RELEASE_DIFFERS"
        for each in entry["grants"]:
            grant = self.grants.get(each)
            if grant is None or grant["recipient"] != entry["recipient"] or entry["at"] >= grant["expires"]:
                return "ONWARD_UNGRANTED"
        return None if before["recipient"] == entry["recipient"] else "RELEASE_DIFFERS"


def lasts(entry, longest):
    return timedelta(0) < time(entry["expires"]) - time(entry["at"]) <= longest


# §5 and the rest of §6


class Audit:
    """One run over one file."""

    def __init__(self, fingerprint):
        self.fingerprint, self.brought = fingerprint, bool(fingerprint)
        self.findings, self.line, self.hash = [], 0, hashlib.sha256()
        self.first, self.lowest, self.trust, self.file = None, None, None, None
        self.head, self.signed, self.broken_off = None, False, False
        self.cards, self.agreements, self.tree = {}, {}, Tree()
        self.epoch, self.witnesses = 1, {}
        self.next, self.vouched, self.broken, self.mismatched, self.in_log = 0, 0, False, False, False

    def find(self, fault, index=None, before=None):
        found = (fault, index, index + 1 if before is None and index is not None else before, self.line)
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(found)
        self.first = self.first or found
        if fault in TRUST:
            self.trust = self.trust or found
        if fault in WHOLE:
            self.file = self.file or found
        if index is not None and self.comes_first(fault, index):
            self.lowest = found

    def comes_first(self, fault, index):
        """The lowest index; there, a root that differs explains whatever else is wrong; else the first found."""
        if self.lowest is None or index < self.lowest[1]:
            return True
        return index == self.lowest[1] and fault == "CHECKPOINT_ROOT" != self.lowest[0]

    def take(self, line):
        self.line += 1
        if self.signed:
            self.find("FILE_AFTER_END")
            return
        if self.line == 1:
            self.hash.update(line)
            self.begin(line)
        elif self.head is not None:
            if line.startswith(b'{"entry":'):
                self.entry(line)
            else:
                self.other(line)
            if not self.signed:
                self.hash.update(line)

    def begin(self, line):
        try:
            head = members(parse_line(line), "exported kind node root_fingerprint size v")
            whole(head["v"], 1, 1)
            form(head["kind"], "exchange-audit")
            form(head["node"], NODE)
            form(head["root_fingerprint"], HEX)
            whole(head["size"])
            time(head["exported"])
        except Bad:
            self.find("FILE_MALFORMED")
            return
        self.fingerprint = self.fingerprint or head["root_fingerprint"]
        if head["root_fingerprint"] != self.fingerprint:
            self.find("ROOT_MISMATCH")
        self.head, self.own = head, (head["node"], self.fingerprint)
        self.rules = Rules(head["node"], self.fingerprint, self.terms, self.find)

    # entries (3, 4)

    def entry(self, line):
        self.in_log = True
        if self.broken:
            return
        data = line[len(b'{"entry":') : line.rfind(b',"hash":"')]
        salt = line[line.rfind(b',"salt":"') + 9 : line.rfind(b'"}')]
        try:
            salted = base64.b64decode(salt, validate=True)
        except ValueError:
            salted = b""
        salted = salted if len(salted) == 16 else b""
        leaf = sha256(b"\0" + (sha256(pae("exchange/entry/1", salted, data)) if salted else data))
        written = (data, base64.b64encode(leaf), self.next, base64.b64encode(salted))
        exact = b'{"entry":%b,"hash":"%b","index":%d,"salt":"%b"}\n' % written
        if line != exact:
            self.find(self.what(line), self.next)
            self.broken = True
            return
        before = self.tree.root if b'"kind":"epoch.opened"' in data else b""
        self.tree.add(leaf)
        index, self.next = self.next, self.next + 1
        try:
            value = read_entry(data)
        except Bad:
            self.find("ENTRY_MALFORMED", index)
            return
        if value["kind"] == "epoch.opened":
            # 19: the ledger goes on under a new name from exactly what stands before this entry
            if (value["size"], value["root"]) != (index, before.hex()) or value["epoch"] <= self.epoch:
                self.find("EPOCH_INVALID", index)
            self.epoch = max(self.epoch, value["epoch"])
        self.rules.see(index, value)

    def what(self, line):
        try:
            value = members(parse_line(line), "entry hash index salt")
        except Bad:
            return "ENTRY_LINE"
        return "ENTRY_HASH" if value["index"] == self.next else "ENTRY_INDEX"

    # the other lines

    def other(self, line):
        try:
            value = parse_line(line)
            if not isinstance(value, dict) or len(value) != 1:
                raise Bad("line")
            ((name, inner),) = value.items()
            if name == "signature":
                self.signed = True
                self.signature(members(inner, "proof root"))
            elif name == "checkpoint" and isinstance(inner, str):
                self.checkpoint(inner)
            elif name == "receipt" and isinstance(inner, str):
                self.receipt(unb64(inner))
            elif name == "descriptor" and not self.in_log:
                self.descriptor(members(inner, "data fingerprint party"))
            elif name == "agreement" and not self.in_log:
                self.agreement(members(inner, "document signatures"))
            else:
                raise Bad("line")
        except Bad:
            known = line.startswith((b'{"checkpoint":', b'{"receipt":', b'{"signature":'))
            awaits = self.in_log and not self.broken and self.next < self.head["size"]
            self.find("FILE_MALFORMED", self.next if awaits and not known else None)

    def descriptor(self, value):
        place = (form(value["party"], NODE), form(value["fingerprint"], HEX))
        data = unb64(value["data"])
        try:
            self.cards.setdefault(place, []).append(Card(data, *place))
        except (Bad, Forged):
            self.cards = {key: cards for key, cards in self.cards.items() if cards}
            self.find("DESCRIPTOR_INVALID")

    def agreement(self, value):
        if not isinstance(value["signatures"], dict):
            raise Bad("signatures")
        signatures = {code: unb64(each) for code, each in value["signatures"].items()}
        document = unb64(value["document"])
        self.agreements[sha256(pae("exchange/agreement/1", document)).hex()] = (document, signatures)

    def terms(self, id_, version, digest):
        """What an agreement demands, or a fault (10)."""
        if digest not in self.agreements:
            return "AGREEMENT_MISSING"
        document, signatures = self.agreements[digest]
        try:
            said = parse(document)
            terms = read_terms(said)
        except Bad:
            return "AGREEMENT_DIFFERS"
        if (said.get("id"), said.get("version")) != (id_, version):
            return "AGREEMENT_DIFFERS"
        for code, fingerprint in terms["parties"].items():
            if code not in signatures:
                return "AGREEMENT_UNSIGNED"
            try:
                signer = party_signature(signatures[code], document)
            except (Bad, Forged):
                return "AGREEMENT_SIGNATURE"
            if signer != (code, fingerprint):
                return "PARTY_KEY_UNKNOWN"
        return terms

    def checkpoint(self, note):
        """Step 5."""
        self.in_log = True
        try:
            head = Checkpoint(note)
        except (Bad, UnicodeError):
            self.find("CHECKPOINT_MALFORMED")
            return
        for card in self.cards.get(self.own, []):
            ours = [each[2] for each in head.signatures if each[:2] == (card.ledger.name, card.ledger.id)]
            if ours:
                break
        else:
            self.find("LEDGER_KEY_UNKNOWN")
            return
        try:
            for signature in ours:
                card.ledger.verify(signature, head.text)
        except Forged:
            self.find("CHECKPOINT_SIGNATURE")
            return
        if head.origin != f"{self.head['node']}.exchange" + (f"/{self.epoch}" if self.epoch > 1 else ""):
            self.find("CHECKPOINT_ORIGIN")
            return
        if self.broken:
            return
        if head.size != self.next:
            self.find("CHECKPOINT_SIZE")
        elif not self.mismatched:
            if head.root == self.tree.root:
                self.vouched = head.size
            else:
                self.mismatched = True
                self.find("CHECKPOINT_ROOT", self.vouched, self.next)
        self.cosignatures(head)

    def cosignatures(self, head):
        """Step 20: lines of a name and id verify under one key that has them; a witness cosigned with all keys of a card."""
        found, judged = {}, {}
        for place, cards in self.cards.items():
            for card in cards if place[0] != self.own[0] else ():
                times = []
                for key in card.witness:
                    made = [each[2] for each in head.signatures if each[:2] == (key.name, key.id)]
                    try:
                        times += [max(key.cosigned(each, head) for each in made)] if made else []
                        judged[key.name, key.id] = True
                    except Forged:  # ids are short: another card may have the key that they mean
                        judged.setdefault((key.name, key.id), False)
                if times and len(times) == len(card.witness):
                    found[place] = max(min(times), found.get(place, 0))
        if not all(judged.values()):
            self.find("COSIGNATURE_INVALID")
            return
        self.witnesses.update({place: (head.size, at) for place, at in found.items()})

    def receipt(self, wire):
        """Step 12."""
        if self.broken:
            return
        awaited = self.rules.awaited.pop(sha256(pae("exchange/receipt/1", wire)).hex(), None)
        if awaited is None:
            self.find("RECEIPT_UNMATCHED")
            return
        index, fingerprint, entry = awaited
        cards = self.cards.get((entry["recipient"], fingerprint), [])
        used = []

        def key_of(kid):
            used.append(kid)
            for card in cards:
                for span in card.signing:
                    if span[0] == kid:
                        return span[1]
            raise UnknownKey

        try:
            said = read_receipt(wire, key_of)
            issued = time(said["issued"])
            spans = [span for card in cards for span in card.signing if span[0] in used]
            if not any(span[2] <= issued < span[3] for span in spans):
                raise UnknownKey
        except UnknownKey:
            self.find("PARTY_KEY_UNKNOWN", index)
        except Forged:
            self.find("RECEIPT_SIGNATURE", index)
        except Bad:
            self.find("RECEIPT_MALFORMED", index)
        else:
            wanted = {name: entry[name] for name in ("epoch", "seq", "envelope")}
            wanted |= {"sender": self.head["node"], "node": entry["recipient"], "kind": entry["outcome"]}
            if any(said[name] != value for name, value in wanted.items()):
                self.find("RECEIPT_DIFFERS", index)

    def signature(self, value):
        """Step 14."""
        said = {"v": 1, "node": self.head["node"], "size": self.head["size"], "lines": self.line - 1}
        said["sha256"] = self.hash.hexdigest()
        signed = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
        try:
            root = parse(unb64(value["root"]))
            verify_batch(root, unb64(value["proof"]), "exchange/audit/1", signed, self.file_key)
        except UnknownKey:
            self.find("SIGNING_KEY_UNKNOWN")
        except (Bad, Forged):
            self.find("FILE_SIGNATURE")

    def file_key(self, kid, at=None):
        """Good when the file was exported, or at another time."""
        return self.key_at(kid, at or time(self.head["exported"]))

    def key_at(self, kid, at):
        """Good then, by every card that knows it: a revocation wins."""
        found = None
        for card in self.cards.get(self.own, []):
            spans = [span for span in card.signing if span[0] == kid]
            gone = kid in card.revoked and at >= card.revoked[kid]
            if gone or any(not span[2] <= at < span[3] for span in spans):
                raise UnknownKey
            found = spans[0][1] if spans else found
        if found is None:
            raise UnknownKey
        return found

    def finish(self):
        """Step 13, and what never came; then the finding that decides."""
        if self.broken_off:
            return self.deciding()
        if self.head is not None:
            if not self.cards.get(self.own):
                self.find("DESCRIPTOR_MISSING")
            if not self.broken:
                self.rest()
        if not self.signed:
            self.find("FILE_UNSIGNED")
        return self.deciding()

    def rest(self):
        size = self.head["size"]
        if self.next != size or not self.next:
            self.find("ENTRIES_MISSING", self.next, max(size, self.next + 1))
            return
        if self.vouched != self.next and not self.mismatched:
            self.find("CHECKPOINT_MISSING", self.vouched, self.next)
        if self.rules.decides and not self.mismatched and self.vouched == self.next:
            for index in sorted(self.rules.undecided.values()):
                self.find("DECISION_UNMATCHED", index)
        if not self.mismatched and self.vouched == self.next:
            for index in self.rules.overdue(self.head["exported"]):
                self.find("RETENTION_EXCEEDED", index)
        for index, _, _ in self.rules.awaited.values():
            self.find("RECEIPT_MISSING", index)

    def deciding(self):
        """(exit, reason, first bad index, bad before), by the order of §6."""
        chosen = self.trust or self.lowest or self.file or self.first
        code = 0 if chosen is None else EXITS.get(chosen[0], 11)
        bad = (None, None) if self.lowest is None else self.lowest[1:3]
        return code, None if chosen is None else chosen[0], *bad


def parse_line(line):
    if not line.endswith(b"\n"):
        raise Bad("line")
    return parse(line[:-1])


def read_terms(said):
    """What the ledger can be held against."""
    if not isinstance(said, dict) or said.get("kind") != "agreement":
        raise Bad("agreement")
    parties = {}
    for party in listed(said.get("parties"), MAX_INT):
        if not isinstance(party, dict):
            raise Bad("party")
        code = form(party.get("code"), NODE)
        if code in parties:
            raise Bad("parties")
        parties[code] = form(party.get("fingerprint"), HEX)
    rows = said.get("approvals")
    labels = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
    if not isinstance(rows, dict):
        raise Bad("approvals")
    counts = []
    for label in labels:
        if label in rows:
            if not isinstance(rows[label], dict):
                raise Bad("approvals")
            counts.append(whole(rows[label].get("count")))
    if len(parties) < 2 or not counts:
        raise Bad("agreement")
    purposes = listed(said.get("purposes"), MAX_INT)
    if not all(isinstance(each, str) for each in purposes):
        raise Bad("purposes")
    time(said.get("valid_from"))
    time(said.get("valid_until"))
    return {
        "parties": parties,
        "approvals": min(counts),
        "purposes": set(purposes),
        "from": said["valid_from"],
        "until": said["valid_until"],
        "days": whole(said.get("retention_days")),
    }


def party_signature(data, document):
    """(code, fingerprint) of who signed an agreement (keys.md §2.2)."""
    value = members(parse(data, 16 << 10), "code root signature v")
    whole(value["v"], 1, 1)
    code, root = form(value["code"], NODE), root_key(value["root"])
    pair = members(value["signature"], "ed25519 mldsa")
    first, second = unb64(pair["ed25519"], 64), unb64(pair["mldsa"], 3309)
    root.verify(pae("exchange/agreement/1", code, document), first, second)
    return code, root.fingerprint


def read_receipt(wire, key_of):
    """A receipt whose signature verifies (envelope.md §7)."""
    try:
        outer = members(parse(wire, 64 << 10), "document proof root")
        document, proof = unb64(outer["document"]), unb64(outer["proof"])
    except Bad:
        raise Forged from None
    verify_batch(outer["root"], proof, "exchange/receipt/1", document, key_of)
    said = members(
        parse(document, 64 << 10), "checkpoint code envelope epoch issued kind ledger_index node refused sender seq v"
    )
    whole(said["v"], 1, 1)
    time(said["issued"])
    form(said["kind"], "accepted|refused")
    form(said["envelope"], HEX)
    form(said["sender"], NODE)
    form(said["node"], NODE)
    whole(said["epoch"])
    whole(said["seq"], 1)
    whole(said["ledger_index"])
    if not isinstance(said["checkpoint"], str) or len(said["checkpoint"]) > 8 << 10:
        raise Bad("checkpoint")
    if said["code"] is not None:
        form(said["code"], "[A-Z][A-Z_]{1,63}")
    if (said["code"] is None) != (said["kind"] == "accepted"):
        raise Bad("code")
    last = -1
    for each in listed(said["refused"], 500):
        if not isinstance(each, list) or len(each) != 2 or whole(each[0]) <= last:
            raise Bad("refused")
        last = each[0]
        form(each[1], "[A-Z][A-Z_]{1,63}")
    if said["refused"] and said["kind"] == "refused":
        raise Bad("refused")
    return said


def verify(lines, fingerprint):
    """Runs over the lines of an export, each with its newline. Returns the report; never raises for what is in it."""
    audit = Audit(fingerprint)
    try:
        for line in lines:
            audit.take(line)
    except Unreadable:
        audit.broken_off = True
        audit.find("FILE_ARCHIVE")
    return told(audit, audit.finish())


def told(audit, result):
    """The report."""
    code, reason, first, before = result
    head = audit.head or {"node": "", "size": 0, "root_fingerprint": ""}
    return {
        "exit_code": code,
        "reason": reason,
        "first_bad_index": first,
        "bad_before": before,
        "node": head["node"],
        "size": head["size"],
        "fingerprint": head["root_fingerprint"],
        "root": "" if audit.head is None else audit.tree.root.hex(),
        "findings": [
            {"fault": each[0], "index": each[1], "before": each[2], "line": each[3]} for each in audit.findings
        ],
        "not_proven": list(NOT_PROVEN if audit.brought else (WHOSE, *NOT_PROVEN)),
        "witnesses": [
            {"party": place[0], "fingerprint": place[1], "size": size, "at": at}
            for place, (size, at) in sorted(audit.witnesses.items())
        ],
    }


def check_contradiction(data, fingerprint):
    """§12: two heads of one size that a node signed for one ledger. Exit 0 when the file proves it."""
    node, size = "", 0

    def told(fault, code):
        return {"exit_code": code, "fault": fault, "node": node, "size": size}

    try:
        said = members(parse(data.removesuffix(b"\n"), 16 << 20), "cards fingerprint heads kind node v")
        whole(said["v"], 1, 1)
        form(said["kind"], "exchange-contradiction")
        node, root = form(said["node"], NODE), form(said["fingerprint"], HEX)
        cards = [unb64(card) for card in listed(said["cards"], 64)]
        heads = [Checkpoint(note) for note in listed(said["heads"], 2)]
    except (Bad, TypeError, UnicodeError, AttributeError):
        node = ""
        return told("FILE_MALFORMED", 11)
    if root != fingerprint:
        return told("ROOT_MISMATCH", 13)
    try:
        keys = [Card(card, node, root).ledger for card in cards]
    except (Bad, Forged):
        keys = []
    if not keys:
        return told("DESCRIPTOR_INVALID", 13)
    if len(heads) != 2:
        return told("FILE_MALFORMED", 11)
    for head in heads:
        size = head.size
        made = [(key, each[2]) for key in keys for each in head.signatures if each[:2] == (key.name, key.id)]
        if not made:
            return told("LEDGER_KEY_UNKNOWN", 13)
        try:
            for key, signature in made:
                key.verify(signature, head.text)
        except Forged:
            return told("CHECKPOINT_SIGNATURE", 10)
    first, second = heads
    size = first.size
    named = re.fullmatch(f"{node}[.]exchange(/([2-9]|[1-9][0-9]{{1,8}}))?", first.origin)
    if not named or (first.origin, first.size) != (second.origin, second.size) or first.root == second.root:
        return told("NO_CONTRADICTION", 11)
    return told(None, 0)


# §10: the package of a blind audit

LEDGER, MANIFEST, SIGNATURE = "ledger.jsonl", "manifest.json", "signature.json"
DECISION = "decisions/(0|[1-9][0-9]{0,15})[.]json"
SIZES = {LEDGER: 1 << 50, MANIFEST: 64 << 20, SIGNATURE: 64 << 10}  # bytes, decompressed; else 16 MiB
MAX_MEMBERS = 250_000
NO_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


class Package:
    """A zip; names, sizes and counts are looked at before anything is opened."""

    def __init__(self, path):
        try:
            self.zip = zipfile.ZipFile(path)
            size = path.stat().st_size if hasattr(path, "stat") else len(path.getbuffer())
        except NO_ZIP:
            raise Bad("zip") from None
        infos = self.zip.infolist()
        self.names = [info.orig_filename for info in infos]
        if self.zip.comment or len(infos) > MAX_MEMBERS or len(set(self.names)) != len(infos):
            raise Bad("zip")
        for info in infos:
            name = info.orig_filename
            if name not in SIZES:
                form(name, DECISION)
            if info.file_size > SIZES.get(name, 16 << 20) or info.flag_bits & 1 or info.compress_type not in (0, 8):
                raise Bad("member")
        if LEDGER not in self.names or sum(info.file_size for info in infos) > 64 * size + (1 << 20):
            raise Bad("zip")

    def read(self, name):
        try:
            return self.zip.read(name)
        except NO_ZIP:
            raise Bad("member") from None

    def lines(self, digests=None):
        """The ledger's lines; the SHA-256 of the member goes to `digests`."""
        hasher, rest = hashlib.sha256(), b""
        try:
            with self.zip.open(LEDGER) as data:
                while chunk := data.read(1 << 20):
                    hasher.update(chunk)
                    *all_, rest = (rest + chunk).split(b"\n")
                    yield from (line + b"\n" for line in all_)
                    if len(rest) > MAX_LINE:
                        yield rest
                        rest = b""
        except NO_ZIP:
            raise Bad("member") from None
        if rest:
            yield rest
        if digests is not None:
            digests.append(hasher.hexdigest())


class Blind:
    """What comes after the ledger, which holds: steps 2 to 5 of §10."""

    def __init__(self, package, audit):
        self.package, self.audit, self.listed, self.signed = package, audit, {}, False
        self.open, self.releases, self.versions = {}, {}, {}
        self.counts = dict.fromkeys(("decisions", "permitted", "denied", "sent", "coarser", "withheld"), 0)

    def run(self, ledger):
        if MANIFEST in self.package.names and SIGNATURE in self.package.names:
            self.signature()
        else:
            self.audit.find("FILE_UNSIGNED")
        self.member(LEDGER, ledger)
        left = {int(re.match(DECISION, name)[1]): name for name in self.package.names if name not in SIZES}
        index = -1
        for line in self.package.lines():
            if line.startswith(b'{"entry":'):
                index += 1
                if b'"kind":"release.' in line or b'"kind":"agreement.changed"' in line:
                    self.see(index, json.loads(line)["entry"], left)
        for index, name in sorted(left.items()):
            self.member(name, hashlib.sha256(self.package.read(name)).hexdigest())
            self.audit.find("DECISION_DIFFERS", index)
        if self.signed and self.listed:
            self.audit.find("FILE_SIGNATURE")

    def signature(self):
        """Step 2."""
        manifest, head = self.package.read(MANIFEST), self.audit.head
        try:
            said = members(parse(manifest, 64 << 20), "kind made members node root_fingerprint size v")
            whole(said["v"], 1, 1)
            form(said["kind"], "exchange-blind-audit")
            made = time(said["made"])
            if (said["node"], said["root_fingerprint"], said["size"]) != (*self.audit.own, head["size"]):
                raise Bad("another ledger")
            rows = [members(each, "name sha256") for each in listed(said["members"], MAX_MEMBERS)]
            found = {form(each["name"], ".{0,64}"): form(each["sha256"], HEX) for each in rows}
            if len(found) != len(rows):
                raise Bad("a member twice")
            proof = members(parse(self.package.read(SIGNATURE)), "proof root")
            root, path = unb64(proof["root"]), unb64(proof["proof"])
        except Bad:
            self.audit.find("FILE_MALFORMED")
            return
        self.listed, self.signed = found, True
        try:
            verify_batch(
                parse(root), path, "exchange/blind-audit/1", manifest, lambda kid: self.audit.key_at(kid, made)
            )
        except UnknownKey:
            self.audit.find("SIGNING_KEY_UNKNOWN")
        except (Bad, Forged):
            self.audit.find("FILE_SIGNATURE")

    def member(self, name, digest):
        """Step 3."""
        if self.signed and self.listed.pop(name, None) != digest:
            self.audit.find("FILE_SIGNATURE")

    def see(self, index, entry, left):
        kind = entry["kind"]
        if kind == "agreement.changed":
            self.versions[entry["agreement"], entry["version"]] = entry["digest"]
        elif kind == "release.proposed":
            self.open[entry["release"]] = entry["records"]
        elif kind == "release.denied":
            self.counts["denied"] += entry["records"]
        elif kind == "release.voided" and entry["reason"] != "APPROVAL_WITHDRAWN":
            self.open.pop(entry["release"], None)
        elif kind == "release.released":
            self.releases[entry["release"]] = (entry, self.open.pop(entry["release"], 0))
        elif kind == "release.decided":
            self.decided(index, entry, left.pop(index, None))

    def decided(self, index, entry, name):
        """Steps 4 and 5."""
        release, proposed = self.releases.pop(entry["release"], (None, 0))
        if name is None or release is None:
            self.audit.find("DECISION_ABSENT", index)
            return
        data = self.package.read(name)
        self.member(name, hashlib.sha256(data).hexdigest())
        self.counts["decisions"] += 1
        try:
            said, inputs, digest, states, claims = read_blind(data)
        except Bad:
            self.audit.find("DECISION_DIFFERS", index)
            return
        self.counts["permitted"] += len(states)
        for kind, count in claims.items():
            self.counts[kind] += count
        agreement = inputs["agreement"]
        wanted = {"recipient": "recipient", "purpose": "purpose", "policy": "policy_digest"}
        sound = (
            digest == entry["digest"]
            and said["release"] == entry["release"]
            and inputs["node"] == self.audit.own[0]
            and all(inputs[ours] == release[theirs] for ours, theirs in wanted.items())
            and (agreement["id"], agreement["version"]) == (release["agreement"], release["version"])
            and agreement["digest"] == self.versions.get((release["agreement"], release["version"]))
            and len(states) == proposed == len(release["refs"])
            and said["stages"][-1]["at"] <= release["at"]
            and "different" not in states
        )
        if not sound:
            self.audit.find("DECISION_DIFFERS", index)


def read_blind(data):
    """(document, inputs, digest of the stage `released`, states, counts of claims)."""
    said = members(parse(data, 16 << 20), "kind outcomes release stages v")
    whole(said["v"], 1, 1)
    form(said["kind"], "exchange-blind-decisions")
    form(said["release"], NAME)
    stages = [members(each, "at digests inputs manifests stage") for each in listed(said["stages"], 2, 1)]
    if [each["stage"] for each in stages] not in (["released"], ["proposed", "released"]):
        raise Bad("stages")
    outcomes = listed(said["outcomes"], 5000, 1)
    for each in stages:
        for name in ("manifests", "digests"):
            unb64(each[name], 32 * len(outcomes))
    stage = stages[-1]
    time(stage["at"])
    packed = unb64(stage["inputs"])
    inputs = members(parse(packed, 16 << 20), "agreement node policies policy purpose recipient rules v")
    members(inputs["agreement"], "digest id version")
    parts = (packed, unb64(stage["manifests"]), unb64(stage["digests"]))
    digest = sha256(pae("exchange/decisions/1", said["release"], "released", stage["at"], *parts)).hex()
    claims, states = {"sent": 0, "coarser": 0, "withheld": 0}, []
    for place, each in enumerate(outcomes, 1):
        members(each, "claims position state")
        whole(each["position"], place, place)
        states.append(form(each["state"], "released|erased|not_retaken|other_rules|different"))
        if states[-1] != "released":
            if each["claims"] is not None:
                raise Bad("claims")
            continue
        members(each["claims"], "coarser sent withheld")
        found = {kind: total(reasons) for kind, reasons in each["claims"].items()}
        if not found["sent"] or sum(found.values()) > 256:
            raise Bad("claims")
        for kind, count in found.items():
            claims[kind] += count
    return said, inputs, digest, states, claims


def total(reasons):
    if not isinstance(reasons, dict):
        raise Bad("reasons")
    return sum(whole(count, 1, 256) for code, count in reasons.items() if form(code, "[A-Z][A-Z_]*"))


def verify_package(path, fingerprint):
    """As `verify`, for a package: a path, or a binary file in memory."""
    audit = Audit(fingerprint)
    try:
        package, digests = Package(path), []
        for line in package.lines(digests):
            audit.take(line)
        counts = {}
        if audit.finish()[0] == 0:
            blind = Blind(package, audit)
            blind.run(digests[0])
            counts = blind.counts
    except Bad:
        audit = Audit(fingerprint)
        audit.find("FILE_MALFORMED")
        counts = {}
    return told(audit, audit.deciding()) | {"counts": counts}


# §5: an export in a zip

MEMBERS_OF_ZIP = {"ledger.jsonl": 1 << 38, "README.txt": 64 << 10}  # and bytes at most
MAX_RATIO, MIB = 50, 1 << 20
BROKEN = (Bad, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OverflowError)


# bundle.md


class Found(Exception):
    """The first fault, and the member that it was found in."""


class Part(Rules):
    """The rules for a few entries of a ledger: numbers before those that are here are not missed."""

    def number(self, entry):
        self.stream(entry)["last"] = entry["seq"] - 1
        return super().number(entry)


def listed_hashes(data):
    if len(data) % 32 or len(data) > 32 * 64:
        raise Bad("path")
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def read_card_part(value):
    members(value, "data fingerprint party")
    form(value["party"], NODE)
    form(value["fingerprint"], HEX)
    unb64(value["data"])


def read_agreement_part(value):
    members(value, "document signatures")
    unb64(value["document"])
    if not isinstance(value["signatures"], dict):
        raise Bad("signatures")
    for each in value["signatures"].values():
        unb64(each)


def read_proven(value):
    members(value, "entry index path salt")
    whole(value["index"])
    unb64(value["entry"])
    listed_hashes(unb64(value["path"]))
    if len(unb64(value["salt"])) not in (0, 16):
        raise Bad("salt")


def read_sent(value):
    members(value, "header proof root sealed_sha256 wire")
    for name in ("header", "proof", "root"):
        unb64(value[name])
    unb64(value["sealed_sha256"], 32)
    optional(value["wire"])


def optional(value):
    return None if value is None else unb64(value)


def free_text(value):
    if not isinstance(value, str) or len(value) > 128 << 10:
        raise Bad("text")


def bundle_signature(value):
    members(value, "proof root")
    unb64(value["root"])
    unb64(value["proof"])


BUNDLE = {  # §1, in the order in which members are read
    "v": lambda value: whole(value, 1, 1),
    "kind": lambda value: form(value, "exchange-bundle"),
    "node": lambda value: form(value, NODE),
    "root_fingerprint": lambda value: form(value, HEX),
    "made": time,
    "release": lambda value: form(value, NAME),
    "descriptors": check_each(read_card_part, 64),
    "agreement": read_agreement_part,
    "checkpoint": free_text,
    "entries": check_each(read_proven, 10_000),
    "envelope": read_sent,
    "decision": optional,
    "receipt": optional,
    "stamps": check_each(unb64, 16),
    "signature": bundle_signature,
}
BUNDLED = {  # §1: kinds of entries, and how each belongs to the release
    kind: how
    for how, kinds in {
        "before": "genesis person.added person.disabled agreement.changed standing.approved standing.revoked "
        "release.proposed release.approved approval.lapsed release.voided waiver.granted waiver.revoked waiver.used "
        "standing.used",
        "brought": "envelope.received message.received grant.received",
        "at": "release.released release.onward release.decided",
        "placed": "message.sent envelope.void receipt.received",
    }.items()
    for kind in kinds.split()
}
HEADER = {  # envelope.md §3
    "v": lambda value: whole(value, 1, 1),
    "suite": lambda value: whole(value, 1, 2),
    "type": lambda value: form(
        value, "release|correction|recall|request|answer|onward-request|onward-grant|notice|void"
    ),
    "id agreement stream": lambda value: form(value, NAME),
    "sender recipient": lambda value: form(value, NODE),
    "agreement_digest previous commitment policy_digest": lambda value: form(value, HEX),
    "epoch": whole,
    "seq": lambda value: whole(value, 1),
    "issued expires": time,
    "signing_kid sealing_kid": lambda value: form(value, KID),
    "checkpoint": free_text,
}
HEADERS = {name: check for names, check in HEADER.items() for name in names.split()}


def read_header(data):
    value = members(parse(data, 16 << 10), " ".join(HEADERS))
    for name, check in HEADERS.items():
        check(value[name])
    if len(value["checkpoint"]) > 8 << 10 or value["sender"] == value["recipient"]:
        raise Bad("header")
    if value["stream"] != f"{value['sender']}-{value['recipient']}":
        raise Bad("stream")
    return value


class Bundle(Audit):
    """One run over one bundle (§2). The first fault ends it."""

    def __init__(self, value, fingerprint):
        super().__init__(fingerprint)
        self.value, self.member = value, ""
        self.head = {"node": value["node"], "exported": value["made"], "size": 0}
        self.own, self.seen = (value["node"], fingerprint), []

    def find(self, fault, index=None, before=None):
        raise Found(fault, self.member)

    def judge(self):
        value = self.value
        self.member = "root_fingerprint"
        if value["root_fingerprint"] != self.fingerprint:
            self.find("ROOT_MISMATCH")
        for place, each in enumerate(value["descriptors"]):
            self.member = f"descriptors.{place}"
            self.descriptor(each)
        self.member = "descriptors"
        if not self.cards.get(self.own):
            self.find("DESCRIPTOR_MISSING")
        self.member = "checkpoint"
        named = re.fullmatch("[A-Z]{2}[.]exchange/([2-9]|[1-9][0-9]{1,8})", value["checkpoint"].split("\n")[0])
        self.epoch = int(named[1]) if named else 1  # a bundle may be of any epoch (§4)
        self.broken = True  # the note is judged, but there is no tree yet to compare it with
        self.checkpoint(value["checkpoint"])
        self.broken = False
        head = Checkpoint(value["checkpoint"])
        self.cosignatures(head)
        self.proven(head)
        self.story()
        release = self.release()
        self.member = "envelope"
        header = self.envelope(release)
        self.member = "receipt"
        if value["receipt"] is not None:
            self.receipt(unb64(value["receipt"]))
        if self.rules.awaited:
            self.find("RECEIPT_MISSING")
        self.member = "decision"
        self.decision(release, header)
        for place, each in enumerate(value["stamps"]):
            self.member = f"stamps.{place}"
            if sha256(head.text) not in unb64(each):
                self.find("STAMP_DIFFERS")
        self.member = "signature"
        payload = canonical({name: each for name, each in value.items() if name != "signature"})
        self.batch(value["signature"], "exchange/bundle/1", payload, time(value["made"]), "FILE_SIGNATURE")
        parties = parse(unb64(value["agreement"]["document"]))["parties"]
        named = {each["code"]: each["fingerprint"] for each in parties}
        return [
            {"party": who[0], "fingerprint": who[1], "at": at, "named": named.get(who[0]) == who[1]}
            for who, (_, at) in sorted(self.witnesses.items())
        ]

    def batch(self, signature, kind, payload, at, fault):
        """The node's batch signature; the id of its key."""
        used = []

        def key_of(kid):
            used.append(kid)
            return self.file_key(kid, at)

        try:
            verify_batch(parse(unb64(signature["root"])), unb64(signature["proof"]), kind, payload, key_of)
        except UnknownKey:
            self.find("SIGNING_KEY_UNKNOWN")
        except (Bad, Forged):
            self.find(fault)
        return used[0]

    def proven(self, head):
        """Step 5."""
        last = -1
        for place, each in enumerate(self.value["entries"]):
            self.member = f"entries.{place}"
            data, salt, index = unb64(each["entry"]), unb64(each["salt"]), each["index"]
            if index <= last:
                self.find("ENTRY_INDEX")
            last = index
            leaf = sha256(b"\0" + (sha256(pae("exchange/entry/1", salt, data)) if salt else data))
            if climb(sha256, leaf, index, head.size, listed_hashes(unb64(each["path"]))) != head.root:
                self.find("ENTRY_PROOF")
            try:
                self.seen.append((index, read_entry(data)))
            except Bad:
                self.find("ENTRY_MALFORMED")

    def story(self):
        """Step 6."""
        self.agreement(self.value["agreement"])
        self.rules = Part(self.value["node"], self.fingerprint, self.terms, self.find)
        own = self.own_release()
        for place, (index, entry) in enumerate(self.seen):
            self.member = f"entries.{place}"
            if not self.belongs(index, entry, *own):
                self.find("RELEASE_DIFFERS")
            self.rules.see(index, entry)
        self.member = "entries"
        if self.rules.decides and self.rules.undecided:
            self.find("DECISION_UNMATCHED")

    def own_release(self):
        """Index and entry of this release, the indexes of the grants that it names, and whether all are here."""
        own = [each for each in self.seen if each[1].get("release") == self.value["release"]]
        released = [each for each in own if each[1]["kind"] == "release.released"] or [(None, None)]
        named = {grant for _, each in own if each["kind"] == "release.onward" for grant in each["grants"]}
        grants = {each["grant"]: index for index, each in self.seen if each["kind"] == "grant.received"}
        return *released[0], {index for grant, index in grants.items() if grant in named}, named <= grants.keys()

    def belongs(self, index, entry, at, released, grants, complete):
        """No entry of another release, agreement, number or grant, and no kind that §1 does not name."""
        kind = entry["kind"]
        if kind not in BUNDLED or entry.get("release", self.value["release"]) != self.value["release"]:
            return False
        if released is None:
            return True
        if (BUNDLED[kind] in ("at", "placed")) != (index >= at):
            return False
        if BUNDLED[kind] == "brought":
            behind = ("grant.received", "message.received", "envelope.received").index(kind)
            return index + behind in grants or not complete  # a grant that is not here: ONWARD_UNGRANTED
        same = ["agreement"] if "agreement" in entry else []
        same += ["recipient", "epoch", "seq"] if BUNDLED[kind] == "placed" else []
        same += ["envelope"] if kind == "message.sent" else []
        return all(entry[name] == released[name] for name in same)

    def all(self, kind):
        return [entry for _, entry in self.seen if entry["kind"] == kind]

    def release(self):
        found = self.all("release.released")
        if len(found) != 1 or found[0]["release"] != self.value["release"]:
            self.find("RELEASE_MISSING")
        return found[0]

    def envelope(self, release):
        """Step 7."""
        sent = self.value["envelope"]
        try:
            header = read_header(unb64(sent["header"]))
        except Bad:
            self.find("ENVELOPE_MALFORMED")
        payload = pae("exchange/envelope/1", unb64(sent["header"]), unb64(sent["sealed_sha256"]))
        named = self.all("envelope.void") if header["type"] == "void" else [release]
        entries = [each for each in named if each["envelope"] == sha256(payload).hex()]
        wanted = {name: release[name] for name in ("recipient", "epoch", "seq", "agreement", "policy_digest")}
        wanted |= {"sender": self.value["node"], "agreement_digest": self.agreement_digest(release)}
        wanted["id"] = [each["message"] for each in self.all("message.sent")] or [release["release"]]
        wanted["id"] = wanted["id"][0]
        if not entries or any(header[name] != value for name, value in wanted.items()):
            self.find("ENVELOPE_DIFFERS")
        kid = self.batch(sent, "exchange/envelope/1", payload, time(entries[-1]["at"]), "ENVELOPE_SIGNATURE")
        if kid != header["signing_kid"] or not self.same_wire(sent, header):
            self.find("ENVELOPE_DIFFERS")
        return header

    def same_wire(self, sent, header):
        if sent["wire"] is None:
            return True
        try:
            outer = members(parse(unb64(sent["wire"]), 6 << 20), "header sealed signature")
            signature = members(outer["signature"], "proof root")
            sealed = unb64(outer["sealed"])
        except Bad:
            return False
        same = (outer["header"], signature["proof"]) == (sent["header"], sent["proof"])
        same = same and canonical(signature["root"]) == unb64(sent["root"])
        return same and sha256(sealed) == unb64(sent["sealed_sha256"]) and (header["type"] == "void") == (not sealed)

    def agreement_digest(self, release):
        version = (release["agreement"], release["version"])
        found = [each for each in self.all("agreement.changed") if (each["agreement"], each["version"]) == version]
        return found[-1]["digest"] if found else ""

    def decision(self, release, header):
        """Step 9."""
        data, named = optional(self.value["decision"]), self.all("release.decided")
        if (data is None) != (not named):
            self.find("DECISION_UNMATCHED")
        if data is not None:
            try:
                self.decided(data, release, header, named[0]["digest"])
            except Bad:
                self.find("DECISION_DIFFERS")

    def decided(self, data, release, header, digest):
        """Bad, unless the file is the one that the ledger names (policy.md §11)."""
        file = members(parse(data, 64 << 20), "documents items kind release stages v")
        whole(file["v"], 1, 1)
        form(file["kind"], "exchange-decisions")
        stages = [members(each, "at digests inputs manifests stage") for each in listed(file["stages"], 2)]
        if not all(each["stage"] in ("proposed", "released") for each in stages):
            raise Bad("stage")
        stages = [each for each in stages if each["stage"] == "released"]
        if form(file["release"], NAME) != release["release"] or len(stages) != 1:
            raise Bad("release")
        stage = stages[0]
        inputs, manifests, digests = (unb64(stage[name]) for name in ("inputs", "manifests", "digests"))
        time(stage["at"])
        head = ("exchange/decisions/1", release["release"], "released", stage["at"])
        if sha256(pae(*head, inputs, manifests, digests)).hex() != digest:
            raise Bad("digest")
        said = members(parse(inputs, 256 << 10), "agreement node policies policy purpose recipient rules v")
        agreement = members(said["agreement"], "digest id version")
        same = (said["node"], said["recipient"], said["purpose"], said["policy"]) == (
            self.value["node"],
            release["recipient"],
            release["purpose"],
            release["policy_digest"],
        )
        wanted = {"id": release["agreement"], "version": release["version"], "digest": header["agreement_digest"]}
        if not same or agreement != wanted:
            raise Bad("inputs")
        for each in listed(file["documents"], 10_000):
            check_document(members(each, "document kind signatures"))
        items = listed(file["items"], 10_000, 1)
        if {len(manifests), len(digests), 32 * len(release["refs"])} != {32 * len(items)}:
            raise Bad("items")
        for place, each in enumerate(items):
            members(each, "claims decisions id manifest originator position version")
            check_item(each, place, manifests, digests)


def check_document(value):
    form(value["kind"], "agreement|policy")
    unb64(value["document"])
    if not isinstance(value["signatures"], dict):
        raise Bad("signatures")
    for each in value["signatures"].values():
        unb64(each)


def check_item(item, place, manifests, digests):
    """One record: its manifest, its decision and its values are those of the stage, as far as they are there."""
    whole(item["position"], place + 1, place + 1)
    named = (form(item["originator"], NODE), form(item["id"], "[a-z0-9-]{8,64}"), whole(item["version"], 1))
    first = 32 * place
    manifest_digest, decision_digest = manifests[first : first + 32], digests[first : first + 32]
    if item["manifest"] is None:
        if (item["decisions"], item["claims"]) != (None, None):
            raise Bad("item")
        return
    manifest = unb64(item["manifest"])
    if sha256(pae("exchange/manifest/1", manifest)) != manifest_digest:
        raise Bad("manifest")
    decisions = item["decisions"] if isinstance(item["decisions"], dict) else {}
    decision = decisions.get("released")
    if decision is not None and sha256(pae("exchange/decision/1", canonical(decision))) != decision_digest:
        raise Bad("decision")
    said = members(parse(manifest, 16 << 10), "commitments id issued kind originator previous v version")
    if (said["originator"], said["id"], said["version"]) != named:
        raise Bad("manifest")
    blob = unb64(said["commitments"])
    opened = {blob[at : at + 32] for at in range(0, len(blob), 32)}
    pairs = [] if item["claims"] is None else unpack(unb64(item["claims"]))
    found = {sha256(pae("exchange/claim/1", salt, claim)) for salt, claim in pairs}
    if len(found) != len(pairs) or not found <= opened:
        raise Bad("claims")


def unpack(packed):
    """(salt, claim) pairs (records.md §5)."""
    pairs, at = [], 4
    if not 0 <= int.from_bytes(packed[:4], "big") <= 256:
        raise Bad("claims")
    for _ in range(int.from_bytes(packed[:4], "big")):
        salt, length = packed[at : at + 16], int.from_bytes(packed[at + 16 : at + 20], "big")
        at += 20 + length
        if len(salt) != 16 or length > 64 << 10 or at > len(packed):
            raise Bad("claims")
        pairs.append((salt, packed[at - length : at]))
    if at != len(packed):
        raise Bad("claims")
    return pairs


def canonical(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def verify_bundle(data, fingerprint):
    """The report on one bundle; never raises for what is in it. Without a fingerprint the file's own is taken."""
    report = {"kind": "exchange-bundle", "node": "", "release": "", "fingerprint": "", "member": None, "reason": None}
    report["witnesses"] = []
    try:
        value = parse(data, 64 << 20)
        if not isinstance(value, dict) or value.keys() != BUNDLE.keys():
            raise Bad("members")
        for name, check in BUNDLE.items():
            report["member"] = name
            check(value[name])
        report |= {"node": value["node"], "release": value["release"], "fingerprint": value["root_fingerprint"]}
        report["member"] = None
        report["witnesses"] = Bundle(value, fingerprint or value["root_fingerprint"]).judge()
    except Bad:
        report |= {"reason": "FILE_MALFORMED", "member": report["member"] or ""}
    except Found as found:
        report["reason"], report["member"] = found.args
    report["exit_code"] = 0 if report["reason"] is None else EXITS.get(report["reason"], 11)
    return report | {"not_proven": list(NOT_PROVEN_BUNDLE)}


def is_bundle(file):
    with open(file, "rb") as data:
        return data.read(13) == b'{"agreement":'


def read_lines(file):
    with open(file, "rb") as data:
        zipped = data.read(4) == b"PK\3\4"
        data.seek(0)
        if not zipped:
            yield from lines_of(data)
            return
        try:
            with zipfile.ZipFile(Small(data)) as archive, archive.open(ledger_in(archive)) as member:
                yield from lines_of(io.BufferedReader(Stream(member), 256 << 10))
        except BROKEN:
            raise Unreadable from None


def lines_of(data):
    while line := data.readline(MAX_LINE + 2):
        yield line


def ledger_in(archive):
    """Known names, each once, not encrypted, of bounded size and ratio; nothing is unpacked to a path."""
    infos = {each.filename: each for each in archive.infolist()}
    if archive.comment or len(infos) != len(archive.infolist()):
        raise Bad("zip")
    if "ledger.jsonl" not in infos or not infos.keys() <= MEMBERS_OF_ZIP.keys():
        raise Bad("zip")
    for name, info in infos.items():
        if info.flag_bits & 0x41 or info.compress_type not in (0, 8):
            raise Bad("zip")
        if info.file_size > min(MEMBERS_OF_ZIP[name], MIB + MAX_RATIO * info.compress_size):
            raise Bad("zip")
    return infos["ledger.jsonl"]


class Small:
    """A file of which nobody reads more than a MiB at once, so that no directory can fill the memory."""

    def __init__(self, file, limit=MIB):
        self.seek, self.tell, self.file, self.limit = file.seek, file.tell, file, limit

    def seekable(self):
        return True

    def read(self, size=-1):
        data = self.file.read(self.limit + 1 if size < 0 else min(size, self.limit + 1))
        if len(data) > self.limit:
            raise Bad("zip")
        return data


def is_package(file):
    """Whether a zip is the package of a blind audit (§10); whatever is broken is read as an export."""
    try:
        with open(file, "rb") as data, zipfile.ZipFile(Small(data, 64 * MIB)) as archive:
            return MANIFEST in archive.namelist()
    except BROKEN:
        return False


class Stream(io.RawIOBase):
    """A member as a raw stream: its lines are then read fast."""

    def __init__(self, member):
        self.member = member

    def readable(self):
        return True

    def readinto(self, buffer):
        data = self.member.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def main():
    parser = argparse.ArgumentParser(description="Verifies an audit export: no node, no database, no network.")
    parser.add_argument("file")
    parser.add_argument("--fingerprint", help="the node's root fingerprint, learned out of band")
    parser.add_argument("--require-fingerprint", action="store_true", help="without one, exit 13")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    given = parser.parse_args()
    pinned = (given.fingerprint or "").replace(" ", "").lower()
    try:
        with open(given.file, "rb") as data:
            start = data.read(1 << 12)
        if start.startswith(b"PK\3\4") and is_package(given.file):
            report = verify_package(pathlib.Path(given.file), pinned)
        elif b'"kind":"exchange-contradiction"' in start or start.startswith(b'{"cards":'):
            found = check_contradiction(pathlib.Path(given.file).read_bytes(), pinned)
            print(json.dumps(found) if given.json else found["fault"] or f"PROVEN: {found['node']} signed two ledgers")
            return found["exit_code"]
        elif is_bundle(given.file):
            with open(given.file, "rb") as data:
                report = verify_bundle(data.read((64 << 20) + 1), pinned)
        else:
            report = verify(read_lines(given.file), pinned)
    except OSError as fault:
        print(f"{given.file}: {fault.strerror}", file=sys.stderr)
        return 2
    report["pinned"] = bool(pinned)
    if not pinned and report["exit_code"] == 0:
        warning = "The file agrees with itself; NOTHING SAYS WHOSE IT IS. Compare the fingerprint by voice."
        print(warning, file=sys.stderr)
        report["exit_code"] = 13 if given.require_fingerprint else 0
    if given.json:
        print(json.dumps(report))
    else:
        tell(report)
    return report["exit_code"]


def tell(report):
    if "member" in report:
        found = "OK" if report["reason"] is None else f"NOT OK at {report['member'] or 'the file'}: {report['reason']}"
        print(f"{found}: release {report['release']} of {report['node']}")
        if report["reason"] is None and not report["pinned"]:
            print("The file agrees with itself; nothing says whose it is. Compare the fingerprint by voice:")
    elif report["reason"] is None:
        print(f"OK: {report['node']}, {report['size']} entries")
        if report.get("counts"):
            print(", ".join(f"{count} {name}" for name, count in report["counts"].items()))
    else:
        place = "" if report["first_bad_index"] is None else f" at entry {report['first_bad_index']}"
        print(f"NOT OK{place}: {report['reason']}")
        for each in report["findings"][:20]:
            print(f"  {each['fault']}  entry {each['index']}  line {each['line']}")
    for each in report.get("witnesses", []):
        root = "as in the agreement; compare it" if each.get("named") else "as the file says; compare it"
        print(f"witness: {each['party']}, root {each['fingerprint']} ({root}), at {each['at']} s since 1970")
    print(f"root fingerprint in the file: {report['fingerprint']}")
    print("a pass does not prove: " + "; ".join(report["not_proven"]))


if __name__ == "__main__":
    sys.exit(main())
