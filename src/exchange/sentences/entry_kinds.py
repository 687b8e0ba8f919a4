"""What each kind of ledger entry says, in Arabic, French and English. Kinds: `ledger.entries.KINDS`; when each is
written: docs/audit-events.md."""

from __future__ import annotations

from typing import Final

from exchange.sentences.threefold import Words

_TEXTS: Final = """
genesis | بدأ سجل هذه العقدة
Le registre de ce nœud commence | The ledger of this node began
key.changed | بطاقة أحدث لعقدة أصبحت سارية
Une carte plus récente d'un nœud vaut désormais | A newer card of a node counts from here
person.added | أصبح شخص يعمل هنا
Une personne peut agir ici | Somebody may act here
person.disabled | لم يعد الشخص يعمل هنا
Une personne ne peut plus agir ici | Somebody may no longer act here
token.issued | أُصدر رمز دخول لشخص
Un jeton fut fait pour une personne | A token was made for a person
session.opened | دخول إلى الواجهة
Connexion à la console | Signed in at the console
session.closed | خروج من الواجهة
Déconnexion de la console | Signed out of the console
enrolment.issued | أُنشئ رابط دخول لمرة واحدة
Un lien d'accès à usage unique fut fait | A link for one use was made
enrolment.used | استُعمل رابط الدخول
Un lien d'accès fut utilisé | A link was used
passkey.added | أضيف مفتاح مرور
Une clé d'accès fut ajoutée | A passkey was added
passkey.removed | أُزيل مفتاح مرور
Une clé d'accès fut ôtée | A passkey was removed
passkey.suspect | رُفض مفتاح مرور قد تكون له نسخة
Une clé d'accès peut-être copiée fut refusée | A passkey that may have been copied was refused
approval.attested | أثبت شخص أنه هو من يوافق
Une personne a prouvé que c'est elle qui approuve | Somebody proved that it is they who approve
code.issued | أُصدر رمز موافقة لمرة واحدة
Un code d'approbation à usage unique fut fait | A one-use code for an approval was made
partner.added | اعتُمد شريك
Un partenaire est reconnu | A partner was pinned
partner.suspended | عُلّق التبادل مع شريك
Échanges suspendus avec un partenaire | Exchange with a partner was suspended
partner.resumed | رُفع التعليق عن شريك
Suspension d'un partenaire levée | A suspension was lifted
partner.introduced | أُحضرت بطاقة شريك، ولم تُعتمد بعد
La carte d'un partenaire est apportée, pas encore reconnue | A partner's card was brought; nothing is trusted yet
partner.compared | قورنت بصمة شريك بالصوت
L'empreinte d'un partenaire fut comparée de vive voix | A partner's fingerprint was compared by voice
partner.misheard | لم تطابق الأرقام بصمة الشريك
Les chiffres entendus ne sont pas ceux de la carte | The digits heard are not those of the card
partner.dismissed | أُهملت بطاقة شريك
La carte d'un partenaire fut écartée | A partner's card was thrown away
partner.tested | اختُبر الاتصال بشريك
La connexion avec un partenaire fut essayée | The connection to a partner was tested
revocation.asked | طُلب إلغاء شريك
La révocation d'un partenaire est demandée | Revoking a partner was asked for
revocation.withdrawn | سُحب طلب إلغاء شريك
La demande de révocation est retirée | The request to revoke was taken back
partner.revoked | أُلغي شريك
Un partenaire est révoqué | A partner was revoked
agreement.changed | تغيّرت حالة نسخة اتفاق
Une version d'accord change d'état | A version of an agreement changed its state
agreement.failed | حلّ موعد نسخة اتفاق ولم تصلح
Une version d'accord n'a pas pu entrer en vigueur | A version could not come into force on its date
agreement.offered | عُرضت وثيقة اتفاق
Un accord est proposé | An agreement was offered
agreement.declined | رُفض عرض اتفاق
Une offre d'accord est écartée | An offered agreement was declined
agreement.simulated | جُرّب أثر نسخة اتفاق
L'effet d'une version d'accord fut essayé | The effect of a version was tried out
termination.asked | طُلب إنهاء اتفاق
La fin d'un accord est demandée | Ending an agreement was asked for
termination.withdrawn | سُحب طلب إنهاء اتفاق
La demande de fin est retirée | The request to end was taken back
record.deposited | أُدخلت سجلات
Des fiches sont entrées | Records were entered
record.amended | عُدّلت سجلات
Des fiches sont modifiées | Records were amended
release.proposed | اقتُرح إرسال سجلات
L'envoi de fiches est proposé | A release was proposed
release.approved | وافق شخص على إرسال
Un envoi est approuvé | A release was approved
approval.lapsed | سقطت موافقة
Une approbation est caduque | An approval lapsed
release.voided | أُبطل اقتراح إرسال
Une proposition d'envoi est annulée | A proposal was voided
release.denied | لم يُسمح بإرسال سجلات
Des fiches ne peuvent pas partir | Records may not leave
release.released | غادرت سجلات إلى شريك
Des fiches sont parties vers un partenaire | Records left for a partner
record.destroyed | أُتلفت نسخ أو سجلات
Des copies ou des fiches sont détruites | Copies or records were destroyed
account.read | قُرئ كشف بمن أُرسل إليه سجل
Le compte des communications d'une fiche fut lu | The disclosure account of a record was read
breach.noted | حُدّد ما يمسه خرق
Ce que touche une violation est relevé | What a breach concerns was listed
message.sent | أُرسلت رسالة
Un message est parti | A message was sent
message.received | وصلت رسالة
Un message est arrivé | A message came in
message.read | قُرئت رسالة
Un message fut lu | A message was read
grant.given | أُذن لشريك بإرسال لاحق
Une permission de transmettre est donnée | A permission to pass on was given
grant.received | وصل إذن بإرسال لاحق
Une permission de transmettre est reçue | A permission to pass on came in
grant.revoked | سُحب إذن بإرسال لاحق
Une permission de transmettre est retirée | A permission to pass on was taken back
release.onward | الإرسال يحمل سجلات دول أخرى
L'envoi porte des fiches d'autres États | The release carries records of other states
release.decided | حُفظ ما استندت إليه قرارات إرسال
Le fondement des décisions d'un envoi est conservé | What the decisions of a release stood on is kept
decision.replayed | أُعيد اتخاذ قرارات سابقة
Des décisions passées sont rejouées | Decisions of the past were taken again
decision.exported | كُتبت قرارات في ملف
Des décisions sont écrites dans un fichier | Decisions were written to a file
bundle.exported | أُنشئت حزمة إثبات لإرسال
Le dossier de preuve d'un envoi est fait | The evidence bundle of a release was made
waiver.asked | طُلب إعفاء
Une dispense est demandée | A waiver was asked for
waiver.granted | مُنح إعفاء من شخصين
Une dispense est donnée par deux personnes | Two persons granted a waiver
waiver.revoked | سُحب إعفاء
Une dispense est retirée | A waiver was taken back
waiver.used | استُعمل إعفاء
Une dispense est utilisée | A waiver was used
standing.asked | طُلبت موافقة دائمة
Une approbation permanente est demandée | A standing approval was asked for
standing.approved | مُنحت موافقة دائمة من شخصين
Deux personnes donnent une approbation permanente | Two persons gave a standing approval
standing.revoked | أُنهيت موافقة دائمة
Une approbation permanente prend fin | A standing approval was ended
standing.used | استُعملت موافقة دائمة
Une approbation permanente est utilisée | A standing approval was used
envelope.void | أُبطل مظروف قبل مغادرته
Une enveloppe est annulée avant son départ | An envelope was voided before it left
receipt.received | وصل إيصال من شريك
Le reçu d'un partenaire est arrivé | A partner's receipt came in
envelope.received | استُلم مظروف من شريك
L'enveloppe d'un partenaire est reçue | A partner's envelope was taken in
envelope.refused | رُفض مظروف من شريك
L'enveloppe d'un partenaire est refusée | A partner's envelope was refused
arrival.noted | اطّلع شخص على ما وصل
Une personne a pris note d'une arrivée | Somebody has looked at what came in
clock.confirmed | أُكّدت ساعة متقدمة
Une horloge en avance est confirmée | A clock that is ahead was confirmed
equivocation | وصل مظروفان مختلفان برقم واحد
Deux enveloppes différentes sous un même numéro | Two different envelopes came under one number
equivocation.resolved | استؤنف تسلسل كان متوقفاً
Un flux arrêté reprend | A stopped stream goes on
head.contradiction | رؤوس سجل شريك تتناقض
Les têtes du registre d'un partenaire se contredisent | Heads of a partner's ledger contradict each other
head.settled | أُنهي إنذار عن سجل شريك
Une alarme sur le registre d'un partenaire est levée | An alarm about a partner's ledger was ended
override.asked | طُلب الإرسال من دون شاهد
Demande d'envoyer sans témoin | Release without a witness was asked for
override.given | سُمح بالإرسال من دون شاهد
Envoi sans témoin permis | Release without a witness was allowed
override.ended | انتهى السماح بالإرسال من دون شاهد
Fin de l'envoi sans témoin | Release without a witness was ended
epoch.opened | بدأت حقبة جديدة بعد الاستعادة
Une nouvelle époque commence après restauration | A new epoch began after a restore
partner.epoch | أعلن شريك حقبة جديدة
Un partenaire annonce une nouvelle époque | A partner announced a new epoch
reconcile.done | طوبق السجل مع شريك
Rapprochement avec un partenaire | Reconciled with a partner
reconcile.acknowledged | أُقرّ بنتيجة مطابقة
Le résultat d'un rapprochement est reconnu | A result of reconciling was acknowledged
record.read | قُرئ سجل
Une fiche fut lue | A record was read
record.listed | عُرضت قائمة سجلات
Des fiches furent listées | Records were listed
list.read | عُرضت قائمة
Une liste fut lue | A list was read
network.read | عُرضت شبكة حول سجل
Le réseau autour d'une fiche fut lu | The network around a record was read
search.run | بُحث في السجلات
Une recherche fut faite | Records were searched
match.decided | حُكم في تطابق سجلين
La correspondance de deux fiches est tranchée | Whether two records match was decided
match.evaluated | حُسبت قيم محجوبة لقائمة شريك
Des valeurs masquées d'un partenaire furent calculées | Blinded values were computed for a partner's set
match.prepared | حُدّثت قائمتنا لأسئلة شريك
Notre ensemble pour un partenaire est à jour | Our set for a partner's queries was brought up to date
match.asked | سُئل شريك عن وجود تطابق
Un partenaire est interrogé sur une concordance | A partner was asked hit or no hit
match.told | أجاب شريك عن وجود تطابق
Un partenaire a répondu sur une concordance | A partner told hit or no hit
match.answered | أُجيب شريك عن وجود تطابق
Un partenaire a reçu réponse sur une concordance | A partner's query was answered
match.probing | رُفض سؤال يدور حول شخص واحد
Une interrogation autour d'une personne est refusée | A query around one person was refused
match.settling | بدأ التحقق من تطابق
L'examen d'une concordance commence | Settling a hit began
match.settled | اكتمل التحقق من تطابق
Une concordance est examinée | A hit was settled
match.contact | حُدّد من يُتصل به عند التطابق
Le contact en cas de concordance est fixé | Whom a hit tells to contact was set
release.read | قُرئ اقتراح إرسال
Une proposition fut lue | A proposal was read
audit.exported | صُدّر السجل
Le registre est exporté | The ledger was exported
audit.blind-exported | صُدّرت حزمة تدقيق محجوب
Un paquet d'audit à l'aveugle est exporté | A package for a blind audit was exported
audit.tiles-exported | صُدّرت شجرة السجل
L'arbre du registre est exporté | The tree of the ledger was exported
audit.opening-asked | طلب المدقق فتح قيد
L'auditeur demande à ouvrir une écriture | An auditor asked to open an entry
audit.opening-confirmed | أُكّد طلب فتح قيد
L'ouverture d'une écriture est confirmée | Opening an entry was confirmed
audit.opening-withdrawn | سحب المدقق طلب الفتح
L'auditeur retire sa demande d'ouverture | The auditor took the request back
audit.opening-declined | رُفض طلب فتح قيد
L'ouverture d'une écriture est refusée | Opening an entry was declined
audit.opened | قرأ المدقق ما يشير إليه قيد
L'auditeur a lu ce que désigne une écriture | An auditor read what an entry refers to
import.done | استُوردت قائمة خارجية
Une liste extérieure est importée | An outside list was imported
login.denied | رُفض دخول مجهول
Un inconnu est refusé à l'entrée | Somebody unknown was turned away
access.denied | مُنع شخص معروف من فعل
Une personne connue est refusée | A known person was refused
"""
_LINES: Final = [[part.strip() for part in line.split("|")] for line in _TEXTS.strip().split("\n")]
KINDS: Final[dict[str, Words]] = {
    kind: Words(ar, fr, en) for (kind, ar), (fr, en) in zip(_LINES[::2], _LINES[1::2], strict=True)
}
"""Complete; a test holds that."""
