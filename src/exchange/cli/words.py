"""The few words of the command line itself in Arabic, French and English: heads of tables and states, no errors."""

from __future__ import annotations

from typing import Final

from exchange.cli.hints import Words

_WORDS: Final[dict[str, Words]] = {
    "alarm": Words("إنذار", "alarme", "alarm"),
    "partner_silent": Words(
        "لم يصل من هذا الشريك شيء منذ ثلاث نبضات. تحقق من الاتصال (exchange doctor --partners) ثم اتصل به.",
        "Ce partenaire n'a pas donné signe de vie depuis trois signaux. Vérifiez la liaison "
        "(exchange doctor --partners), puis appelez-le.",
        "Nothing was heard of this partner for three heartbeats. Check the connection "
        "(exchange doctor --partners), then call it.",
    ),
    "numbers_missing": Words(
        "أرسل هذا الشريك أكثر مما وصل، ولا يصل شيء. اسحب (exchange pull) ثم اتصل به إن لم يصل شيء.",
        "Ce partenaire a envoyé plus que ce qui est arrivé, et rien n'arrive. Tirez (exchange pull), puis appelez-le "
        "si rien ne vient.",
        "This partner has sent more than came, and nothing comes. Pull (exchange pull), then call it if nothing comes.",
    ),
    "tail_cut_there": Words(
        "يقول هذا الشريك إنه أرسل أقل مما وصل: مخزنه أقدم مما كان. اتصل به قبل أن يرسل شيئاً.",
        "Ce partenaire dit avoir envoyé moins que ce qui est arrivé : sa base est plus ancienne qu'elle ne l'était. "
        "Appelez-le avant qu'il n'envoie quoi que ce soit.",
        "This partner says that it has sent less than came: its store is older than it was. Call it before it sends "
        "anything.",
    ),
    "tail_cut_here": Words(
        "يقول هذا الشريك إن لديه منّا أكثر مما نعلم أننا أرسلناه. إن كانت نسخة احتياطية قد استُعيدت فأوقف العقدة "
        "(docs/operations.md، القسم 7). وإلا فاتصل به: قوله وحده لا يثبت شيئاً.",
        "Ce partenaire dit avoir reçu de nous plus que nous ne savons avoir envoyé. Si une sauvegarde a été restaurée, "
        "arrêtez le nœud (docs/operations.md, section 7). Sinon, appelez-le : sa parole seule ne prouve rien.",
        "This partner says that it has more of ours than we know to have sent. If a backup was restored, stop the node "
        "(docs/operations.md, section 7). Otherwise call it: its word alone proves nothing.",
    ),
    "heads_contradict": Words(
        "وقّع هذا الشريك سجلّين مختلفين بالحجم نفسه. اكتب الدليل (exchange witness evidence) ثم اتصل به وبمدققكم.",
        "Ce partenaire a signé deux journaux différents de même taille. Écrivez la preuve (exchange witness evidence), "
        "puis appelez-le, ainsi que votre auditeur.",
        "This partner signed two different ledgers of one size. Write the evidence (exchange witness evidence), then "
        "call it and your auditor.",
    ),
    "heads_unproven": Words(
        "لا يُثبت هذا الشريك أن رؤوس سجلّه متصلة بعضها ببعض. اتصل به.",
        "Ce partenaire ne prouve pas que les états de son journal se suivent. Appelez-le.",
        "This partner does not show that the heads of its ledger belong together. Call it.",
    ),
    "new_epoch": Words(
        "عاد هذا الشريك من نسخة احتياطية وفتح حقبة جديدة. اسأله عمّا فقده، ثم طابق (exchange audit reconcile-now).",
        "Ce partenaire revient d'une sauvegarde et a ouvert une nouvelle époque. Demandez-lui ce qu'il a perdu, puis "
        "rapprochez (exchange audit reconcile-now).",
        "This partner came back from a backup and opened a new epoch. Ask what it lost, then reconcile "
        "(exchange audit reconcile-now).",
    ),
    "witness_stale": Words(
        "لم يوقّع عدد كافٍ من الشركاء على سجلّنا خلال أربع ساعات: لا تخرج سجلات. انظر exchange witness show.",
        "Trop peu de partenaires ont contresigné notre journal en quatre heures : rien ne sort. Voyez "
        "exchange witness show.",
        "Too few partners cosigned our ledger within four hours: no record leaves. See exchange witness show.",
    ),
    "rolled_back": Words(
        "سجلّنا أقدم مما وقّعناه: لا شيء يُوقَّع ولا يُرسَل. اقرأ docs/operations.md، القسم 7، ثم exchange epoch open.",
        "Notre journal est plus ancien que ce que nous avons signé : rien n'est signé ni envoyé. Lisez "
        "docs/operations.md, section 7, puis exchange epoch open.",
        "Our ledger is older than what we signed: nothing is signed or sent. Read docs/operations.md, section 7, then "
        "exchange epoch open.",
    ),
    "code_is_a_signature": Words(
        "من يكتب هذا الرمز في صفحتك خلال عشر دقائق يوافق باسمك على هذه البصمة وحدها. لا تعطه أحداً.",
        "Ce code vaut votre signature pour cette seule empreinte, pendant dix minutes. Ne le donnez à personne.",
        "For ten minutes this code is your signature under this digest alone. Give it to nobody.",
    ),
    "link_is_a_secret": Words(
        "من يفتح هذا الرابط أولاً يدخل باسم هذا الشخص. سلّمه إليه بنفسك، ولا ترسله بالبريد.",
        "Qui ouvre ce lien le premier entre au nom de cette personne. Remettez-le en main propre, jamais par courriel.",
        "Whoever opens this link first signs in as this person. Hand it over yourself, never by mail.",
    ),
    "waivers": Words("الإعفاءات", "dérogations", "waivers"),
    "standing_approvals": Words("الموافقات الدائمة", "approbations permanentes", "standing approvals"),
    "ended_by_partner": Words(
        "أنهى طرف آخر هذا الاتفاق. اقرأ إشعاره (exchange messages list)، ثم أنهِ الاتفاق أو علّقه: "
        "exchange agreement terminate أو suspend",
        "Une autre partie a mis fin à cet accord. Lisez sa notification (exchange messages list), puis terminez ou "
        "suspendez l'accord : exchange agreement terminate ou suspend",
        "Another party has ended this agreement. Read its notice (exchange messages list), then end or suspend it: "
        "exchange agreement terminate or suspend",
    ),
    "missing": Words(
        "مذكور في المُرسَل وليس لدى الشريك",
        "nommé dans l'envoi, et le partenaire ne l'a pas",
        "named in what leaves, and the partner does not have it",
    ),
    "not_told": Words("لم يُبلَّغ به", "non transmis", "not told"),
    "sent": Words("يُرسل", "transmis", "sent"),
    "coarser": Words("يُرسل أقل دقة", "transmis moins précis", "coarser"),
    "withheld": Words("محجوب", "retenu", "withheld"),
    "released": Words("يمكن إحالته", "communicable", "releasable"),
    "denied": Words("مرفوض", "refusé", "denied"),
    "handling": Words("المعالجة", "traitement", "handling"),
    "approvals": Words("الموافقات", "approbations", "approvals"),
    "marking": Words("التصنيف", "marquage", "marking"),
    "caveats": Words("القيود", "réserves", "caveats"),
    "purposes": Words("الأغراض", "finalités", "purposes"),
    "retention_days": Words("أيام الحفظ", "conservation (jours)", "retention (days)"),
    "onward": Words("الإحالة إلى طرف ثالث", "transmission ultérieure", "onward"),
    "name_one": Words(
        "لا تقوم الإحالة إلا على اتفاق واحد، فسمِّه:",
        "Une communication se fonde sur un seul accord ; nommez-le :",
        "A release names exactly one agreement; name it:",
    ),
    "no_agreement": Words(
        "لا اتفاق نافذ مع هذه الدولة.",
        "Aucun accord n'est en vigueur avec cet État.",
        "No agreement is in force with this state.",
    ),
    "digest": Words("البصمة الرقمية", "empreinte", "digest"),
    "partner": Words("الشريك", "partenaire", "partner"),
    "time": Words("الوقت", "heure", "time"),
    "version": Words("النسخة", "version", "version"),
    "purpose": Words("الغرض", "finalité", "purpose"),
    "state": Words("الحالة", "état", "state"),
    "claims": Words("الحقول المرسلة", "champs transmis", "claims sent"),
    "number": Words("الرقم", "numéro", "number"),
    "records": Words("السجلات", "fiches", "records"),
    "destroyed": Words("أُتلف", "détruit", "destroyed"),
    "opened": Words("اطّلع عليه مدقق", "consulté par un auditeur", "shown to an auditor"),
    "outstanding": Words("لم يُجب بعد", "sans réponse", "outstanding"),
    "added": Words("أُضيف", "ajouté", "added"),
    "removed": Words("حُذف", "supprimé", "removed"),
    "changed": Words("تغيّر", "modifié", "changed"),
    "agreement": Words("الاتفاق", "accord", "agreement"),
    "would_help": Words("ما يجعله قابلاً للإرسال", "ce qui le rendrait communicable", "what would make it releasable"),
    "who": Words("من", "qui", "who"),
    "stage": Words("المرحلة", "étape", "stage"),
    "proposed": Words("عند الاقتراح", "à la proposition", "as proposed"),
    "at_release": Words("عند الإحالة", "à la communication", "as released"),
    "record": Words("السجل", "fiche", "record"),
    "result": Words("النتيجة", "résultat", "result"),
    "equal": Words("مطابق", "identique", "equal"),
    "different": Words("مختلف", "différent", "different"),
    "other_rules": Words("قواعد برنامج أخرى", "règles d'un autre logiciel", "other rules of software"),
    "erased": Words("مُحي السجل", "fiche effacée", "record erased"),
    "not_retaken": Words("لم يُعد اتخاذه", "non repris", "not taken again"),
    "documents_hold": Words(
        "الوثائق والتواقيع كما كانت",
        "documents et signatures conformes",
        "documents and signatures are those of the time",
    ),
    "without_values": Words(
        "لا يمكن إعادة اتخاذ القرار بلا قيم السجل: الاختبارات والضمانات تقرؤها. فُحصت البصمات والمدخلات والوثائق.",
        "Sans les valeurs de la fiche la décision ne peut être reprise : les critères et garanties les lisent. "
        "Empreintes, entrées et documents sont vérifiés.",
        "Without the record's values the decision cannot be taken again: tests and safeguards read them. "
        "Digests, inputs and documents were checked.",
    ),
    "ledger_says": Words(
        "قارنها بما في السجل التدقيقي (release.decided)",
        "à comparer au registre (release.decided)",
        "compare with the ledger (release.decided)",
    ),
    "severity": Words("الدرجة", "gravité", "severity"),
    "error": Words("خطأ", "erreur", "error"),
    "warning": Words("تنبيه", "avertissement", "warning"),
    "code": Words("الرمز", "code", "code"),
    "place": Words("الموضع", "endroit", "place"),
    "finding": Words("ما وُجد", "constat", "finding"),
    "no_findings": Words("لا ملاحظات.", "Aucun constat.", "No findings."),
    "effect": Words("الأثر", "effet", "effect"),
    "wider": Words("أوسع", "élargit", "wider"),
    "narrower": Words("أضيق", "restreint", "narrower"),
    "other": Words("آخر", "autre", "other"),
    "no_changes": Words("لا فرق في المعنى.", "Aucune différence de sens.", "No difference in meaning."),
    "direction": Words("الاتجاه", "sens", "direction"),
    "kind": Words("نوع السجل", "type de fiche", "kind"),
    "gained": Words("ما يزيد", "en plus", "gained"),
    "lost": Words("ما ينقص", "en moins", "lost"),
    "recipient": Words("المستلم", "destinataire", "recipient"),
    "sim_records": Words("سجلات فُحصت", "fiches examinées", "records looked at"),
    "sim_released": Words("يُحال من جديد", "nouvellement communiquées", "newly released"),
    "sim_stopped": Words("يتوقف", "ne partent plus", "would stop"),
    "sim_changed": Words("يتغيّر", "changées", "changed"),
    "sim_claims_gained": Words("معلومات تُحال من جديد", "éléments en plus", "claims newly released"),
    "sim_claims_lost": Words("معلومات تتوقف", "éléments en moins", "claims that would stop"),
    "sim_handling": Words("سجلات تتغيّر معالجتها", "fiches au traitement changé", "records with changed handling"),
    "signed_by": Words("وقّع عليه:", "signé par :", "signed by:"),
    "terminated": Words("انتهى الاتفاق. النسخ:", "a pris fin. Copies :", "has ended. Copies:"),
    "end_asked": Words(
        "طُلب إنهاؤه؛ يؤكده شخص آخر.",
        "fin demandée ; une autre personne confirme.",
        "its end is asked for; another person confirms.",
    ),
    "NO_ARREST_BASIS": Words(
        "لا يجوز أن يكون هذا السجل أساساً للتوقيف.",
        "Cette fiche ne peut fonder une arrestation.",
        "This record is no basis for an arrest.",
    ),
    "NO_REMOVAL_BASIS": Words(
        "لا يجوز أن يكون هذا السجل أساساً للإبعاد أو التسليم.",
        "Cette fiche ne peut fonder un éloignement ni une remise.",
        "This record is no basis for a removal or a surrender.",
    ),
    "COURT_USE_NEEDS_CONSENT": Words(
        "لا يُستعمل هذا السجل أمام القضاء إلا بموافقة الدولة المُصدِرة.",
        "Cette fiche ne sert en justice qu'avec l'accord de l'État émetteur.",
        "This record is used in court only with the issuing state's consent.",
    ),
    "nothing_sent": Words("لم يُرسل شيء.", "Rien n'a été transmis.", "Nothing has been sent."),
}
HEADINGS: Final[dict[str, Words]] = {
    "passkey": Words("مفتاح المرور", "clé d'accès", "passkey"),
    "added_on": Words("أضيف في", "ajoutée le", "added"),
    "used_on": Words("آخر استعمال", "dernier usage", "last used"),
    "field": Words("الحقل", "champ", "field"),
    "we_hold": Words("لدينا", "nous détenons", "we hold"),
    "partner_sees": Words("يرى الشريك", "le partenaire voit", "partner sees"),
    "rule": Words("القاعدة", "règle", "rule"),
    "id": Words("المعرّف", "identifiant", "id"),
    "version": Words("الإصدار", "version", "version"),
    "kind": Words("النوع", "type", "kind"),
    "state": Words("الحالة", "état", "state"),
    "signed_by": Words("الموقّعون", "signé par", "signed by"),
    "changed": Words("آخر تغيير", "modifié", "changed"),
    "held": Words("الحيازة", "détenu", "held"),
    "name": Words("الاسم", "nom", "name"),
    "latin": Words("بالحروف اللاتينية", "en lettres latines", "in Latin letters"),
    "claim": Words("البيان", "assertion", "claim"),
    "path": Words("المسار", "chemin", "path"),
    "value": Words("القيمة", "valeur", "value"),
    "statement": Words("الصيغة", "énoncé", "statement"),
    "grade": Words("درجة الموثوقية", "cotation", "grade"),
    "record": Words("السجل", "fiche", "record"),
    "records": Words("السجلات", "fiches", "records"),
    "check": Words("الفحص", "contrôle", "check"),
    "cause": Words("السبب", "cause", "cause"),
    "next_step": Words("الخطوة التالية", "étape suivante", "next step"),
    "class": Words("الفئة", "catégorie", "class"),
    "envelopes": Words("الظروف", "enveloppes", "envelopes"),
    "fault": Words("الخلل", "défaut", "fault"),
    "entry": Words("القيد", "entrée", "entry"),
    "before": Words("قبل", "avant", "before"),
    "line": Words("السطر", "ligne", "line"),
    "added": Words("أضيف", "ajoutées", "added"),
    "updated": Words("حُدّث", "mises à jour", "updated"),
    "unchanged": Words("بلا تغيير", "inchangées", "unchanged"),
    "delisted": Words("شُطب", "radiées", "delisted"),
    "erased": Words("مُحي هنا ويبقى خارجًا", "effacées ici, restent dehors", "erased here, stay out"),
    "oddities": Words("الملاحظات", "anomalies", "oddities"),
    "oddity": Words("الملاحظة", "anomalie", "oddity"),
    "places": Words("المواضع", "emplacements", "places"),
    "person": Words("الشخص", "personne", "person"),
    "role": Words("الدور", "rôle", "role"),
    "partner": Words("الشريك", "partenaire", "partner"),
    "address": Words("العنوان", "adresse", "address"),
    "card": Words("البطاقة", "carte", "card"),
    "grant": Words("الإذن", "autorisation", "grant"),
    "holder": Words("الحائز", "détenteur", "holder"),
    "revoked": Words("أُلغي في", "révoquée le", "revoked"),
    "envelope": Words("الظرف", "enveloppe", "envelope"),
    "message": Words("الرسالة", "message", "message"),
    "answered": Words("أُجيب في", "répondu le", "answered"),
    "created": Words("أُنشئ في", "créé le", "created"),
    "direction": Words("الاتجاه", "sens", "direction"),
    "due": Words("الموعد", "échéance", "due"),
    "overdue": Words("متأخر", "en retard", "overdue"),
    "by": Words("على من", "à qui", "by whom"),
    "outcome": Words("النتيجة", "issue", "outcome"),
    "release": Words("الإحالة", "communication", "release"),
    "thread": Words("المحادثة", "fil", "thread"),
    "type": Words("النوع", "genre", "type"),
    "change": Words("التغيير", "changement", "change"),
    "digest": Words("البصمة", "empreinte", "digest"),
    "effect": Words("الأثر", "effet", "effect"),
    "gained": Words("ما يزيد", "en plus", "gained"),
    "lost": Words("ما ينقص", "en moins", "lost"),
    "handling": Words("المعالجة", "traitement", "handling"),
    "offers": Words("العروض", "offres", "offers"),
    "originator": Words("المُصدِر", "émetteur", "originator"),
    "recipient": Words("المستلم", "destinataire", "recipient"),
    "sentence": Words("الجملة", "phrase", "sentence"),
    "severity": Words("الدرجة", "gravité", "severity"),
    "expires": Words("تنتهي في", "expire le", "expires"),
    "fingerprint": Words("البصمة", "empreinte", "fingerprint"),
    "inbox": Words("الوارد", "boîte de réception", "inbox"),
    "releases": Words("الإحالات", "communications", "releases"),
    "from": Words("من", "de", "from"),
    "to": Words("إلى", "à", "to"),
    "number": Words("الرقم", "numéro", "number"),
    "code": Words("الرمز", "code", "code"),
    "agreement": Words("الاتفاق", "accord", "agreement"),
    "agreements": Words("الاتفاقات", "accords", "agreements"),
    "purpose": Words("الغرض", "finalité", "purpose"),
    "received": Words("تاريخ الاستلام", "reçu le", "received"),
    "approvals": Words("الموافقات", "approbations", "approvals"),
    "proposer": Words("المقترِح", "proposé par", "proposer"),
    "bulk": Words("الدفعة", "lot", "bulk"),
    "node": Words("العقدة", "nœud", "node"),
    "ledger": Words("السجل المحاسبي", "registre", "ledger"),
    "sent_up_to": Words("أُرسل حتى", "envoyé jusqu'à", "sent up to"),
    "taken_up_to": Words("استُلم حتى", "reçu jusqu'à", "taken up to"),
    "stopped_at": Words("متوقف عند", "arrêté à", "stopped at"),
    "waiting": Words("قيد الانتظار", "en attente", "waiting"),
    "accepted": Words("مقبولة", "acceptées", "accepted"),
    "refused": Words("مرفوضة", "refusées", "refused"),
    "records_held": Words("سجلات لدينا", "fiches détenues", "records held"),
    "last_heartbeat": Words("آخر نبضة", "dernier signal", "last heartbeat"),
    "at": Words("الوقت", "date", "time"),
    "matched": Words("متطابقة", "concordants", "matched"),
    "in_flight": Words("في الطريق", "en route", "in flight"),
    "contradictions": Words("تناقضات", "contradictions", "contradictions"),
    "acknowledged_by": Words("أقرّ بها", "vu par", "acknowledged by"),
    "witness": Words("الشاهد", "témoin", "witness"),
    "entries": Words("القيود", "entrées", "entries"),
    "cosigned": Words("وُقّع في", "contresigné", "cosigned"),
}
"""Heads of tables, by the name that the same column has in JSON."""


def word(name: str, lang: str) -> str:
    """The word `name` in `lang`; the head of a column is a word too."""
    return (_WORDS[name] if name in _WORDS else HEADINGS[name]).in_(lang)


def heading(name: str, lang: str) -> str:
    """The head of the column `name` in `lang`. KeyError for one that has no words: nothing is shown untranslated."""
    return HEADINGS[name].in_(lang)
