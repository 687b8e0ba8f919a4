"""What each fault of a verification means, in Arabic, French and English. Faults: `ledger.report.Fault`."""

from __future__ import annotations

from typing import Final

from exchange.ledger.report import Fault
from exchange.sentences.threefold import Words

_TEXTS: Final = """
FILE_SIGNATURE
تغيّر الملف بعد أن وقّعته العقدة.
Le fichier a été modifié après sa signature par le nœud.
The file was changed after the node signed it.
FILE_UNSIGNED
لا توقيع في آخر الملف: قد يكون مبتوراً.
Le fichier ne se termine pas par une signature : il est peut-être tronqué.
The file does not end with a signature: it may be cut short.
FILE_MALFORMED
الملف أو سطر منه ليس على الصيغة المطلوبة.
Le fichier, ou une de ses lignes, n'a pas la forme voulue.
The file, or a line of it, is not in its form.
FILE_AFTER_END
أضيف شيء بعد السطر الأخير الموقّع.
Quelque chose suit la dernière ligne signée.
Something stands behind the last, signed line.
FILE_ARCHIVE
الأرشيف تالف أو فيه ما لا يحويه تصدير.
L'archive est abîmée, ou contient ce qu'un export ne contient pas.
The archive is broken, or holds what no export holds.
ROOT_MISMATCH
جذر العقدة في الملف غير البصمة التي أدخلتها.
La racine dans le fichier n'est pas celle de l'empreinte donnée.
The root in the file is not the one of the fingerprint that you brought.
DESCRIPTOR_MISSING
لا بطاقة في الملف تعود إلى هذه العقدة.
Le fichier n'a aucune carte de ce nœud.
The file has no card of this node.
DESCRIPTOR_INVALID
بطاقة لم يوقّعها الجذر الذي تُدرج تحته.
Une carte n'est pas signée par la racine sous laquelle elle est rangée.
A card is not signed by the root that it is listed under.
SIGNING_KEY_UNKNOWN
مفتاح التوقيع لا تذكره بطاقة للعقدة، أو لم يكن صالحاً حينها.
La clé de signature n'est dans aucune carte du nœud, ou n'était pas valable alors.
The signing key is in no card of the node, or was not valid then.
LEDGER_KEY_UNKNOWN
نقطة تحقق موقّعة بمفتاح لا تذكره بطاقة للعقدة.
Un point de contrôle est signé par une clé qu'aucune carte du nœud ne nomme.
A checkpoint is signed by a key that no card of the node names.
PARTY_KEY_UNKNOWN
مفتاح طرف آخر لا تؤدي إليه بطاقة.
Aucune carte ne mène à la clé d'une autre partie.
No card leads to the key of another party.
ENTRY_LINE
سطر القيد ليس كما كُتب.
La ligne de l'écriture n'est pas telle qu'elle fut écrite.
The line of the entry is not as it was written.
ENTRY_INDEX
القيود ليست على ترتيبها: حُذف قيد أو أضيف أو بُدّل موضعه.
Les écritures ne se suivent pas : une a été ôtée, ajoutée ou déplacée.
Entries do not follow one another: one was removed, added or moved.
ENTRY_HASH
تغيّر القيد: لم يعد يطابق بصمته المخزّنة.
L'écriture a changé : elle ne correspond plus à son empreinte.
The entry was changed: it no longer fits its stored hash.
ENTRY_MALFORMED
في القيد ما لا يجوز أن يكون فيه.
L'écriture contient ce qu'elle ne peut pas contenir.
The entry holds what no entry may hold.
ENTRIES_MISSING
قيود ناقصة: الملف أقصر مما يقول.
Des écritures manquent : le fichier est plus court qu'il ne le dit.
Entries are missing: the file is shorter than it says.
GENESIS
القيد الأول ليس بداية سجل هذه العقدة، أو جاءت بداية ثانية.
La première écriture n'est pas le début du registre de ce nœud, ou un second début survient.
The first entry is not the beginning of this node's ledger, or a second beginning comes.
TIME_WENT_BACK
وقت القيد أقدم من وقت القيد الذي قبله.
L'écriture est datée d'avant celle qui la précède.
The entry has an earlier time than the one before it.
NUMBER_GAP
رقم ناقص في ما أُرسل إلى شريك.
Un numéro manque dans ce qui est parti vers un partenaire.
A number is missing in what went to a partner.
NUMBER_REUSED
رقم واحد استُعمل مرتين في ما أُرسل إلى شريك.
Un numéro a servi deux fois dans ce qui est parti vers un partenaire.
A number was used twice in what went to a partner.
RELEASE_UNPROPOSED
غادرت سجلات لم يُقترح إرسالها.
Des fiches sont parties sans proposition.
Records left that nobody had proposed.
RELEASE_DIFFERS
ما غادر غير ما اقتُرح.
Ce qui est parti n'est pas ce qui fut proposé.
What left is not what was proposed.
APPROVAL_UNPROPOSED
موافقة على ما لم يُقترح.
Une approbation porte sur ce que personne n'a proposé.
An approval is of what nobody had proposed.
APPROVAL_STALE
موافقة على نسخة غير التي غادرت.
Une approbation porte sur une autre version que celle qui est partie.
An approval is of another version than the one that left.
APPROVAL_MISSING
عدد الموافقات أقل مما يشترطه الاتفاق.
Il y a moins d'approbations que l'accord n'en demande.
There are fewer approvals than the agreement asks for.
APPROVAL_REPEATED
الشخص نفسه حُسبت موافقته مرتين.
Une même personne est comptée deux fois.
One person is counted twice.
SELF_APPROVAL
وافق شخص على ما اقترحه هو.
Une personne a approuvé ce qu'elle avait proposé.
Somebody approved what they had proposed themselves.
WAIVER_INVALID
إعفاء ليس كاملاً أو انتهى أو لأمر آخر.
Une dispense est incomplète, échue ou pour autre chose.
A waiver is not whole, is over, or is for something else.
STANDING_INVALID
موافقة دائمة ليست سارية لهذا الإرسال.
Une approbation permanente ne vaut pas pour cet envoi.
A standing approval does not hold for this release.
EPOCH_INVALID
حقبة جديدة لا تكمل ما قبلها.
Une nouvelle époque ne continue pas ce qui la précède.
A new epoch does not go on from what stands before it.
DECISION_UNMATCHED
إرسال من دون قراراته، أو قرارات من دون إرسال.
Un envoi sans ses décisions, ou des décisions sans envoi.
A release without its decisions, or decisions without a release.
DECISION_ABSENT
قرارات إرسال يذكره السجل ليست في الحزمة.
Les décisions d'un envoi que nomme le registre ne sont pas dans le paquet.
The decisions of a release that the ledger names are not in the package.
DECISION_DIFFERS
القرارات ليست التي يذكر السجل بصمتها، أو أُعيد اتخاذها فاختلفت.
Les décisions ne sont pas celles dont le registre a l'empreinte, ou rejouées elles diffèrent.
The decisions are not those whose digest the ledger has, or taken again they differ.
OPENING_INVALID
فُتح قيد لمدقق من دون شخصين أو بعد الوقت.
Une écriture fut ouverte à un auditeur sans deux personnes, ou hors délai.
An entry was opened to an auditor without two persons, or after its time.
AGREEMENT_NOT_ACTIVE
غادرت سجلات تحت نسخة اتفاق ليست سارية.
Des fiches sont parties sous une version d'accord qui n'était pas en vigueur.
Records left under a version of an agreement that was not in force.
AGREEMENT_MISSING
وثيقة الاتفاق ليست في الملف.
Le document de l'accord n'est pas dans le fichier.
The document of the agreement is not in the file.
AGREEMENT_DIFFERS
وثيقة الاتفاق غير التي يذكر السجل بصمتها.
Le document de l'accord n'est pas celui dont le registre a l'empreinte.
The document of the agreement is not the one whose digest the ledger has.
AGREEMENT_PARTIES
العقدة أو الشريك ليس طرفاً في ذلك الاتفاق.
Le nœud ou le partenaire n'est pas partie à cet accord.
The node or the partner is no party to that agreement.
AGREEMENT_PURPOSE
الغرض ليس من أغراض ذلك الاتفاق.
Cet accord n'a pas cette finalité.
That agreement does not have this purpose.
AGREEMENT_UNSIGNED
لم يوقّع طرف الاتفاق.
Une partie n'a pas signé l'accord.
A party has not signed the agreement.
AGREEMENT_SIGNATURE
توقيع على الاتفاق غير صحيح.
Une signature de l'accord n'est pas bonne.
A signature on the agreement does not verify.
MESSAGE_UNAPPROVED
غادرت رسالة من دون موافقة كانت لازمة.
Un message est parti sans l'approbation requise.
A message left without the approval that it needed.
MESSAGE_UNMATCHED
رسالة واردة من دون المظروف الذي حملها.
Un message reçu n'a pas l'enveloppe qui le portait.
A message came in without the envelope that carried it.
OUTCOME_UNASKED
جواب عن سحب أو تصحيح أو طلب لا يذكره السجل.
Une réponse à un rappel, une correction ou une demande que le registre ne nomme pas.
An answer to a recall, correction or request that the ledger does not name.
DESTROYED_UNASKED
أُتلفت نسخ بسبب سحب أو تصحيح لم يصل.
Des copies furent détruites pour un rappel ou une correction qui n'est pas venue.
Copies were destroyed for a recall or correction that did not come.
RETENTION_EXCEEDED
سجلات وردت من شريك محفوظة بعد أطول مدة يسمح بها أي اتفاق معه.
Des fiches d'un partenaire sont gardées au-delà de la plus longue durée que permet un accord avec lui.
Records from a partner are held longer than any agreement with it allows.
GRANT_UNMATCHED
إذن بالإرسال اللاحق لا رسالة له.
Une permission de transmettre n'a pas son message.
A permission to pass on has no message behind it.
ONWARD_UNGRANTED
أُرسلت سجلات دولة أخرى من دون إذن ساري منها.
Des fiches d'un autre État furent transmises sans sa permission en vigueur.
Records of another state were passed on without its permission in force.
RECEIPT_UNMATCHED
إيصال لا ينتظره السجل.
Un reçu que le registre n'attend pas.
A receipt that the ledger does not wait for.
RECEIPT_MISSING
إيصال يذكره السجل ليس في الملف.
Un reçu que nomme le registre n'est pas dans le fichier.
A receipt that the ledger names is not in the file.
RECEIPT_MALFORMED
إيصال ليس على الصيغة المطلوبة.
Un reçu n'a pas la forme voulue.
A receipt is not in its form.
RECEIPT_DIFFERS
الإيصال يقول غير ما يقوله السجل.
Le reçu dit autre chose que le registre.
The receipt says something else than the ledger.
RECEIPT_SIGNATURE
توقيع الإيصال غير صحيح.
La signature du reçu n'est pas bonne.
The signature of the receipt does not verify.
ENTRY_PROOF
القيد لا يؤدي إلى رأس السجل الموقّع.
L'écriture ne mène pas à la tête signée du registre.
The entry does not lead to the signed head of the ledger.
RELEASE_MISSING
ليس في الملف إرسال واحد بعينه هو المقصود.
Le fichier n'a pas l'unique envoi dont il parle.
The file does not have the one release that it is about.
ENVELOPE_MALFORMED
رأس المظروف ليس على الصيغة المطلوبة.
L'en-tête de l'enveloppe n'a pas la forme voulue.
The header of the envelope is not in its form.
ENVELOPE_DIFFERS
المظروف غير الذي يذكره السجل.
L'enveloppe n'est pas celle que nomme le registre.
The envelope is not the one that the ledger names.
ENVELOPE_SIGNATURE
توقيع المظروف غير صحيح.
La signature de l'enveloppe n'est pas bonne.
The signature of the envelope does not verify.
STAMP_DIFFERS
الختم الزمني لشيء آخر.
L'horodatage porte sur autre chose.
The time-stamp is of something else.
STAMP_UNTRUSTED
شهادات الجهة المقدَّمة لا تؤدي إلى هذا الختم الزمني.
Les certificats donnés ne mènent pas à cet horodatage.
The certificates that were brought do not lead to this time-stamp.
CHECKPOINT_MALFORMED
نقطة تحقق ليست على الصيغة المطلوبة.
Un point de contrôle n'a pas la forme voulue.
A checkpoint is not in its form.
CHECKPOINT_SIGNATURE
توقيع نقطة تحقق غير صحيح.
La signature d'un point de contrôle n'est pas bonne.
The signature of a checkpoint does not verify.
COSIGNATURE_INVALID
توقيع شاهد على رأس السجل غير صحيح.
La signature d'un témoin sur la tête du registre n'est pas bonne.
A witness's signature on the head of the ledger does not verify.
CHECKPOINT_ORIGIN
نقطة تحقق من سجل آخر.
Un point de contrôle vient d'un autre registre.
A checkpoint is of another ledger.
CHECKPOINT_SIZE
نقطة تحقق في غير موضعها بين القيود.
Un point de contrôle n'est pas à sa place parmi les écritures.
A checkpoint does not stand in its place among the entries.
CHECKPOINT_ROOT
القيود غير التي وقّعت العقدة رأسها: أُعيدت كتابة السجل.
Les écritures ne sont pas celles dont la tête fut signée : le registre a été réécrit.
The entries are not those whose head was signed: the ledger was rewritten.
CHECKPOINT_MISSING
لا نقطة تحقق تغطي القيود الأخيرة.
Aucun point de contrôle ne couvre les dernières écritures.
No checkpoint covers the last entries.
"""
_LINES: Final = _TEXTS.strip().split("\n")
FAULTS: Final[dict[Fault, Words]] = {
    Fault(name): Words(ar, fr, en)
    for name, ar, fr, en in zip(_LINES[::4], _LINES[1::4], _LINES[2::4], _LINES[3::4], strict=True)
}
"""Complete; a test holds that."""
