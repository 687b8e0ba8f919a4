"""What a check of the node found, and the one next step, in Arabic, French and English. Rows: `operations.node_checks`.

Causes by the code of the row; a row that is well has no step. Alarms have their meaning and their step in one sentence
(`alarms.py`, `reconcile_alarms.py`).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from exchange.model.connections import Row
from exchange.sentences.alarms import ALARMS
from exchange.sentences.law.grammar import LEFT_TO_RIGHT, POP
from exchange.sentences.reconcile_alarms import SENTENCES
from exchange.sentences.threefold import Words

NAMES: Final[dict[str, Words]] = {
    "disk": Words("القرص", "Disque", "Disk"),
    "database": Words("قاعدة البيانات", "Base de données", "Database"),
    "clock": Words("الساعة", "Horloge", "Clock"),
    "card": Words("بطاقتنا", "Notre carte", "Our card"),
    "ledger": Words("السجل المحاسبي", "Registre", "Ledger"),
    "witnesses": Words("الشهود", "Témoins", "Witnesses"),
    "agreements": Words("الاتفاقات", "Accords", "Agreements"),
    "partner": Words("الشريك", "Partenaire", "Partner"),
    "reconciled": Words("المطابقة مع", "Rapprochement avec", "Reconciled with"),
}


class Told(NamedTuple):
    """The cause, and what a person does: words, and a page of the console or empty."""

    cause: Words
    step: Words | None = None
    page: str = ""


_RENEW: Final = Words("جدّدها: exchange renew", "Renouvelez-la : exchange renew", "Renew it: exchange renew")
CODES: Final[dict[str, Told]] = {
    "DISK_OK": Told(Words("{mib} مبي بايت خالية", "{mib} Mio libres", "{mib} MiB free")),
    "DISK_LOW": Told(
        Words("بقي {mib} مبي بايت فقط", "il ne reste que {mib} Mio", "only {mib} MiB free"),
        Words("أفسح مكاناً هذا الأسبوع.", "Faites de la place cette semaine.", "Make room this week."),
    ),
    "DISK_FULL": Told(
        Words(
            "بقي {mib} مبي بايت: تتوقف العقدة قريباً",
            "{mib} Mio : le nœud va s'arrêter",
            "{mib} MiB: the node will stop",
        ),
        Words("أفسح مكاناً الآن.", "Faites de la place maintenant.", "Make room now."),
    ),
    "DATABASE_OK": Told(Words("تجيب، ومحدّثة البنية", "répond, à jour", "answers, migrated")),
    "MIGRATIONS_PENDING": Told(
        Words("تنقص {count} ترقية", "{count} migrations en attente", "{count} migrations pending"),
        Words("نفّذ: exchange migrate up", "Exécutez : exchange migrate up", "Run: exchange migrate up"),
    ),
    "CLOCK_OK": Told(Words("{at}", "{at}", "{at}")),
    "CLOCK_BAD": Told(
        Words("لا يُوثق بالساعة ({code})", "l'horloge n'est pas sûre ({code})", "the clock cannot be trusted ({code})"),
        Words(
            "صحّح ساعة الجهاز؛ وبعد توقف طويل: exchange clock confirm",
            "Corrigez l'horloge de la machine ; après un long arrêt : exchange clock confirm",
            "Correct the machine's clock; after a long rest: exchange clock confirm",
        ),
    ),
    "CARD_OK": Told(
        Words(
            "النسخة {version}، بقي {days} يوماً",
            "version {version}, encore {days} jours",
            "version {version}, {days} days left",
        )
    ),
    "CARD_SOON": Told(
        Words(
            "النسخة {version}، بقي {days} يوماً",
            "version {version}, encore {days} jours",
            "version {version}, {days} days left",
        ),
        _RENEW,
    ),
    "CARD_PIN": Told(
        Words("لا تذكر شهادتنا", "ne contient pas notre certificat", "does not pin our certificate"), _RENEW
    ),
    "CARD_BAD": Told(Words("غير صالحة ({code})", "non valable ({code})", "not valid ({code})"), _RENEW),
    "LEDGER_OK": Told(
        Words("{size} قيداً، والرأس موقّع", "{size} entrées, tête signée", "{size} entries, checkpoint signed"),
        None,
        "/audit",
    ),
    "LEDGER_HEAD": Told(
        Words(
            "الرأس الموقّع ليس رأس السجل",
            "la tête signée n'est pas celle du registre",
            "the newest checkpoint is not over the newest head",
        ),
        Words("أوقف العقدة واتصل بالمدقق.", "Arrêtez le nœud et appelez l'auditeur.", "Stop; call the auditor."),
    ),
    "LEDGER_BAD": Told(
        Words("لا يُقرأ ({code})", "illisible ({code})", "cannot be read ({code})"),
        Words(
            "صدّره وتحقق منه: exchange audit export",
            "Exportez-le et vérifiez-le : exchange audit export",
            "Export it and verify it: exchange audit export",
        ),
    ),
    "WITNESS_OK": Told(
        Words("{fresh} من {quorum} مطلوبة", "{fresh} sur {quorum} nécessaires", "{fresh} of {quorum} needed"),
        None,
        "/node/witnesses",
    ),
    "NO_QUORUM": Told(
        Words("لا يُطلب شاهد", "aucun témoin n'est exigé", "no witness is asked for"),
        Words(
            "عيّن witness_quorum في config.toml",
            "Fixez witness_quorum dans config.toml",
            "Set witness_quorum in config.toml",
        ),
    ),
    "WITNESS_STALE": Told(
        Words(
            "{fresh} من {quorum} شركاء وقّعوا على سجلنا خلال 4 ساعات: لا يخرج شيء",
            "{fresh} partenaires sur {quorum} ont contresigné en 4 heures : rien ne sort",
            "{fresh} of {quorum} partners cosigned our ledger within 4 hours: nothing leaves",
        ),
        Words(
            "اطلب التوقيع من شريك، أو ليأذن شخصان.",
            "Demandez à un partenaire de contresigner, ou à deux personnes de déroger.",
            "Ask a partner to cosign, or let two persons allow it.",
        ),
        "/node/witnesses",
    ),
    "WITNESS_OVERRIDDEN": Told(
        Words(
            "{fresh} من {quorum}؛ يخرج ما يخرج بإذن شخصين حتى {until}",
            "{fresh} sur {quorum} ; deux personnes ont dérogé jusqu'au {until}",
            "{fresh} of {quorum}; two persons allow releases until {until}",
        ),
        Words("اطلب التوقيع من شريك.", "Demandez à un partenaire de contresigner.", "Ask a partner to cosign."),
        "/node/witnesses",
    ),
    "WITNESSES_BAD": Told(Words("لا تُقرأ ({code})", "illisibles ({code})", "cannot be read ({code})")),
    "ROLLED_BACK": Told(
        Words(
            "وقّعنا سجلاً من {size} قيداً لدى {partner} وليس لدينا (ROLLED_BACK)",
            "{partner} détient un registre de {size} entrées que nous avons signé et n'avons plus (ROLLED_BACK)",
            "we signed a ledger of {size} entries that {partner} holds and we do not (ROLLED_BACK)",
        ),
        Words(
            "لا يُوقَّع شيء ولا يُرسل: exchange epoch open (docs/operations.md)",
            "Rien n'est signé ni envoyé : exchange epoch open (docs/operations.md)",
            "Nothing is signed or sent: exchange epoch open (docs/operations.md)",
        ),
    ),
    "AGREEMENTS_OK": Told(
        Words(
            "{count} نافذة، وكل مثال كما وُقّع",
            "{count} en vigueur, chaque exemple comme signé",
            "{count} in force, every example as signed",
        ),
        None,
        "/agreements",
    ),
    "NONE": Told(
        Words("لا اتفاق نافذ: لا يخرج شيء", "aucun accord en vigueur : rien ne sort", "none in force: nothing leaves"),
        Words("ضع اتفاقاً موضع النفاذ.", "Mettez un accord en vigueur.", "Put an agreement in force."),
        "/agreements",
    ),
    "AGREEMENTS_BAD": Told(
        Words("مثال لا يصح ({code})", "un exemple échoue ({code})", "an example fails ({code})"),
        Words("انظر الاتفاقات.", "Voyez les accords.", "See the agreements."),
        "/agreements",
    ),
    "TWO_HISTORIES": Told(
        Words(
            "روايتان عند الرقم {seq} من الحقبة {epoch}: لا يُقبل منه شيء",
            "deux histoires au numéro {seq} de l'époque {epoch} : rien n'est pris",
            "two histories at number {seq} of epoch {epoch}: nothing of its stream is taken",
        ),
        Words(
            "اتصل بالشريك؛ exchange partner resolve {partner}",
            "Appelez le partenaire ; exchange partner resolve {partner}",
            "Call the partner; exchange partner resolve {partner}",
        ),
        "/partners/{partner}",
    ),
    "SUSPENDED": Told(
        Words("معلّق", "suspendu", "suspended"),
        Words("انظر صفحته.", "Voyez sa page.", "See its page."),
        "/partners/{partner}",
    ),
    "THEIR_CARD_SOON": Told(
        Words("بقي لبطاقته {days} يوماً", "sa carte vaut encore {days} jours", "its card has {days} days left"),
        Words("اطلب بطاقة جديدة.", "Demandez une nouvelle carte.", "Ask for a new card."),
        "/partners/{partner}",
    ),
    "PARTNER_NEW": Told(
        Words("أُضيف قبل قليل", "ajouté à l'instant", "added a moment ago"), None, "/partners/{partner}"
    ),
    "PARTNER_OK": Told(Words("نبضة في {at}", "signal du {at}", "heartbeat {at}"), None, "/partners/{partner}"),
    "RECONCILED_OK": Told(Words("لا شيء معلّق", "rien en suspens", "nothing stands open"), None, "/audit/reconcile"),
}
_SINCE: Final = Words(" منذ {since}", " Depuis le {since}", " Since {since}")


def name_of(row: Row, lang: str) -> str:
    """What the row is about; a partner's rows with its code."""
    name = NAMES[row.name].in_(lang)
    return f"{name} {row.facts['partner']}" if row.name in ("partner", "reconciled") else name


def cause_of(row: Row, lang: str) -> str:
    """What was found, in words."""
    told = _told(row)
    if told is not None:
        return told.cause.in_(lang).format(**_facts(row, lang))
    since = _SINCE.in_(lang).format(**_facts(row, lang)) if row.facts.get("since") else ""
    return f"{row.code}{since}"


def step_of(row: Row, lang: str) -> str:
    """What a person does next; empty where nothing is to be done."""
    told = _told(row)
    if told is None:
        return (SENTENCES if row.name == "reconciled" else ALARMS)[row.code].in_(lang)
    return "" if told.step is None else told.step.in_(lang).format(**_facts(row, lang))


def _facts(row: Row, lang: str) -> dict[str, str | int]:
    """In Arabic, times and codes keep their own direction (Unicode TR9 §2.7): `2026-11-27` is not read backwards."""
    if lang != "ar":
        return dict(row.facts)
    return {
        name: f"{LEFT_TO_RIGHT}{value}{POP}" if isinstance(value, str) else value for name, value in row.facts.items()
    }


def page_of(row: Row) -> str:
    """The console's page where that is done; empty where there is none."""
    told = _told(row)
    page = told.page if told is not None else "/audit/reconcile" if row.name == "reconciled" else "/partners/{partner}"
    return page.format(**row.facts)


def _told(row: Row) -> Told | None:
    """None for an alarm, whose sentence says both."""
    if (row.name, row.code in SENTENCES) == ("reconciled", True) or (row.name, row.code in ALARMS) == ("partner", True):
        return None
    return CODES.get(row.code)
