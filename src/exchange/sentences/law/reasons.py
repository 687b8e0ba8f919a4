"""Reasons and remedies as sentences with names in place of codes, and who may bring a remedy about.

The sentences are those of `exchange.policies.sentences`. Spec: docs/spec/policy.md §4, §5, §12.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from exchange.policies.agreement import Text
from exchange.policies.reasons import REMEDY_OF
from exchange.policies.sentences import CLAIM, RECORD, REMEDY
from exchange.sentences.law.grammar import Hole, Tongue
from exchange.sentences.law.words import PURPOSES

_OFFICER: Final = Text(
    "ضابط لدى الدولة المصدرة", "un officier de l'État émetteur", "an officer of the originating state"
)
_PARTIES: Final = Text("جميع الأطراف، كل منها بمفتاحه الجذر", "toutes les Parties, chacune avec sa clé racine",
                       "all the Parties, each with its root key")  # fmt: skip
WHO: Final[dict[str, Text]] = {
    "ASK_ORIGINATOR": Text("الدولة المصدرة", "l'État émetteur", "the originating state"),
    "CHOOSE_AGREEMENT": Text("الضابط الذي يقترح الإرسال", "l'officier qui propose la transmission",
                             "the officer who proposes the release"),
    "RENEW_AGREEMENT": _PARTIES,
    "CHOOSE_PURPOSE": Text("الضابط الذي يقترح الإرسال، والأطراف إن لم يرد الغرض في الاتفاق",
                           "l'officier qui propose la transmission, et les Parties si l'accord ignore cette finalité",
                           "the officer who proposes the release, and the Parties if the agreement lacks the purpose"),
    "COMPLETE_GOVERNANCE": _OFFICER,
    "AMEND_AGREEMENT": _PARTIES,
    "SET_CATEGORY": _OFFICER,
    "REVIEW_RECORD": _OFFICER,
    "RENEW_RECORD": Text("السلطة التي تقرر تمديد الحفظ، ثم ضابط يسجّل قرارها",
                         "l'autorité qui décide de prolonger la conservation, puis un officier qui inscrit sa décision",
                         "the authority that renews the retention, then an officer who records its decision"),
    "BEST_INTEREST": Text("السلطة المختصة بحماية الطفل، ثم ثلاثة موافقين",
                          "l'autorité chargée de la protection de l'enfance, puis trois approbateurs",
                          "the authority for the protection of children, then three approvers"),
    "COMPLETE_RECORD": _OFFICER,
    "GET_ASSURANCE": Text("السلطة المختصة لدى الدولة المستلمة، ثم ضابط يسجّل المرجع",
                          "l'autorité compétente de l'État destinataire, puis un officier qui inscrit la référence",
                          "the competent authority of the receiving state, then an officer who records the reference"),
    "NEUTRALITY_SIGNOFF": Text("السلطة المختصة بالحياد", "l'autorité chargée de la neutralité",
                               "the authority for neutrality"),
    "LISTING_SIGNOFF": Text("السلطة القانونية", "l'autorité juridique", "the legal authority"),
    "CORRECT_RECORD": _OFFICER,
    "SEE_RECORD": Text("من يُذكر في سبب رفض السجل", "la personne que désigne le motif du refus de la fiche",
                       "whoever the reason for the record's denial names"),
}  # fmt: skip
"""Remedy -> who may bring it about."""


class Asked(NamedTuple):
    """What the sentences may name besides the clause."""

    recipient: str
    agreement_id: str
    purpose: str


def why(tongue: Tongue, code: str, clause: str | None, asked: Asked) -> str:
    """The sentence for a reason code. KeyError for a code that does not exist."""
    return tongue.say(RECORD[code] if code in RECORD else CLAIM[code], **_holes(tongue, clause, asked))


def remedy(tongue: Tongue, code: str, asked: Asked) -> str | None:
    """What would make it releasable; None where nothing would."""
    cure = REMEDY_OF[code]
    return None if cure is None else tongue.say(REMEDY[cure], **_holes(tongue, None, asked))


def who(tongue: Tongue, code: str) -> str | None:
    """Who may bring the remedy of a reason about."""
    cure = REMEDY_OF[code]
    return None if cure is None else tongue.of(WHO[cure])


def _holes(tongue: Tongue, clause: str | None, asked: Asked) -> dict[str, Hole]:
    return {
        "clause": tongue.name(clause or ""),
        "recipient": tongue.country(asked.recipient),
        "agreement": tongue.name(asked.agreement_id),
        "purpose": tongue.quoted(tongue.of(PURPOSES[asked.purpose])),
    }
