"""`exchange agreement explain FILE`: without a node, in three languages, as text, JSON and PDF."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from exchange import paper
from exchange.cli.safe import told
from exchange.sentences.law.grammar import unisolated
from tests.cli import run
from tests.examples import EXAMPLES
from tests.unit.policies_kit import document, example_document, policy_document

FILE = EXAMPLES / "dz-ae-kw.yaml"


@pytest.fixture(autouse=True)
def _no_node(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EXCHANGE_HOME", "EXCHANGE_TOKEN_FILE", "EXCHANGE_PASSPHRASE_FILE", "EXCHANGE_LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("ar", "من الجزائر إلى الإمارات العربية المتحدة والكويت: تُرسل من سجلات الأشخاص المعلومات التالية:"),
        ("fr", "De l'Algérie aux Émirats arabes unis et au Koweït\u00a0: dans les fiches portant sur des personnes"),
        ("en", "From Algeria to the United Arab Emirates and Kuwait: out of records on persons"),
    ],
)
def test_a_plain_file_is_explained(lang: str, expected: str) -> None:
    ran = run("agreement", "explain", str(FILE), "--lang", lang)
    assert ran.exit_code == 0
    assert ran.err == ""
    assert expected.replace("\u00a0", " ") in " ".join(ran.out.replace("\u00a0", " ").split())
    assert "\\u{" not in ran.out
    first, *_, last = ran.out.strip().splitlines()
    assert first.strip() == last.strip() == "TLP:AMBER"
    if lang == "ar":
        assert not any("A" <= sign <= "z" for line in ran.out.splitlines()[1:-1] for sign in unisolated(line) if line)


def test_json_has_the_text_and_no_digest_of_a_draft() -> None:
    answer = run("agreement", "explain", str(FILE), "--lang", "en", "--tlp", "TLP:GREEN", "--json").json
    assert (answer["id"], answer["version"], answer["kind"], answer["digest"]) == ("AG-DZ-AE-KW", 1, "agreement", None)
    assert answer["marking"] == "TLP:GREEN"
    assert answer["text"].startswith("TLP:GREEN\nAgreement between Algeria")


def test_a_complete_document_has_its_digest_and_a_policy_is_read_too(tmp_path: Path) -> None:
    whole, rules = tmp_path / "whole.json", tmp_path / "policy.yaml"
    whole.write_text(json.dumps(document()), encoding="utf-8")
    rules.write_text(yaml.safe_dump(policy_document(), allow_unicode=True), encoding="utf-8")
    answer = run("agreement", "explain", str(whole), "--json").json
    assert len(answer["digest"]) == 64
    assert f"Digest of the document: {answer['digest']}" in answer["text"]
    policy = run("agreement", "explain", str(rules), "--json").json
    assert (policy["kind"], policy["id"]) == ("policy", "NP-DZ")
    assert "it narrows every agreement" in policy["text"]


def test_pdf_goes_to_the_file(tmp_path: Path) -> None:
    out = tmp_path / "agreement.pdf"
    ran = run("agreement", "explain", str(FILE), "--lang", "ar", "--pdf", str(out))
    assert ran.exit_code == 0
    assert ran.out.strip() == str(out)
    assert out.read_bytes().startswith(b"%PDF-")
    assert out.stat().st_mode & 0o077 == 0


def test_what_cannot_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.yaml"
    given = example_document("dz-qa")
    given["cadence"] = "hourly"
    broken.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    refused = run("agreement", "explain", str(broken), "--json")
    assert (refused.exit_code, refused.json["code"]) == (2, "AGREEMENT_INVALID")
    assert refused.json["facts"] == {"at": "/cadence"}
    assert run("agreement", "explain", str(tmp_path / "absent.yaml"), "--json").exit_code == 3
    assert run("agreement", "explain", str(FILE), "--tlp", "TLP:PURPLE", "--json").json["code"] == "VALUE_NOT_ALLOWED"
    assert run("agreement", "explain", "AG-DZ-AE-KW", "--json", "--home", str(tmp_path)).exit_code != 0
    monkeypatch.setattr(paper, "_PACKAGE", "exchange_has_no_such_fonts")
    unprintable = run("agreement", "explain", str(FILE), "--pdf", str(tmp_path / "x.pdf"), "--json")
    assert (unprintable.exit_code, unprintable.json["code"]) == (75, "FONTS_MISSING")
    assert not (tmp_path / "x.pdf").exists()


def test_a_line_of_ours_keeps_closed_isolates_only() -> None:
    assert told("البند \u20665.1\u2069.") == "البند \u20665.1\u2069."
    assert told("a\u2066b") == "a\\u{2066}b"
    assert told("a\u2069\u2069b") == "a\\u{2069}\\u{2069}b"
    assert told("\u2068a\u202eb\u2069\x1b") == "\u2068a\\u{202e}b\u2069\\u{1b}"
    assert told("x" * 5000) == "x" * 5000
