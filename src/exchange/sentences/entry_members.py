"""The members of ledger entries as a reader calls them, in Arabic, French and English."""

from __future__ import annotations

from typing import Final

from exchange.sentences.threefold import Words

_TEXTS: Final = """
actor | من فعله | auteur | by
added | أضيف | ajoutés | added
administrator | المدير | administrateur | administrator
agreement | الاتفاق | accord | agreement
ahead | تقدّم (ثوانٍ) | avance (secondes) | ahead (seconds)
approvals | الموافقون | approuvé par | approved by
asker | من طلب | demandé par | asked by
at | الوقت | heure | time
batch | بصمة الدفعة | empreinte du lot | digest of the batch
code | السبب (رمز) | motif (code) | reason (code)
commitment | بصمة الرمز | empreinte du code | digest of the code
case | رقم القضية | numéro du dossier | case number
confirmer | من أكّد | confirmé par | confirmed by
count | العدد | nombre | count
credential | بصمة مفتاح المرور | empreinte de la clé d'accès | digest of the passkey
decision | القرار | décision | decision
delisted | حُذف من القائمة | radiés | delisted
descriptor_version | نسخة البطاقة | version de la carte | version of the card
digest | البصمة | empreinte | digest
envelope | بصمة المظروف | empreinte de l'enveloppe | digest of the envelope
envelopes | المظاريف | enveloppes | envelopes
epoch | الحقبة | époque | epoch
equivocated | متناقضة | contradictoires | equivocated
expires | حتى | jusqu'à | until
fingerprint | بصمة الجذر | empreinte de la racine | root fingerprint
form | الشكل | forme | form
grant | الإذن | permission | permission
grants | الأذون | permissions | permissions
held | لمن السجل | détenu | held
holder | حائز النسخة | détenteur | holder
hops | عدد الخطوات | pas | hops
hours | الساعات | heures | hours
in_flight | في الطريق | en chemin | in flight
index | رقم القيد | écriture | entry
kind | النوع | type | kind
lens | بعين الشريك | vu par | seen by
lost | مفقود | perdus | lost
manifests | البيانات الموقّعة | manifestes | manifests
marking | التصنيف | marquage | marking
matched | متطابق | concordants | matched
message | الرسالة | message | message
method | الطريقة | moyen | method
node | العقدة | nœud | node
oddities | غرائب | anomalies | oddities
officer | الموظف | agent | officer
officers | الموظفون | agents | officers
omitted | غير مذكور | omis | omitted
opening | طلب الفتح | ouverture | opening
originator | الدولة المصدر | État d'origine | originating state
outcome | النتيجة | issue | outcome
override | السماح | autorisation | permission without witness
partner | الشريك | partenaire | partner
permission | الصلاحية | droit | permission
person | الشخص | personne | person
phantom_receipt | إيصالات بلا أصل | reçus sans envoi | phantom receipts
policy_digest | بصمة السياسة | empreinte de la politique | digest of the policy
proof | بصمة الإثبات | empreinte de la preuve | digest of the proof
purpose | الغرض | finalité | purpose
query | بحث (محجوب) | recherche (masquée) | search (hidden)
reason | السبب | motif | reason
receipt | بصمة الإيصال | empreinte du reçu | digest of the receipt
recipient | المستلم | destinataire | recipient
records | السجلات | fiches | records
ref | يشير إلى (محجوب) | désigne (masqué) | refers to (hidden)
refs | يشير إلى (محجوب) | désigne (masqué) | refers to (hidden)
refused | مرفوض | refusés | refused
release | الإرسال | envoi | release
role | الدور | rôle | role
root | الجذر | racine | root
sender | المرسل | expéditeur | sender
seq | الرقم | numéro | number
since | منذ | depuis | since
size | عدد القيود | nombre d'écritures | entries
source | المصدر | source | source
standing | الموافقة الدائمة | approbation permanente | standing approval
state | الحالة | état | state
thread | المراسلة | fil | thread
type | النوع | type | type
unread | كتل لم تُقرأ | blocs non lus | blocks not read
until | إلى | jusqu'au | until
updated | محدّث | mis à jour | updated
v | صيغة القيد | forme de l'écriture | form of the entry
version | النسخة | version | version
waiver | الإعفاء | dispense | waiver
what | ماذا | quoi | what
why | لماذا | pourquoi | why
"""
MEMBERS: Final[dict[str, Words]] = {
    parts[0]: Words(parts[1], parts[2], parts[3])
    for parts in ([part.strip() for part in line.split("|")] for line in _TEXTS.strip().split("\n"))
}
"""Complete; a test holds that."""
