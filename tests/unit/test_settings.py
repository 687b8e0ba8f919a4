"""Settings: which addresses of time-stamp authorities, where the console is, what passkeys belong to."""

from __future__ import annotations

from pathlib import Path

import pytest

from exchange.cli.serving import place_of
from exchange.config import load
from exchange.errors import BadInput, Code, ExchangeError
from exchange.wiring import authority_of, identity_of

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


@pytest.mark.parametrize(
    ("lines", "origin", "host"),
    [
        ((), "https://localhost:8441", "localhost"),
        (
            ("officer_port = 443", 'officer_hosts = ["10.0.0.5", "Desk.Agency.Example"]'),
            "https://desk.agency.example",
            "desk.agency.example",
        ),
        (('officer_hosts = ["10.0.0.5"]',), "https://localhost:8441", "localhost"),
        (
            ('console_origin = "https://desk.agency.example:9443"',),
            "https://desk.agency.example:9443",
            "desk.agency.example",
        ),
        (
            ('console_origin = "https://desk.agency.example"', 'console_rp_id = "agency.example"'),
            "https://desk.agency.example",
            "agency.example",
        ),
    ],
)
def test_where_the_console_is(tmp_path: Path, lines: tuple[str, ...], origin: str, host: str) -> None:
    made = load(written(tmp_path, *lines))
    assert (made.origin, made.passkey_host) == (origin, host)


@pytest.mark.parametrize(
    "origin",
    [
        "http://desk.example",
        "https://desk.example/",
        "https://desk.example/x",
        "desk.example",
        "https://a b",
        "https://",
    ],
)
def test_an_origin_is_https_and_has_no_path(tmp_path: Path, origin: str) -> None:
    with pytest.raises(BadInput) as refused:
        load(written(tmp_path, f'console_origin = "{origin}"'))
    assert refused.value.facts == {"at": "console_origin"}


@pytest.mark.parametrize("rp_id", ["other.example", "gency.example", "desk.agency.example.more", "https://a", "*"])
def test_passkeys_belong_to_the_host_or_a_domain_above_it(tmp_path: Path, rp_id: str) -> None:
    with pytest.raises(BadInput) as refused:
        load(
            written(tmp_path, 'console_origin = "https://desk.agency.example"', f'console_rp_id = "{rp_id}"')
        ).passkey_host.encode()
    assert refused.value.facts == {"at": "console_rp_id"}


AGENCY = ('oidc_issuer = "https://login.agency.example/realms/staff"', 'oidc_client_id = "exchange-dz"')


def test_an_identity_provider_with_its_secret_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not in the settings\n", encoding="utf-8")
    settings = load(written(tmp_path, *AGENCY, f'oidc_client_secret_file = "{tmp_path / "secret"}"'))
    made = identity_of(settings)
    assert made is not None
    assert (made.issuer, made.client) == ("https://login.agency.example/realms/staff", "exchange-dz")
    assert "not in the settings" not in repr(settings)
    place = place_of(settings)
    assert (place.oidc_name, place.oidc_origin) == ("login.agency.example", "https://login.agency.example")
    assert place_of(load(written(tmp_path, *AGENCY, 'oidc_name = "Agency"'))).oidc_name == "Agency"


def test_no_identity_provider(tmp_path: Path) -> None:
    settings = load(written(tmp_path))
    assert identity_of(settings) is None
    assert (place_of(settings).oidc_name, place_of(settings).oidc_origin) == ("", "")


@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.agency.example",
        "https://login.agency.example?x",
        "https://a.example/#f",
        "https://u@a.example",
        "x",
    ],
)
def test_an_issuer_is_an_address_over_tls(tmp_path: Path, issuer: str) -> None:
    with pytest.raises(BadInput) as refused:
        load(written(tmp_path, f'oidc_issuer = "{issuer}"'))
    assert refused.value.facts == {"at": "oidc_issuer"}


def test_an_identity_provider_that_is_named_by_half(tmp_path: Path) -> None:
    lines = {
        "oidc_client_id": AGENCY[:1],
        "oidc_client_secret_file": (*AGENCY, f'oidc_client_secret_file = "{tmp_path / "none"}"'),
        "oidc_ca_file": (*AGENCY, f'oidc_ca_file = "{tmp_path / "none"}"'),
    }
    for at, written_out in lines.items():
        with pytest.raises(ExchangeError) as refused:
            identity_of(load(written(tmp_path, *written_out)))
        assert (refused.value.code, refused.value.facts["at"]) == (Code.CONFIG_INVALID, at)


def test_a_name_is_one_line(tmp_path: Path) -> None:
    for line in ('oidc_name = "a\\nb"', 'oidc_client_id = "a\\u202eb"', f'oidc_name = "{"a" * 61}"'):
        with pytest.raises(BadInput):
            load(written(tmp_path, line))
