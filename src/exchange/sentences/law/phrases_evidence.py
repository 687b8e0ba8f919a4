"""The words of the pages that go with an evidence bundle, in Arabic, French and English."""

from __future__ import annotations

from typing import Final

from exchange.policies.agreement import Text

EVIDENCE: Final[dict[str, Text]] = {
    "title": Text("ملف إثبات لتبادل واحد", "Dossier de preuve d'un échange", "Evidence of one exchange"),
    "note": Text(
        "تلخّص هذه الصفحات ملفاً موقّعاً وهو وحده الدليل. يُتحقق منه دون اتصال ودون ثقة بالجهة التي أعدّته.",
        "Ces pages résument un fichier signé, qui seul fait preuve. Il se vérifie hors ligne, sans croire son auteur.",
        "These pages sum up a signed file, which alone is the evidence. It verifies offline, trusting nobody.",
    ),
    "exchange": Text("ما أُرسل", "Ce qui a été transmis", "What was sent"),
    "acts": Text("من تصرّف ومتى", "Qui a agi, et quand", "Who acted, and when"),
    "result": Text("نتيجة التحقق", "Résultat de la vérification", "Result of the verification"),
    "digests": Text("البصمات", "Empreintes", "Digests"),
    "not_proven": Text("ما لا يثبته هذا", "Ce que cela ne prouve pas", "What this does not prove"),
    "item": Text("البند", "Élément", "Item"),
    "content": Text("المضمون", "Contenu", "Content"),
    "yes": Text("نعم", "oui", "yes"),
    "sender": Text("المرسل", "Expéditeur", "Sender"),
    "recipient": Text("المستلم", "Destinataire", "Recipient"),
    "kinds": Text("سجلات عن", "Fiches sur", "Records on"),
    "records": Text("عدد السجلات", "Nombre de fiches", "Number of records"),
    "agreement": Text("الاتفاق والإصدار", "Accord, version", "Agreement, version"),
    "clauses": Text("البنود المطبقة", "Clauses appliquées", "Clauses applied"),
    "purpose": Text("الغرض", "Finalité", "Purpose"),
    "number": Text("الرقم في التسلسل", "Numéro dans la suite", "Number in the stream"),
    "proposed": Text("اقترح الإرسال", "Proposé", "Proposed"),
    "approved": Text("وافق", "Approuvé", "Approved"),
    "substitute": Text("بدلاً من موافقة", "Tenant lieu d'approbation", "In place of an approval"),
    "released": Text("أرسل", "Transmis", "Released"),
    "voided": Text("أُلغي الرقم لاحقاً", "Numéro annulé depuis", "Number voided since"),
    "answer": Text("رد المستلم", "Réponse du destinataire", "Recipient's answer"),
    "made": Text("أُعدّ الملف", "Dossier établi", "File made"),
    "verified": Text(
        "تحققت التواقيع وأدلة الإدراج والموافقات والاتفاق، والإيصال إن ورد، وتتطابق البصمات بعضها مع بعض.",
        "Signatures, preuves d'inclusion, approbations, accord, et accusé s'il y en a un, sont vérifiés.",
        "Signatures, inclusion proofs, approvals, agreement and, where one came, the receipt verify.",
    ),
    "fingerprint": Text("بصمة جذر المرسل", "Racine de l'expéditeur", "Sender's root"),
    "what": Text("ما ووفق عليه", "Ce qui fut approuvé", "What was approved"),
    "envelope": Text("المظروف", "Enveloppe", "Envelope"),
    "decision": Text("القرار", "Décision", "Decision"),
    "root": Text("جذر السجل الموقّع", "Racine du journal", "Root of the ledger"),
    "place": Text("الموضع والحجم", "Place / taille", "Place / size"),
    "witness": Text("شاهد، جذره كما في الاتفاق", "Témoin, racine de l'accord", "Witness, root as in the agreement"),
    "witness_unnamed": Text(
        "شاهد، جذره ليس في الاتفاق", "Témoin, racine hors accord", "Witness, root not in the agreement"
    ),
    "cosigners": Text("تواقيع شهود لم تُفحص", "Cosignatures non vérifiées", "Cosignatures, not verified"),
    "stamped": Text("أقدم ختم متحقق منه", "Horodatage vérifié", "Time-stamp verified"),
    "stamps": Text("أختام زمنية", "Horodatages", "Time-stamps"),
    "stamps_unread": Text("أختام زمنية لم يُتحقق منها", "Horodatages non vérifiés", "Time-stamps, not verified"),
}
OUTCOMES: Final[dict[str, Text]] = {
    "accepted": Text("قُبل", "accepté", "accepted"),
    "refused": Text("رُفض", "refusé", "refused"),
    "none": Text("لم يصل بعد", "pas encore reçue", "none yet"),
}
SUBSTITUTES: Final[dict[str, Text]] = {
    "waiver.used": Text("إعفاء من شخصين", "dispense donnée par deux personnes", "a waiver by two persons"),
    "standing.used": Text("موافقة دائمة من موظفَين", "approbation permanente de deux agents", "a standing approval"),
}
NOT_PROVEN: Final[dict[str, Text]] = {
    "NOT_PROVEN_WHOSE": Text(
        "لمن هذا السجل: لم تُعط بصمة.",
        "À qui est ce registre : aucune empreinte n'a été donnée.",
        "Whose ledger this is: no fingerprint was brought.",
    ),
    "NOT_PROVEN_CONTENT": Text(
        "ما حمله المظروف: لم يُفتح نصه المشفّر.",
        "Ce que portait l'enveloppe : le chiffré n'est pas ouvert.",
        "What the envelope carried: its ciphertext is not opened.",
    ),
    "NOT_PROVEN_TRUTH": Text("صحة أي سجل.", "Qu'une fiche dise vrai.", "That a record is true."),
    "NOT_PROVEN_OTHER_ENTRIES": Text(
        "خلو بقية السجل مما يناقض هذه القيود.",
        "Que d'autres écritures du journal ne contredisent pas celles-ci.",
        "That other entries of the ledger do not contradict these.",
    ),
    "NOT_PROVEN_SINGLE_HISTORY": Text(
        "أن غير الشهود المذكورين رأى السجل نفسه، وأن جذورهم جذورهم: قارنها.",
        "Que d'autres que ces témoins aient vu le même journal, et que leurs racines soient les leurs : à comparer.",
        "That others than these witnesses saw the same ledger, and that their roots are theirs: compare them.",
    ),
    "NOT_PROVEN_CLOCK": Text(
        "صحة الأوقات؛ والختم الزمني يثبت الوجود قبل وقته فقط.",
        "Que les heures soient justes ; un horodatage prouve l'existence avant son heure, rien de plus.",
        "That times are right; a time-stamp proves existence before its time, no more.",
    ),
    "NOT_PROVEN_STAMPS": Text(
        "أن الختم من جهة موثوقة، ما لم تُقدَّم شهاداتها.",
        "Qu'un horodatage soit d'une autorité, sans ses certificats.",
        "That a time-stamp is an authority's, without its certificates.",
    ),
    "NOT_PROVEN_DECISIONS": Text(
        "أن الاتفاق أجاز كل بيان: يُعاد اتخاذ القرارات.",
        "Que l'accord permettait chaque élément : rejouer les décisions.",
        "That the agreement permitted each claim: take the decisions again.",
    ),
    "NOT_PROVEN_APPROVALS_BY_MARKING": Text(
        "أن التصنيف الأشد نال موافقاته.",
        "Qu'un marquage strict ait eu ses approbations.",
        "That a strict marking got its approvals.",
    ),
    "NOT_PROVEN_PERSONS": Text(
        "من يقف وراء معرّف الشخص.", "Qui est derrière un identifiant.", "Who stands behind a person's id."
    ),
    "NOT_PROVEN_KEYS_UNSTOLEN": Text(
        "أن المفتاح استعمله صاحبه.", "Qu'une clé ait servi à son titulaire.", "That a key was used by its owner."
    ),
}
