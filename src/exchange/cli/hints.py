"""What to do next after an error, by code, in Arabic, French and English. The errors: `exchange.sentences`."""

from __future__ import annotations

from typing import Final

from exchange.errors import Code
from exchange.sentences.threefold import Words

__all__ = ["Words", "hint"]

_HINTS: Final[dict[Code, Words]] = {
    Code.CONFIG_INVALID: Words(
        "عيّن --home أو EXCHANGE_HOME، أو أنشئ عقدة: exchange init --node XX --home المجلد",
        "indiquez --home ou EXCHANGE_HOME, ou créez un nœud : exchange init --node XX --home DOSSIER",
        "name the folder with --home or EXCHANGE_HOME, or make a node: exchange init --node XX --home FOLDER",
    ),
    Code.KEYFILE_LOCKED: Words(
        "عيّن ملف عبارة المرور: --passphrase-file أو EXCHANGE_PASSPHRASE_FILE",
        "indiquez le fichier de la phrase secrète : --passphrase-file ou EXCHANGE_PASSPHRASE_FILE",
        "name the file with the passphrase: --passphrase-file or EXCHANGE_PASSPHRASE_FILE",
    ),
    Code.TOKEN_UNKNOWN: Words(
        "عيّن ملف رمزك: --token-file أو EXCHANGE_TOKEN_FILE؛ يصدره المدير: exchange user token",
        "indiquez votre jeton : --token-file ou EXCHANGE_TOKEN_FILE ; l'administrateur le crée : exchange user token",
        "name your token: --token-file or EXCHANGE_TOKEN_FILE; an administrator makes one: exchange user token",
    ),
    Code.PERMISSION_MISSING: Words(
        "اطلب ذلك من شخص له هذه الصلاحية: exchange user list",
        "demandez à une personne qui a ce droit : exchange user list",
        "ask somebody who holds this permission: exchange user list",
    ),
    Code.MIGRATION_PENDING: Words(
        "حدّث قاعدة البيانات: exchange migrate up",
        "mettez la base à niveau : exchange migrate up",
        "bring the database up to date: exchange migrate up",
    ),
    Code.AGREEMENT_UNSIGNED: Words(
        "أضف التواقيع الناقصة: exchange agreement add-signature الملف",
        "ajoutez les signatures manquantes : exchange agreement add-signature FICHIER",
        "add the missing signatures: exchange agreement add-signature FILE",
    ),
    Code.AGREEMENT_NOT_IN_FORCE: Words(
        "انظر ما هو نافذ: exchange agreement list",
        "voyez ce qui est en vigueur : exchange agreement list",
        "see what is in force: exchange agreement list",
    ),
    Code.SELF_APPROVAL: Words(
        "يوافق شخص آخر: exchange approve",
        "une autre personne doit approuver : exchange approve",
        "another person must approve: exchange approve",
    ),
    Code.APPROVAL_MISSING: Words(
        "يوافق شخص آخر أولاً: exchange approve",
        "une autre personne approuve d'abord : exchange approve",
        "another person approves first: exchange approve",
    ),
    Code.APPROVAL_STALE: Words(
        "تغيّر شيء منذ الاقتراح؛ اقترح من جديد: exchange push",
        "quelque chose a changé depuis la proposition ; proposez de nouveau : exchange push",
        "something changed since the proposal; propose again: exchange push",
    ),
    Code.NOTHING_TO_RELEASE: Words(
        "انظر أسباب كل حقل: exchange preview",
        "voyez les raisons champ par champ : exchange preview",
        "see the reasons field by field: exchange preview",
    ),
    Code.PARTNER_UNKNOWN: Words(
        "أضف الشريك ببطاقته وبصمته المقارنة بالهاتف: exchange partner add",
        "ajoutez le partenaire avec sa carte et l'empreinte comparée de vive voix : exchange partner add",
        "add the partner with its card and the fingerprint compared by voice: exchange partner add",
    ),
    Code.PARTNER_UNREACHABLE: Words(
        "لا يضيع شيء: يعيد العامل المحاولة؛ انظر exchange doctor",
        "rien n'est perdu : l'envoi sera retenté ; voyez exchange doctor",
        "nothing is lost: the worker tries again; see exchange doctor",
    ),
    Code.ROOT_MISMATCH: Words(
        "قارن البصمة بالهاتف؛ لا تتابع بغير ذلك",
        "comparez l'empreinte de vive voix ; ne continuez pas sans cela",
        "compare the fingerprint by voice; do not go on without it",
    ),
    Code.EQUIVOCATION: Words(
        "لا يؤخذ شيء من هذا الشريك حتى يُعرف السبب: exchange doctor، ثم exchange partner resolve",
        "rien de ce partenaire n'est pris tant que la cause n'est pas connue : exchange doctor, "
        "puis exchange partner resolve",
        "nothing of this partner is taken until the cause is known: exchange doctor, then exchange partner resolve",
    ),
    Code.DATABASE_BUSY: Words("أعد المحاولة", "réessayez", "try again"),
    Code.DATABASE_UNAVAILABLE: Words("انظر exchange doctor", "voyez exchange doctor", "see exchange doctor"),
    Code.CLOCK_UNSAFE: Words(
        "صحّح ساعة الجهاز؛ وإن كانت صحيحة بعد توقف طويل فليؤكدها المدير: exchange clock confirm",
        "corrigez l'horloge de la machine ; si elle est juste après un long arrêt, l'administrateur la confirme : "
        "exchange clock confirm",
        "correct the machine's clock; if it is right after a long rest, an administrator confirms it: "
        "exchange clock confirm",
    ),
    Code.NOT_LOOPBACK: Words(
        "العرض التوضيحي يعمل على 127.0.0.1 فقط",
        "la démonstration ne tourne que sur 127.0.0.1",
        "the demonstration runs on 127.0.0.1 only",
    ),
}


def hint(code: Code, lang: str) -> str | None:
    """The next step after `code`, if one is known."""
    words = _HINTS.get(code)
    return None if words is None else words.in_(lang)
