"""Agreements and national policies as law: nothing left out, no code left in, three texts of one structure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from exchange.model.paths import PATHS
from exchange.policies.agreement import AfterEnd, Agreement, NationalPolicy, Party, Text, read_policy
from exchange.policies.clauses import Clause, Forbid, Need, Terms
from exchange.policies.match_clauses import MatchClause
from exchange.policies.tests import AllOf, AnyOf, Condition, Floor, Not
from exchange.policies.tests import Test as OneTest
from exchange.sentences.law import LawText, document_text
from exchange.sentences.law.conditions import TESTS, condition_item
from exchange.sentences.law.grammar import Tongue, unisolated
from exchange.sentences.law.plain import lines
from exchange.sentences.law.text import Article, Block, Grid, Item, Items, Paragraph
from tests.examples import EXAMPLES
from tests.unit.policies_kit import agreement, clause, example, example_document, policy

LANGUAGES = ("ar", "fr", "en")
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml") if not path.stem.startswith("np-"))
POLICIES = sorted(path.stem for path in EXAMPLES.glob("np-*.yaml"))
ARGUMENTS: dict[str, Any] = {
    "nationality": ("KW", "AE"),
    "nationality_undisclosed": ("EUROPE", "AMERICAS"),
    "residence": ("TN",),
    "theatre": ("SY",),
    "route_from": ("DZ",),
    "route_to": ("LY", "ML"),
    "group": ("Groupe inventé", "جماعة مختلقة"),
    "role": ("fighter", "suicide_attacker"),
    "listed_by": ("UN", "ARAB_LEAGUE"),
    "subject_category": ("victim", "witness"),
    "caveat": ("NO_ARREST_BASIS",),
    "originator": ("DZ",),
    "marking_at_most": "TLP:AMBER+STRICT",
    "statement": ("fact",),
    "source_grade_at_least": Floor("admiralty", "C"),
    "information_grade_at_least": Floor("4x4", "2"),
    "observed_within": 90,
}
CODE_WORD = re.compile(r"[A-Za-z]_[A-Za-z]|\b[a-z]+\.[a-z]+\b")
"""snake_case, or a dotted path."""


def text_of(document: Agreement | NationalPolicy, lang: str) -> str:
    return "\n".join(lines(document_text(document, lang)))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_examples_are_read_without_a_code_word(name: str, lang: str) -> None:
    document = example(name)
    text = text_of(document, lang)
    assert len(text) > 3000
    assert CODE_WORD.findall(text) == []
    assert not [path for path in PATHS if "." in path and path in text]
    assert "{" not in text
    assert document.title[LANGUAGES.index(lang)] in text
    ids = [rule.id for rule in document.clauses] + [rule.id for rule in document.forbids]
    for id_ in ids:
        assert re.search(rf"^(البند|Article|Clause) [\u2066]?{re.escape(id_)}[\u2069]?$", text, re.MULTILINE)
    for each in document.examples:
        assert each.name in text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", POLICIES)
def test_the_national_policies_are_read_without_a_code_word(name: str, lang: str) -> None:
    text = text_of(read_policy(example_document(name), "", draft=True), lang)
    assert len(text) > 800
    assert CODE_WORD.findall(text) == []
    if lang == "ar":
        assert not [each for each in text.splitlines()[1:-1] if re.search("[A-Za-z]", unisolated(each))]


@pytest.mark.parametrize("name", NAMES)
def test_arabic_has_no_latin_letter_outside_an_isolate(name: str) -> None:
    for line in text_of(example(name), "ar").splitlines():
        outside = unisolated(line)
        if not line.startswith("TLP:"):
            assert not re.search("[A-Za-z]", outside), line
        assert not re.search("[\u2066\u2068\u2069]", outside), line


@pytest.mark.parametrize("name", NAMES)
def test_the_three_texts_have_one_structure(name: str) -> None:
    shapes = [list(shape(document_text(example(name), lang))) for lang in LANGUAGES]
    assert len(shapes[0]) > 50
    assert shapes[0] == shapes[1] == shapes[2]


def shape(law: LawText) -> Iterator[str]:
    """What stands where, without a word."""
    for section in law.sections:
        yield "section"
        yield from (each for block in section.blocks for each in block_shape(block))
        for article in section.articles:
            yield f"article {article.id}"
            yield from (each for block in article.blocks for each in block_shape(block))


def block_shape(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield "paragraph"
    elif isinstance(block, Grid):
        yield f"grid {len(block.head)} {len(block.rows)}"
    else:
        yield from (each for item in block.items for each in item_shape(item, 0))


def item_shape(item: Item, depth: int) -> Iterator[str]:
    yield f"item {depth}"
    yield from (each for inner in item.items for each in item_shape(inner, depth + 1))


def article(document: Agreement, lang: str, id_: str) -> Article:
    law = document_text(document, lang)
    (found,) = [each for section in law.sections for each in section.articles if each.id == id_]
    return found


def test_clause_5_2_in_english() -> None:
    assert article(example("dz-ae-kw"), "en", "5.2") == Article(
        "5.2",
        "Clause 5.2",
        (
            Paragraph("From Algeria to Kuwait: out of records on persons, the following is sent:"),
            Items((Item("(a)", "everything in the category “identity documents”."),)),
            Paragraph("This clause applies only if all of the following conditions are met:"),
            Items(
                (
                    Item(
                        "(a)",
                        "according to the record, the person is a national of the United Arab Emirates, Kuwait, "
                        "Saudi Arabia, Qatar, Bahrain or Oman;",
                    ),
                    Item(
                        "(b)",
                        "at least one of the following conditions is met:",
                        (
                            Item("(i)", "according to the record, the country of destination is Libya;"),
                            Item(
                                "(ii)",
                                "according to the record, the theatre of fighting or the place of presence is Syria.",
                            ),
                        ),
                    ),
                )
            ),
            Paragraph("What is sent under this clause is bound by the following:"),
            Items(
                (
                    Item("(a)", "the marking is TLP:AMBER+STRICT or a stricter one;"),
                    Item(
                        "(b)",
                        "it is sent and used for the following only: countering the travel of terrorist fighters and "
                        "border checks;",
                    ),
                    Item("(c)", "the record is kept for 180 days at most."),
                )
            ),
        ),
    )


def test_forbid_3_1_in_arabic_and_french() -> None:
    assert article(example("dz-ae-kw"), "ar", "3.1") == Article(
        "3.1",
        "البند \u20663.1\u2069",
        (
            Paragraph("من كل طرف إلى كل طرف آخر: لا يُرسل أي شيء من سجلات الأشخاص."),
            Paragraph("ولا ينطبق هذا البند إلا بشرط أن تكون صفة الشخص في السجل: ضحية أو شاهد."),
        ),
    )
    assert article(example("dz-ae-kw"), "fr", "3.1").blocks == (
        Paragraph(
            "De chaque Partie à toute autre Partie\u00a0: "
            "rien n'est transmis dans les fiches portant sur des personnes."
        ),
        Paragraph("Le présent article ne s'applique que si la qualité de la personne est\u00a0: victime ou témoin."),
    )


def test_clause_4_2_in_arabic_and_its_number() -> None:
    blocks = article(example("dz-tn-eg"), "ar", "4.2").blocks
    assert blocks[3] == Items(
        (
            Item("(أ)", "أن يكون مسرح القتال أو مكان الوجود، وفق السجل، ليبيا أو سوريا أو مالي أو النيجر أو العراق؛"),
            Item("(ب)", "أن تكون درجة صحة كل معلومة مقدَّرة \u20663\u2069 أو أفضل، على سلم الأميرالية؛"),
            Item("(ج)", "أن تعود أحدث مشاهدة إلى مدة لا تزيد على 90 يوماً."),
        )
    )


def test_every_test_has_an_argument_here() -> None:
    assert ARGUMENTS.keys() == TESTS.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_test_and_its_opposite_read_differently(name: str, lang: str) -> None:
    tongue, test = Tongue(lang), OneTest(name, ARGUMENTS[name])
    holds, fails = condition_item(tongue, test).text, condition_item(tongue, Not(test)).text
    assert holds != fails
    assert condition_item(tongue, Not(Not(test))).text == holds
    for text in (holds, fails):
        assert "{" not in text
        assert not CODE_WORD.search(text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nested_conditions_keep_their_nesting(lang: str) -> None:
    """Eight conditions that differ only in how they are joined are eight texts."""
    one, two = OneTest("route_to", ("LY",)), OneTest("theatre", ("SY",))
    joined: list[Condition] = [
        AllOf((one, two)),
        AnyOf((one, two)),
        Not(AllOf((one, two))),
        Not(AnyOf((one, two))),
        AllOf((one, Not(two))),
        AnyOf((Not(one), two)),
        AllOf((AnyOf((one, two)), two)),
        AnyOf((AllOf((one, two)), two)),
    ]
    told = [condition_item(Tongue(lang), each) for each in joined]
    assert len(set(told)) == len(joined)
    assert all(len(item.items) == 2 for item in told)
    assert condition_item(Tongue(lang), AnyOf((one,))) == condition_item(Tongue(lang), one)


def rich() -> Agreement:
    """Every member has something to say."""
    return agreement(
        recitals=[{"ar": "ديباجة", "fr": "considérant", "en": "recital"}],
        forbids=[{"id": "9", "from": "*", "to": "*", "kinds": ["camp"]}],
        assurance_required=["AE"],
        clauses=[
            clause(
                withhold=["birth.date"],
                when={"route_to": ["LY"]},
                handling={"tlp": "TLP:RED", "caveats": ["NO_ARREST_BASIS"], "retention_days": 11, "onward": "none"},
                approvals={"TLP:RED": {"count": 4, "role": "officer"}},
                cadence="daily",
            )
        ],
    )


THREE = Text("ثلاثة", "trois", "three")
OTHER: dict[str, Any] = {
    "id": "AG-DZ-AE-KW-7",
    "version": 77,
    "title": THREE,
    "recitals": (THREE,),
    "parties": (Party("DZ", "d" * 64, None), Party("MR", "e" * 64, datetime(2026, 3, 3, tzinfo=UTC))),
    "legal_basis": "another basis",
    "purposes": ("contact",),
    "valid_from": datetime(2025, 2, 2, tzinfo=UTC),
    "valid_until": datetime(2028, 2, 2, tzinfo=UTC),
    "suites": (2,),
    "clauses": (),
    "forbids": (),
    "onward": "none",
    "back_catalogue": False,
    "recall_days": 21,
    "correction_days": 22,
    "retention_days": 23,
    "cadence": "standing",
    "approvals": {"TLP:GREEN": Need(5, "officer")},
    "assurance_required": frozenset({"KW"}),
    "after_end": AfterEnd("destroy", 24),
    "matching": (MatchClause("m1", None, None, None, None, frozenset({"contact"}), "level", 5, 50),),
    "examples": example("dz-qa").examples[:1],
    "digest": "9" * 64,
}
OTHER_CLAUSE: dict[str, Any] = {
    "id": "8.8",
    "from_": None,
    "to": None,
    "kinds": None,
    "when": OneTest("route_to", ("ML",)),
    "disclose": ("birth.*",),
    "withhold": ("note",),
    "terms": Terms(),
    "approvals": {},
    "cadence": None,
}
OTHER_TERMS: dict[str, Any] = {
    "tlp": "TLP:GREEN",
    "caveats": ("COURT_USE_NEEDS_CONSENT",),
    "purposes": ("border.checks",),
    "retention_days": 12,
    "onward": "ask",
}


def members(kind: type[Any]) -> set[str]:
    return {field.name for field in dataclasses.fields(kind)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_member_of_an_agreement_is_left_out(lang: str) -> None:
    """Whatever member changes, the text changes: what is signed is what is read."""
    base = rich()
    assert OTHER.keys() == members(Agreement)
    texts = {text_of(base, lang)} | {
        text_of(dataclasses.replace(base, **{name: value}), lang) for name, value in OTHER.items()
    }
    assert len(texts) == 1 + len(OTHER)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_member_of_a_clause_is_left_out(lang: str) -> None:
    base = rich()
    (first,) = base.clauses
    assert OTHER_CLAUSE.keys() == members(Clause)
    assert OTHER_TERMS.keys() == members(Terms)
    changed = [dataclasses.replace(first, **{name: value}) for name, value in OTHER_CLAUSE.items()]
    changed += [
        dataclasses.replace(first, terms=dataclasses.replace(first.terms, **{name: value}))
        for name, value in OTHER_TERMS.items()
    ]
    texts = {text_of(dataclasses.replace(base, clauses=(each,)), lang) for each in (first, *changed)}
    assert len(texts) == 1 + len(changed)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_member_of_a_forbid_is_left_out(lang: str) -> None:
    base = rich()
    (first,) = base.forbids
    changed = [dataclasses.replace(first, **{name: OTHER_CLAUSE[name]}) for name in members(Forbid) - {"from_", "to"}]
    changed += [dataclasses.replace(first, from_=frozenset({"AE"})), dataclasses.replace(first, to=frozenset({"AE"}))]
    texts = {text_of(dataclasses.replace(base, forbids=(each,)), lang) for each in (first, *changed)}
    assert len(texts) == 1 + len(changed)


def test_a_national_policy_names_its_state_and_its_rules() -> None:
    document = policy(
        clauses=[{"id": "1.1", "to": "*", "kinds": "*", "withhold": ["birth.*"]}],
        forbids=[{"id": "2.1", "to": ["QA"], "kinds": ["person"], "when": {"not": {"listed_by": ["UN"]}}}],
    )
    text = text_of(document, "en")
    assert "National policy NP-DZ, version 1" in text
    assert "From Algeria to any state: out of records of every kind, the following is not sent:" in text
    assert "From Algeria to Qatar: nothing is sent out of records on persons." in text
    assert "only if the record gives a listing and it was not made by the UN Security Council." in text
    assert "    (a) date of birth;\n    (b) year of birth;\n" in text
    assert "\u2066" + "1" * 64 + "\u2069" in text_of(document, "ar")


def test_a_draft_says_so_and_a_digest_is_shown() -> None:
    assert "it binds nobody" in text_of(example("dz-qa"), "en")
    text = text_of(agreement(), "en")
    assert "it binds nobody" not in text
    assert "Digest of the document: " + "0" * 64 in text


def test_a_party_that_joined_later_is_told_with_its_day() -> None:
    assert (
        "L'Égypte (EG)\u00a0; empreinte de la clé racine à inscrire\u00a0; adhésion\u00a0: 1er juillet 2026 à"
        in text_of(example("dz-tn-eg"), "fr")
    )


def test_an_example_that_is_decided_otherwise_does_not_borrow_a_clause() -> None:
    """Such an agreement is never activated; its text tells the expectation and no reason that is not there."""
    (first,) = [each for each in example("dz-ae-kw").examples if each.expect.reason == "FORBIDDEN"]
    other = dataclasses.replace(first, expect=dataclasses.replace(first.expect, reason="MINOR"))
    told = text_of(dataclasses.replace(example("dz-ae-kw"), examples=(first,)), "en")
    assert "(a) the record is not sent, for this reason: Clause 3.1 forbids sending this record to Kuwait." in told
    told = text_of(dataclasses.replace(example("dz-ae-kw"), examples=(other,)), "en")
    assert told.count("(a) the record is not sent.") == 1
    assert "for this reason" not in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_marking_is_first_and_last_and_never_translated(lang: str) -> None:
    told = lines(document_text(example("dz-qa"), lang, "TLP:RED"))
    assert told[0] == told[-1] == "TLP:RED"
    with pytest.raises(ValueError):
        document_text(example("dz-qa"), lang, "TLP:PURPLE")


def test_hostile_text_of_a_state_cannot_steer_the_reader() -> None:
    title = {"ar": "اتفاق \u202e", "fr": "Accord \u2069\u202e", "en": "Agreement\nPart I"}
    document = agreement(title=title, legal_basis="\u2066basis\u2069\u200b")
    for lang in LANGUAGES:
        text = text_of(document, lang)
        assert not {"\u202e", "\u200b"} & set(text)
        assert text.count("\ufffd") >= 3 if lang != "en" else "Agreement Part I" in text
