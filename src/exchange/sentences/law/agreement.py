"""An agreement, or a national policy, as a text to read before signing. One structure for the three languages.

It adds nothing to the document and leaves nothing of it out. Spec: docs/spec/policy.md §12.
"""

from __future__ import annotations

from typing import Final

from exchange.model.paths import paths_of
from exchange.model.vocab import TLP_BY_STRICTNESS, Tlp
from exchange.policies.agreement import Agreement, NationalPolicy, Party, Text, placeholders
from exchange.policies.clauses import Clause, Need
from exchange.sentences.law.clauses import (
    class_names,
    clause_article,
    fields,
    forbid_article,
    listed,
    match_article,
    people,
)
from exchange.sentences.law.examples import example_items
from exchange.sentences.law.grammar import DAYS, Tongue, capital
from exchange.sentences.law.labels import label, ordinal
from exchange.sentences.law.phrases import CLAUSE, EXAMPLE, FRAME, GENERAL, HEADINGS
from exchange.sentences.law.text import Block, Grid, Item, Items, LawText, Paragraph, Section
from exchange.sentences.law.words import BACK_CATALOGUE, CADENCES, CLASSES, ONWARD, PURPOSES, SUITES, TLP

MARKING: Final = str(Tlp.AMBER)
"""What the text of an agreement is marked when nobody says otherwise: it shows what a state asks for."""
SUITE_NAMES: Final = {
    1: "ML-KEM-768 + X25519, Ed25519 + ML-DSA-65, SHA-256",
    2: "ML-KEM-1024 + P-384, Ed25519 + ML-DSA-87, SHA-384",
}


def document_text(document: Agreement | NationalPolicy, lang: str, marking: str = MARKING) -> LawText:
    """The text in `ar`, `fr` or `en`, marked `marking` (a TLP label)."""
    tongue = Tongue(lang)
    whole = isinstance(document, Agreement)
    sections = _agreement(tongue, document) if isinstance(document, Agreement) else _policy(tongue, document)
    line = FRAME["agreement_line" if whole else "policy_line"]
    return LawText(
        lang=lang,
        marking=str(Tlp(marking)),
        title=tongue.prose(tongue.of(document.title)),
        line=tongue.say(line, id=tongue.name(document.id), version=str(document.version)),
        notes=_notes(tongue, document),
        sections=tuple(
            Section(
                tongue.say(FRAME["section"], ordinal=ordinal(lang, number), heading=section.heading),
                section.blocks,
                section.articles,
            )
            for number, section in enumerate(sections, 1)
        ),
    )


def _notes(tongue: Tongue, document: Agreement | NationalPolicy) -> tuple[str, ...]:
    notes = [tongue.of(FRAME["reading" if isinstance(document, Agreement) else "reading_policy"])]
    if document.digest:
        notes.append(tongue.say(FRAME["digest"], digest=tongue.name(document.digest)))
    if placeholders(document):
        notes.append(tongue.of(FRAME["draft"]))
    return tuple(notes)


def _agreement(tongue: Tongue, document: Agreement) -> list[Section]:
    rules = [*document.clauses]
    sections = [
        _section(tongue, "parties", listed(tongue, [_party(tongue, party) for party in document.parties])),
        _section(tongue, "recitals", *_recitals(tongue, document.recitals)),
        _section(
            tongue,
            "basis",
            _basis(tongue, document.legal_basis),
            _said(tongue, "purposes"),
            listed(tongue, [tongue.of(PURPOSES[code]) for code in document.purposes]),
        ),
        _section(tongue, "validity", *_validity(tongue, document)),
        Section(
            tongue.of(HEADINGS["clauses"]),
            tuple(_said(tongue, name) for name in ("default", "unknown", "precedence", "coarser", "safeguards"))
            if rules
            else (_said(tongue, "nothing"),),
            tuple(clause_article(tongue, clause) for clause in rules),
        ),
        Section(
            tongue.of(HEADINGS["forbids"]),
            () if document.forbids else (_said(tongue, "no_forbids"),),
            tuple(forbid_article(tongue, forbid) for forbid in document.forbids),
        ),
        _section(tongue, "handling", *_handling(tongue, document)),
        _section(tongue, "deadlines", *_deadlines(tongue, document)),
        _section(tongue, "approvals", *_approvals(tongue, document)),
        _section(tongue, "suites", *_suites(tongue, document.suites)),
    ]
    sections += _classes(tongue, document.clauses)
    if document.matching:
        said = tuple(_said(tongue, name) for name in ("matching", "matching_bound"))
        articles = tuple(match_article(tongue, clause) for clause in document.matching)
        sections.append(Section(tongue.of(HEADINGS["matching"]), said, articles))
    if document.examples:
        shown = Items(example_items(tongue, document))
        sections.append(_section(tongue, "examples", Paragraph(tongue.of(EXAMPLE["lead"])), shown))
    return sections


def _policy(tongue: Tongue, document: NationalPolicy) -> list[Section]:
    owner = document.party.code
    return [
        _section(tongue, "state", listed(tongue, [_party(tongue, document.party)])),
        _section(tongue, "basis_policy", _basis(tongue, document.legal_basis)),
        Section(
            tongue.of(HEADINGS["reservations"]),
            (_said(tongue, "narrows"), _said(tongue, "unknown")),
            tuple(clause_article(tongue, clause, owner) for clause in document.clauses),
        ),
        Section(
            tongue.of(HEADINGS["forbids"]),
            () if document.forbids else (_said(tongue, "no_forbids"),),
            tuple(forbid_article(tongue, forbid, owner) for forbid in document.forbids),
        ),
        *_classes(tongue, document.clauses),
    ]


def _section(tongue: Tongue, name: str, *blocks: Block) -> Section:
    return Section(tongue.of(HEADINGS[name]), blocks)


def _said(tongue: Tongue, name: str) -> Paragraph:
    return Paragraph(tongue.of(GENERAL[name]))


def _party(tongue: Tongue, party: Party) -> str:
    draft = party.fingerprint.startswith("@")
    holes = {"country": capital(tongue.country(party.code)), "code": tongue.name(party.code)}
    if draft:
        told = tongue.say(GENERAL["party_draft"], **holes)
    else:
        told = tongue.say(GENERAL["party"], **holes, fingerprint=tongue.name(party.fingerprint))
    if party.joined is None:
        return told
    return tongue.say(GENERAL["joined"], party=told, moment=tongue.moment(party.joined))


def _recitals(tongue: Tongue, recitals: tuple[Text, ...]) -> list[Block]:
    if not recitals:
        return []
    texts = [tongue.prose(tongue.of(recital)) for recital in recitals]
    items = tuple(Item(label(tongue.lang, 0, index), text) for index, text in enumerate(texts))
    return [_said(tongue, "recitals"), Items(items)]


def _basis(tongue: Tongue, basis: str) -> Paragraph:
    return Paragraph(tongue.say(GENERAL["basis"], basis=tongue.authored(basis)))


def _validity(tongue: Tongue, document: Agreement) -> list[Block]:
    start, end = tongue.moment(document.valid_from), tongue.moment(document.valid_until)
    back = BACK_CATALOGUE["included" if document.back_catalogue else "excluded"]
    return [Paragraph(tongue.say(GENERAL["validity"], start=start, end=end)), Paragraph(tongue.of(back))]


def _handling(tongue: Tongue, document: Agreement) -> list[Block]:
    days = tongue.count(document.retention_days, DAYS)
    bound = [
        tongue.say(CLAUSE["retention"], days=days),
        tongue.of(ONWARD[document.onward]),
        tongue.of(CADENCES[document.cadence]),
    ]
    blocks: list[Block] = [_said(tongue, "handling"), listed(tongue, bound)]
    if document.assurance_required:
        countries = tongue.countries(sorted(document.assurance_required), "or")
        blocks.append(Paragraph(tongue.say(GENERAL["assurance"], countries=countries)))
    return blocks


def _deadlines(tongue: Tongue, document: Agreement) -> list[Block]:
    terms = (("recall", document.recall_days), ("correction", document.correction_days))
    after = document.after_end
    counted = {} if after.days is None else {"days": tongue.count(after.days, DAYS)}
    return [
        *(Paragraph(tongue.say(GENERAL[name], days=tongue.count(days, DAYS))) for name, days in terms),
        Paragraph(tongue.say(GENERAL[f"after_{after.rule}"], **counted)),
    ]


def _approvals(tongue: Tongue, document: Agreement) -> list[Block]:
    head = tuple(tongue.of(GENERAL[name]) for name in ("marking", "meaning", "approvers"))
    rows = tuple(
        (tongue.name(tlp), tongue.of(TLP[tlp]), _approval(tongue, document.approvals[tlp]))
        for tlp in TLP_BY_STRICTNESS
        if tlp in document.approvals
    )
    return [_said(tongue, "approvals"), Grid(head, rows), _said(tongue, "uncovered")]


def _approval(tongue: Tongue, need: Need) -> str:
    return tongue.say(GENERAL["approval_of"], people=people(tongue, need))


def _suites(tongue: Tongue, suites: tuple[int, ...]) -> list[Block]:
    told = [tongue.say(SUITES[suite], names=tongue.name(SUITE_NAMES[suite])) for suite in suites]
    return [_said(tongue, "suites"), listed(tongue, told)]


def _classes(tongue: Tongue, clauses: tuple[Clause, ...]) -> list[Section]:
    named = class_names(selector for clause in clauses for selector in (*clause.disclose, *clause.withhold))
    if not named:
        return []
    told = [
        tongue.say(GENERAL["class"], name=tongue.quoted(tongue.of(CLASSES[cls])), fields=fields(tongue, paths_of(cls)))
        for cls in named
    ]
    return [_section(tongue, "classes", _said(tongue, "classes"), listed(tongue, told))]
