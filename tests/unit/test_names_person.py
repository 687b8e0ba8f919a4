"""From the claims of a record to a person, and two persons to one comparison."""

from __future__ import annotations

from typing import Any

from exchange.matching.coefficients import coefficients
from exchange.matching.names import analyse
from exchange.matching.pairs import birth
from exchange.matching.person import NAMES_MAX, TOKENS_MAX, WORK_MAX, Identity, compare, identity, of_name
from exchange.model.claims import Claim


def claims(*said: tuple[str, Any]) -> list[Claim]:
    return [Claim(f"c{at}", path, value, "fact") for at, (path, value) in enumerate(said, 1)]


def name(text: str, kind: str = "full") -> dict[str, str]:
    return {"text": text, "script": "Latn", "type": kind}


OMAR = claims(
    ("name.full", name("Omar Ghazali")),
    ("name.alias", name("عمر التونسي")),
    ("name.kunya", name("Abu Rachid", "kunya")),
    ("birth.date", {"precision": "exact", "date": "1970-03-05"}),
    ("birth.year", 1971),
    ("birth.place", {"country": "TN", "city": "Sfax"}),
    ("nationality", {"country": "TN", "status": "confirmed"}),
    ("document", {"type": "passport", "number": "ab 123-456", "country": "TN"}),
    ("document", {"type": "passport", "number": "12"}),
    ("offence", "travel"),
)


def test_what_is_known_of_a_person() -> None:
    found = identity(OMAR)
    assert [each.text for each in found.names] == ["Omar Ghazali", "عمر التونسي", "Abu Rachid"]
    assert [span.low.isoformat() for span in found.births] == ["1970-03-05", "1971-01-01"]
    assert {each.split()[0] for each in found.documents} == {"TN"}
    assert found.nationalities == {"TN"}
    assert found.places == {"sfh", "sfk"}


def test_parts_of_a_name_are_put_together_where_there_is_no_whole_one() -> None:
    said = (("name.family", name("Ghazali")), ("name.given", name("Omar")), ("name.father", name("Rachid")))
    assert [each.text for each in identity(claims(*said)).names] == ["Omar Rachid Ghazali"]
    whole = identity(claims(*said, ("name.full", name("Omar R. Ghazali"))))
    assert [each.text for each in whole.names] == ["Omar R. Ghazali"]


def test_names_are_bounded() -> None:
    many = claims(*(("name.alias", name(f"Omar G{'a' * at}")) for at in range(100)))
    assert len(identity(many).names) == NAMES_MAX
    long = claims(
        *(
            ("name.alias", name(" ".join(f"{'bdfg'[at % 4]}arim{'klmn'[each % 4]}" for each in range(12))))
            for at in range(30)
        )
    )
    assert sum(len(each.tokens) for each in identity(long).names) <= TOKENS_MAX


def test_the_best_pair_of_names_counts() -> None:
    other = identity(claims(("name.full", name("عمر التونسي")), ("birth.date", {"precision": "year", "year": 1970})))
    found = compare(identity(OMAR), other)
    assert found is not None
    assert found.a.text == "عمر التونسي"
    assert found.relation == "year"
    assert found.score.alike


def test_a_kunya_alone_never_alerts() -> None:
    kunya = claims(
        ("name.kunya", name("Abu Rachid", "kunya")), ("birth.date", {"precision": "exact", "date": "1970-03-05"})
    )
    found = compare(identity(OMAR), identity(kunya))
    assert found is not None
    assert not found.score.alike
    for text in ("أبو راشد", "Abu Rachid"):
        again = compare(of_name(text, birth("1970-03-05")), of_name("Abou Rachid", birth("1970-03-05")))
        assert again is not None
        assert not again.score.alike
        assert any(each.name == "kunya_alone" for each in again.score.contributions)


def test_documents_nationalities_and_places_are_shown() -> None:
    a = Identity((analyse("Omar Ghazali"),), (), frozenset({"TN AB123456"}), frozenset({"TN"}), frozenset({"sfk"}))
    same = compare(a, a)
    other = compare(
        a, a._replace(documents=frozenset({"TN 999999"}), nationalities=frozenset({"DZ"}), places=frozenset({"x"}))
    )
    elsewhere = compare(a, a._replace(documents=frozenset({"DZ 999999"})))
    plain = compare(a, of_name("Omar Ghazali"))
    assert same is not None
    assert other is not None
    assert plain is not None
    assert elsewhere is not None
    assert {"document_same", "nationality_same", "place_same"} <= {each.name for each in same.score.contributions}
    assert {"document_other", "nationality_other", "place_other"} <= {each.name for each in other.score.contributions}
    assert not {"document_same", "document_other"} & {each.name for each in elsewhere.score.contributions}
    assert same.score.nats > plain.score.nats > other.score.nats
    assert same.score.nats - plain.score.nats == sum(
        coefficients().reviewed[each] for each in ("document_same", "nationality_same", "place_same")
    )


def test_two_persons_that_were_made_to_take_long_are_compared_by_what_they_share() -> None:
    """Every alias 12 words: a hostile record must not stop the comparing of others. The same both ways."""
    a, b = (
        identity(
            claims(
                *(("name.alias", name(" ".join(f"{x}a{y}i{z}o" for x in some[:4] for y in some[:3]))) for z in some),
                ("name.full", name("Omar Ghazali")),
            )
        )
        for some in ("bdfgkbdfgk", "lmnrslmnrs")
    )
    assert len(a.names) * len(b.names) * 144 > WORK_MAX
    one, other = compare(a, b), compare(b, a)
    assert one is not None
    assert other is not None
    assert (one.a.text, one.b.text, one.score.alike) == ("Omar Ghazali", "Omar Ghazali", True)
    assert one.score.nats == other.score.nats


def test_without_a_name_nothing_is_compared() -> None:
    assert compare(identity([]), identity(OMAR)) is None
    assert compare(identity(claims(("birth.year", 1970))), identity(OMAR)) is None


def test_it_is_the_same_both_ways() -> None:
    a, b = identity(OMAR), of_name("Omar Gazali", birth("1971"))
    there, back = compare(a, b), compare(b, a)
    assert there is not None
    assert back is not None
    assert there.score.nats == back.score.nats
    assert (there.a.text, there.b.text) == (back.b.text, back.a.text)
