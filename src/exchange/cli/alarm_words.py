"""What each alarm of a stream or ledger means, and what a person does now, in Arabic, French and English."""

from __future__ import annotations

from typing import Final

from exchange.cli.hints import Words

ALARMS: Final[dict[str, Words]] = {
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
        "وقّع هذا الشريك سجلين متناقضين بالحجم نفسه. احفظ الدليل (exchange witness evidence)، واتصل به وبالمدقق.",
        "Ce partenaire a signé deux registres de même taille qui se contredisent. Gardez la preuve "
        "(exchange witness evidence), appelez-le, ainsi que votre auditeur.",
        "This partner has signed two ledgers of one size that contradict each other. Keep the evidence "
        "(exchange witness evidence), call it and your auditor.",
    ),
    "heads_unproven": Words(
        "لا يثبت هذا الشريك أن رؤوس سجله يتضمن بعضها بعضاً. اتصل به.",
        "Ce partenaire ne prouve pas que les têtes de son registre se contiennent. Appelez-le.",
        "This partner does not prove that the heads of its ledger contain each other. Call it.",
    ),
    "new_epoch": Words(
        "فتح هذا الشريك حقبة جديدة، وقد يكون فقد ما أرسله قبلها. اسأله عما فقد، ثم exchange audit reconcile-now.",
        "Ce partenaire a ouvert une nouvelle époque ; il a peut-être perdu ce qu'il avait envoyé avant. Demandez-lui "
        "quoi, puis exchange audit reconcile-now.",
        "This partner has opened a new epoch; it may have lost what it sent before. Ask it what, then "
        "exchange audit reconcile-now.",
    ),
    "witness_stale": Words(
        "لم يشهد على سجلنا عدد كاف من الشركاء منذ أربع ساعات: لا يُحال شيء (exchange witness show).",
        "Trop peu de partenaires ont contresigné notre registre depuis quatre heures : rien n'est communiqué "
        "(exchange witness show).",
        "Too few partners have cosigned our ledger for four hours: nothing is released (exchange witness show).",
    ),
    "rolled_back": Words(
        "لدى هذا الشريك رأس من سجلنا وقّعناه وليس عندنا: استُعيدت نسخة قديمة. لا يُوقَّع شيء ولا يُرسل حتى "
        "exchange epoch open (docs/operations.md، القسم 7).",
        "Ce partenaire détient une tête de notre registre que nous avons signée et que nous n'avons plus : une "
        "ancienne sauvegarde est en place. Rien n'est signé ni envoyé avant exchange epoch open (docs/operations.md, "
        "section 7).",
        "This partner holds a head of our ledger that we signed and do not have: an old backup is in place. Nothing is "
        "signed or sent before exchange epoch open (docs/operations.md, section 7).",
    ),
}
"""By the alarm's code in small letters."""
