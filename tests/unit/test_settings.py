"""Settings of time-stamps: which addresses, and never an authority without its certificates."""

from __future__ import annotations

from pathlib import Path

import pytest

from exchange.config import load
from exchange.errors import BadInput, Code, ExchangeError
from exchange.wiring import authority_of

KEPT = 'node = "DZ"\n'


def written(folder: Path, *lines: str) -> Path:
    (folder / "config.toml").write_text(KEPT + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


@pytest.mark.parametrize("url", ["https://stamps.example/tsa", "http://stamps.example"])
def test_both_schemes_are_allowed(tmp_path: Path, url: str) -> None:
    (tmp_path / "roots.pem").write_bytes(b"roots")
    lines = (f'stamp_url = "{url}"', f'stamp_certificates_file = "{tmp_path / "roots.pem"}"')
    made = authority_of(load(written(tmp_path, *lines)))
    assert made is not None
    assert made.certificates == b"roots"


@pytest.mark.parametrize("url", ["ftp://stamps.example", "stamps.example", "file:///etc/passwd"])
def test_others_are_not(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadInput) as refused:
        load(written(tmp_path, f'stamp_url = "{url}"'))
    assert refused.value.facts == {"at": "stamp_url"}


def test_no_authority_without_its_certificates(tmp_path: Path) -> None:
    assert authority_of(load(written(tmp_path))) is None
    for lines in ((), (f'stamp_certificates_file = "{tmp_path / "none"}"',)):
        with pytest.raises(ExchangeError) as refused:
            authority_of(load(written(tmp_path, 'stamp_url = "https://stamps.example"', *lines)))
        assert (refused.value.code, refused.value.facts["at"]) == (Code.CONFIG_INVALID, "stamp_certificates_file")
