"""Grants at their edges: the last value that is read, the first that is not, and the member that is named for it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from exchange.errors import BadInput, Code, Denied
from exchange.model.claims import JsonValue
from exchange.model.messages import MAX_REFS
from exchange.model.paths import PATHS
from exchange.model.records import Ref
from exchange.policies.grants import MAX_AGREEMENTS, GrantDocument, Passing, covers, let_pass, read_grant
from exchange.policies.handling import Handling

TERMS = Handling("TLP:AMBER", ("NO_ARREST_BASIS",), ("border.checks", "x", "y" * 64, "z" * 65), 90, "none")
GRANT = GrantDocument(
    originator="DZ",
    holder="AE",
    recipient="KW",
    thread="msg-" + "0" * 32,
    versions={"rec-00000001": 2, "rec-00000002": 1},
    paths=("name.full", "nationality"),
    purpose="border.checks",
    handling=TERMS,
    agreements=("AG-AE-KW",),
    issued="2026-11-02T08:00:00Z",
    expires="2027-11-02T08:00:00Z",
)
PASSING = Passing(
    Ref("DZ", "rec-00000001"), 2, "AE", "KW", "border.checks", "AG-AE-KW", datetime(2026, 11, 3, tzinfo=UTC)
)
REFS: list[JsonValue] = [[f"rec-{number:08d}", 1] for number in range(MAX_REFS + 1)]
AGREEMENTS: list[JsonValue] = [f"AG-{number:02d}" for number in range(MAX_AGREEMENTS + 1)]


def test_the_whole_document() -> None:
    document = {
        "v": 1,
        "originator": "DZ",
        "holder": "AE",
        "recipient": "KW",
        "thread": "msg-00000000000000000000000000000000",
        "refs": [["rec-00000001", 2], ["rec-00000002", 1]],
        "paths": ["name.full", "nationality"],
        "purpose": "border.checks",
        "handling": {
            "tlp": "TLP:AMBER",
            "caveats": ["NO_ARREST_BASIS"],
            "purposes": ["border.checks", "x", "y" * 64, "z" * 65],
            "retention_days": 90,
            "onward": "none",
        },
        "agreements": ["AG-AE-KW"],
        "issued": "2026-11-02T08:00:00Z",
        "expires": "2027-11-02T08:00:00Z",
    }
    assert GRANT.document() == document
    assert GRANT._replace(versions={"rec-00000002": 1, "rec-00000001": 2}).document() == document
    assert GRANT._replace(paths=None).document() == {**document, "paths": None}
    assert GRANT.refs == (Ref("DZ", "rec-00000001"), Ref("DZ", "rec-00000002"))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("refs", REFS[:1]),
        ("refs", REFS[:MAX_REFS]),
        ("refs", [["a" * 8, 1], ["b" * 64, 9]]),
        ("paths", None),
        ("paths", ["name.full"]),
        ("paths", sorted(PATHS)),
        ("purpose", "x"),
        ("purpose", "y" * 64),
        ("agreements", AGREEMENTS[:MAX_AGREEMENTS]),
        ("agreements", ["a" * 128]),
        ("expires", "2026-11-02T08:00:01Z"),
        ("expires", "2027-11-03T08:00:00Z"),
    ],
)
def test_the_last_that_is_read(member: str, value: JsonValue) -> None:
    document = {**GRANT.document(), member: value}
    assert read_grant(document).document() == document


@pytest.mark.parametrize(
    ("member", "value", "at"),
    [
        ("v", 2, "members"),
        ("v", "1", "members"),
        ("v", 1.0, "members"),
        ("more", 1, "members"),
        ("originator", "DZA", "originator"),
        ("originator", 5, "originator"),
        ("originator", "AE", "recipient"),
        ("holder", "a1", "holder"),
        ("holder", "KW", "recipient"),
        ("recipient", "XX", "recipient"),
        ("recipient", "DZ", "recipient"),
        ("thread", "msg-", "thread"),
        ("refs", None, "refs"),
        ("refs", [], "refs"),
        ("refs", REFS, "refs"),
        ("refs", ["ab"], "refs"),
        ("refs", [["rec-00000001"]], "refs"),
        ("refs", [["rec-00000001", 1, 1]], "refs"),
        ("refs", [{"rec-00000001": 1, "rec-00000002": 1}], "refs"),
        ("refs", [["short", 1]], "refs"),
        ("refs", [["REC-00000001", 1]], "refs"),
        ("refs", [["a" * 65, 1]], "refs"),
        ("refs", [[5, 1]], "refs"),
        ("refs", [["rec-00000001", 0]], "refs"),
        ("refs", [["rec-00000001", "1"]], "refs"),
        ("refs", [["rec-00000001", True]], "refs"),
        ("refs", [REFS[1], REFS[0]], "refs"),
        ("refs", [REFS[0], REFS[0]], "refs"),
        ("paths", [], "paths"),
        ("paths", "name.full", "paths"),
        ("paths", ["name.full", "name.full"], "paths"),
        ("paths", ["nationality", "name.full"], "paths"),
        ("paths", ["no.path"], "paths"),
        ("paths", [5], "paths"),
        ("purpose", "", "purpose"),
        ("purpose", "z" * 65, "purpose"),
        ("purpose", "contact", "handling"),
        ("handling", None, "handling"),
        ("handling", {}, "handling"),
        ("handling", TERMS._replace(onward="ask").document(), "handling"),
        ("agreements", AGREEMENTS, "agreements"),
        ("agreements", ["-"], "agreements"),
        ("agreements", ["a" * 129], "agreements"),
        ("issued", "2026-11-02 08:00:00Z", "issued"),
        ("issued", "2026-02-30T08:00:00Z", "issued"),
        ("expires", "2027-11-31T08:00:00Z", "expires"),
        ("expires", "2026-11-02T08:00:00Z", "expires"),
        ("expires", "2026-11-01T08:00:00Z", "expires"),
        ("expires", "2027-11-03T08:00:01Z", "expires"),
    ],
)
def test_the_first_that_is_not_read(member: str, value: JsonValue, at: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_grant({**GRANT.document(), member: value})
    assert (caught.value.code, caught.value.facts) == (Code.GRANT_INVALID, {"at": at})


@pytest.mark.parametrize("value", [None, 1, [], {}, "grant", [["v", 1]]])
def test_what_is_no_document_at_all(value: JsonValue) -> None:
    with pytest.raises(BadInput) as caught:
        read_grant(value)
    assert (caught.value.code, caught.value.facts) == (Code.GRANT_INVALID, {"at": "members"})


def test_a_record_that_is_not_named_is_not_covered_in_any_version() -> None:
    for version in (1, 2, 10**6):
        assert not covers(GRANT, PASSING._replace(ref=Ref("DZ", "rec-00000003"), version=version))
        assert covers(GRANT, PASSING._replace(version=version)) is (version >= 2)


def test_what_does_not_pass_is_denied_by_code() -> None:
    let_pass(GRANT, PASSING, ["name.full", "nationality", "record.marking"], TERMS)
    let_pass(GRANT._replace(paths=None), PASSING, ["gender"], TERMS)
    for passing, paths, terms in (
        (PASSING._replace(version=1), ["name.full"], TERMS),
        (PASSING, ["name.full", "gender"], TERMS),
        (PASSING, ["name.full"], TERMS._replace(caveats=())),
    ):
        with pytest.raises(Denied) as caught:
            let_pass(GRANT, passing, paths, terms)
        assert (caught.value.code, caught.value.facts) == (Code.GRANT_INVALID, {})
