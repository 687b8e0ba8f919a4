"""`exchange names explain` and `exchange names score`: no node, no secret, and nothing written by halves."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from exchange.matching.coefficients import coefficients
from exchange.matching.keys import key_version
from exchange.matching.names import analyse
from exchange.matching.score import score
from tests.cli import run
from tests.data import DATA

HEAD = "name_a,script_a,dob_a,name_b,script_b,dob_b,same"
PAIRS = f"""{HEAD}
Omar Ghazali,Latn,1970-03-05,عمر الغزالي,Arab,1970,1
Omar Ghazali,Latn,,"Zahrani, Rachid",Latn,1968/1972,0
"""


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EXCHANGE_HOME", "EXCHANGE_TOKEN_FILE", "EXCHANGE_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)


def file_of(folder: Path, text: str | bytes) -> str:
    path = folder / "pairs.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def test_an_explanation_for_machines() -> None:
    said = run(
        "names", "explain", "Omar Ghazali", "عمر الغزالي", "--born-a", "1970-03-05", "--born-b", "1970~", "--json"
    )
    assert said.exit_code == 0
    found = said.json
    assert found["alike"] is True
    assert found["birth"] == "year"
    assert found["threshold"] == coefficients().threshold
    assert abs(sum(each["nats"] for each in found["contributions"]) - found["nats"]) < 0.01
    assert [row["b"] for row in found["alignment"]] == ["عمر", "الغزالي"]
    assert found["names"][0][1]["skeletons"] == ["gzl"]
    assert found["keys"]["shared"] >= 1


@pytest.mark.parametrize(
    ("lang", "part", "verdict"),
    [
        ("en", "given name", "It reaches the threshold"),
        ("fr", "prénom", "Le seuil est atteint"),
        ("ar", "نسبة", "يبلغ العتبة"),
    ],
)
def test_an_explanation_for_people(lang: str, part: str, verdict: str) -> None:
    said = run("names", "explain", "Omar Hachemi", "عمر الهاشمي", "--lang", lang)
    assert said.exit_code == 0
    assert part in said.out
    assert verdict in said.out
    assert "hSm" in said.out
    assert key_version() in said.out


def test_a_kunya_alone_is_said_to_be_too_little() -> None:
    said = run("names", "explain", "Abu Omar", "أبو عمر")
    assert "A kunya alone is never enough." in said.out
    assert "Below the threshold" in said.out


def test_scores_are_the_same_rows_and_one_column_more(tmp_path: Path) -> None:
    said = run("names", "score", file_of(tmp_path, PAIRS))
    assert said.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(said.out)))
    given = list(csv.DictReader(io.StringIO(PAIRS)))
    assert [{name: row[name] for name in given[0]} for row in rows] == given
    assert float(rows[0]["score"]) > coefficients().threshold > float(rows[1]["score"])


def test_the_answer_is_never_read(tmp_path: Path) -> None:
    scores = []
    for text in (
        PAIRS,
        PAIRS.replace(",1\n", ",0\n"),
        PAIRS.replace(",same", "").replace(",1\n", "\n").replace(",0\n", "\n"),
    ):
        said = run("names", "score", file_of(tmp_path, text), "--json")
        assert said.exit_code == 0
        scores.append(said.json["scores"])
    assert scores[0] == scores[1] == scores[2]


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    said = run("names", "score", file_of(tmp_path, "\ufeff" + PAIRS), "--out", str(out), "--json")
    assert said.json["rows"] == 2
    assert out.read_text("utf-8").startswith(HEAD + ",score\nOmar Ghazali,")
    assert out.stat().st_mode & 0o777 == 0o600


def test_no_rows_are_no_scores(tmp_path: Path) -> None:
    said = run("names", "score", file_of(tmp_path, HEAD + "\n"))
    assert said.exit_code == 0
    assert said.out.strip() == HEAD + ",score"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "FILE_NOT_WELL_FORMED"),
        ("name_a,name_b\nx,y\n", "MISSING_MEMBER"),
        (PAIRS + "only,three,fields\n", "FILE_NOT_WELL_FORMED"),
        (PAIRS + "a,Latn,born,b,Latn,,\n", "VALUE_NOT_ALLOWED"),
        (PAIRS + "a,Latn,1970-02-30,b,Latn,,\n", "VALUE_NOT_ALLOWED"),
        (PAIRS + '"a,Latn,,b,Latn,,', "FILE_NOT_WELL_FORMED"),
        (PAIRS.replace("same", "score"), "FILE_NOT_WELL_FORMED"),
        (PAIRS.replace("same", "dob_a"), "FILE_NOT_WELL_FORMED"),
        (f"{HEAD}\n{'x' * 20_000},Latn,,b,Latn,,\n", "FILE_NOT_WELL_FORMED"),
        (b"\xff\xfe" + PAIRS.encode("utf-16-le"), "FILE_NOT_WELL_FORMED"),
    ],
)
def test_a_bad_file_is_refused_whole(tmp_path: Path, text: str | bytes, code: str) -> None:
    out = tmp_path / "scores.csv"
    for more in ((), ("--out", str(out))):
        said = run("names", "score", file_of(tmp_path, text), *more, "--json")
        assert said.exit_code != 0
        assert said.json["code"] == code
        assert "Ghazali" not in said.out + said.err
    assert not out.exists()
    assert run("names", "score", file_of(tmp_path, text)).out == ""


def test_no_file_and_no_date(tmp_path: Path) -> None:
    assert run("names", "score", str(tmp_path / "none.csv"), "--json").json["code"] == "NOT_FOUND"
    said = run("names", "explain", "Omar", "Omar", "--born-a", "yesterday", "--json")
    assert said.json["code"] == "VALUE_NOT_ALLOWED"


def test_public_cases_that_name_nobody_of_ours() -> None:
    """The cases of `names/name_bench_cases.csv` are scored, whatever their scripts, and most as they are marked."""
    with (DATA / "names" / "name_bench_cases.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["schema"] == "Person"]
    assert len(rows) > 300
    found = [
        (row["is_match"] == "true", score(analyse(row["name1"]), analyse(row["name2"])).probability) for row in rows
    ]
    same = sorted(each for label, each in found if label)
    other = sorted(each for label, each in found if not label)
    assert same[len(same) // 2] > other[len(other) // 2]
