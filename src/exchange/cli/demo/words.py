"""The words of the demonstration in Arabic, French and English."""

from __future__ import annotations

from typing import Final

from exchange.cli.hints import Words

TEXTS: Final[dict[str, Words]] = {
    "banner": Words(
        "عرض توضيحي: بيانات اصطناعية فقط، وليس للبيانات الحقيقية. كل شيء في المجلد",
        "Démonstration : données synthétiques uniquement, PAS de données réelles. Tout est dans le dossier",
        "Demonstration: synthetic data only, NOT for real data. Everything is in the folder",
    ),
    "keys": Words("المفاتيح والشهادات", "clés et certificats", "keys and certificates"),
    "people": Words("الأشخاص", "personnes", "people"),
    "partners": Words("الشركاء", "partenaires", "partners"),
    "agreements": Words(
        "الاتفاقات، بتوقيع كل الأطراف", "accords, signés par toutes les parties", "agreements, signed by all parties"
    ),
    "records": Words("السجلات الاصطناعية", "fiches synthétiques", "synthetic records"),
    "starting": Words("تشغيل العقد", "démarrage des nœuds", "starting the nodes"),
    "preview": Words(
        "معاينة: ما الذي ستراه الإمارات من السجل، ولماذا يُحجب الباقي",
        "Aperçu : ce que les Émirats verraient d'une fiche, et pourquoi pas le reste",
        "Preview: what the Emirates would see of a record, and why not the rest",
    ),
    "release": Words(
        "إحالة يوافق عليها شخص آخر؛ ولا يوافق أحد على اقتراحه",
        "Une communication approuvée par une autre personne ; nul n'approuve la sienne",
        "A release that another person approves; nobody approves their own",
    ),
    "views": Words(
        "السجل نفسه كما تسلّمته الإمارات وكما تسلّمته الكويت",
        "La même fiche, telle que reçue par les Émirats et par le Koweït",
        "The same record as the Emirates received it, and as Kuwait did",
    ),
    "outage": Words(
        "عقدة الإمارات متوقفة؛ لا يضيع شيء، وتجلبه بعد عودتها",
        "Le nœud des Émirats est arrêté ; rien n'est perdu, il vient chercher à son retour",
        "The Emirates' node is down; nothing is lost, it pulls when it is back",
    ),
    "denied": Words(
        "طلب لا يسمح به الاتفاق: السبب مكتوب ولا يخرج شيء",
        "Une demande que l'accord n'autorise pas : le motif est dit, rien ne sort",
        "A request that the agreement does not allow: the reason is told, nothing leaves",
    ),
    "onward": Words(
        "الإمارات لا تمرّر سجل الجزائر إلى الكويت بلا إذنها",
        "Les Émirats ne transmettent pas au Koweït la fiche de l'Algérie sans son autorisation",
        "The Emirates may not pass Algeria's record on to Kuwait without its consent",
    ),
    "correction": Words(
        "تصحيح: القديم والجديد عند المستلم، وإقرار بالاستلام",
        "Une correction : l'ancien et le nouveau chez le destinataire, qui en accuse réception",
        "A correction: old and new at the recipient, who acknowledges it",
    ),
    "recall": Words(
        "سحب: الإمارات تُتلف، والكويت تحتفظ بحكم قانونها وتقول إلى متى",
        "Un rappel : les Émirats détruisent, le Koweït conserve selon sa loi et dit jusqu'à quand",
        "A recall: the Emirates destroy, Kuwait keeps by its law and says until when",
    ),
    "witnesses": Words(
        "الشريكان يشهدان على سجل الجزائر قبل أن يخرج منها شيء",
        "Les deux partenaires contresignent le registre de l'Algérie, avant que rien n'en sorte",
        "Both partners cosign Algeria's ledger, before anything leaves",
    ),
    "backup": Words(
        "نسخة احتياطية من قاعدة بيانات الجزائر؛ وبعدها يستمر العمل",
        "Une sauvegarde de la base de l'Algérie ; puis le travail continue",
        "A backup of Algeria's database; then the work goes on",
    ),
    "audit": Words(
        "المدققون يتحققون من السجلات الثلاثة ببرنامجين ويطابقون بينها، بلا عقدة",
        "Les auditeurs vérifient les trois registres avec deux programmes et les rapprochent, sans aucun nœud",
        "The auditors verify all three ledgers with two programs and reconcile them, without any node",
    ),
    "reconcile": Words(
        "عقدتان عاملتان تطابقان سجليهما، وتوقّع كلتاهما النتيجة",
        "Deux nœuds en marche rapprochent leurs registres ; les deux signent le résultat",
        "Two running nodes reconcile; both sign the result, and anybody can check it",
    ),
    "tamper": Words(
        "نغيّر بايتاً واحداً في السجل المصدَّر: يُكشف مكانه",
        "Nous changeons un seul octet du registre exporté : il est trouvé, à sa place",
        "We change one byte of an exported ledger: it is found, with its place",
    ),
    "bundle": Words(
        "ملف واحد لمحكمة: أدلة إحالة واحدة، ويتحقق منه البرنامجان",
        "Un dossier pour un tribunal : la preuve d'une communication, vérifiée par les deux programmes",
        "One file for a court: the evidence of one release, verified by both programs",
    ),
    "rollback": Words(
        "نعيد النسخة القديمة: الشريكان يكشفانها، والعقدة لا توقّع شيئاً ولا ترسله",
        "Nous remettons l'ancienne sauvegarde : les partenaires la dévoilent, le nœud ne signe et n'envoie rien",
        "We put the old backup back: the partners' heads reveal it, and the node signs and sends nothing",
    ),
    "epoch": Words(
        "حقبة جديدة يراها الشركاء: الإحالات تبدأ من الرقم 1، والسجل يثبت مرة أخرى",
        "Une nouvelle époque, que les partenaires voient : on repart du numéro 1, et le registre se vérifie",
        "A new epoch that partners see: numbers begin again at 1, and the ledger verifies",
    ),
    "blinded": Words(
        "شخص واحد: بالعربية في الكويت وبالفرنسية في الجزائر؛ يُعثر عليه دون أن تُظهر أي منهما قائمتها",
        "Une même personne, en arabe au Koweït, en français en Algérie : trouvée sans que nul ne montre sa liste",
        "One person, in Arabic in Kuwait and in French in Algeria: found although neither shows its list",
    ),
    "level": Words(
        "قطر لا تجيب بموجب اتفاقها إلا بدرجة: لا اسم ولا جهة اتصال",
        "Le Qatar, selon son accord, ne répond que par un degré : ni nom, ni contact",
        "Qatar, under its agreement, answers with a level only: no name, nobody to contact",
    ),
    "one_verifier": Words(
        "docs/spec/verifier.py غير موجود هنا: تحقق برنامجنا وحده",
        "docs/spec/verifier.py n'est pas ici : seul notre programme a vérifié",
        "docs/spec/verifier.py is not here: only our own program has verified",
    ),
    "field": Words("الحقل", "champ", "field"),
    "only": Words("لا يراه إلا", "vu seulement par", "seen only by"),
    "both": Words("كلاهما", "les deux", "both"),
    "done": Words("تمّ كل شيء كما ينبغي", "tout s'est passé comme prévu", "all went as it should"),
    "failed": Words("خطوة لم تنجح", "une étape a échoué", "a step failed"),
    "links": Words(
        "روابط الدخول إلى الواجهات، كلٌّ منها يعمل مرة واحدة خلال 8 ساعات:",
        "Liens d'entrée dans les consoles ; chacun sert une fois, dans les 8 heures :",
        "Links into the consoles; each works once, within 8 hours:",
    ),
    "trust": Words(
        "شهادات العقد موقّعة ذاتياً: يحذّر المتصفح مرة واحدة لكل عقدة. العقد تبقى عاملة حتى:",
        "Les certificats des nœuds sont auto-signés : le navigateur avertit une fois par nœud. Les nœuds tournent "
        "jusqu'à :",
        "The nodes' certificates are self-signed: the browser warns once for each node. The nodes run until:",
    ),
    "stop": Words("للإيقاف: Ctrl-C", "Arrêt : Ctrl-C", "Stop: Ctrl-C"),
    "next": Words("التالي: exchange demo tour", "Ensuite : exchange demo tour", "Next: exchange demo tour"),
}


def say(name: str, lang: str) -> str:
    """The text `name` in `lang`."""
    return TEXTS[name].in_(lang)
