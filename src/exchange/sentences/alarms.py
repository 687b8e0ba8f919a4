"""What each alarm means and what a person does now, in three languages. Codes: `exchange.operations.alarms`."""

from __future__ import annotations

from typing import Final

from exchange.sentences.threefold import Words

ALARMS: Final[dict[str, Words]] = {
    "PARTNER_SILENT": Words(
        "لم يصل من هذا الشريك شيء منذ ثلاث نبضات. تحقق من الاتصال (exchange doctor --partners) ثم اتصل به.",
        "Ce partenaire n'a pas donné signe de vie depuis trois signaux. Vérifiez la liaison "
        "(exchange doctor --partners), puis appelez-le.",
        "Nothing was heard of this partner for three heartbeats. Check the connection "
        "(exchange doctor --partners), then call it.",
    ),
    "NUMBERS_MISSING": Words(
        "أرسل هذا الشريك أكثر مما وصل، ولا يصل شيء. اسحب (exchange pull) ثم اتصل به إن لم يصل شيء.",
        "Ce partenaire a envoyé plus que ce qui est arrivé, et rien n'arrive. Tirez (exchange pull), puis appelez-le "
        "si rien ne vient.",
        "This partner has sent more than came, and nothing comes. Pull (exchange pull), then call it if nothing comes.",
    ),
    "TAIL_CUT_THERE": Words(
        "يقول هذا الشريك إنه أرسل أقل مما وصل: مخزنه أقدم مما كان. اتصل به قبل أن يرسل شيئاً.",
        "Ce partenaire dit avoir envoyé moins que ce qui est arrivé : sa base est plus ancienne qu'elle ne l'était. "
        "Appelez-le avant qu'il n'envoie quoi que ce soit.",
        "This partner says that it has sent less than came: its store is older than it was. Call it before it sends "
        "anything.",
    ),
    "TAIL_CUT_HERE": Words(
        "يقول هذا الشريك إن لديه منّا أكثر مما نعلم أننا أرسلناه. إن كانت نسخة احتياطية قد استُعيدت فأوقف العقدة "
        "(docs/operations.md، القسم 7). وإلا فاتصل به: قوله وحده لا يثبت شيئاً.",
        "Ce partenaire dit avoir reçu de nous plus que nous ne savons avoir envoyé. Si une sauvegarde a été restaurée, "
        "arrêtez le nœud (docs/operations.md, section 7). Sinon, appelez-le : sa parole seule ne prouve rien.",
        "This partner says that it has more of ours than we know to have sent. If a backup was restored, stop the node "
        "(docs/operations.md, section 7). Otherwise call it: its word alone proves nothing.",
    ),
    "HEADS_CONTRADICT": Words(
        "وقّع هذا الشريك سجلّين مختلفين بالحجم نفسه. اكتب الدليل (exchange witness evidence) ثم اتصل به وبمدققكم.",
        "Ce partenaire a signé deux journaux différents de même taille. Écrivez la preuve (exchange witness evidence), "
        "puis appelez-le, ainsi que votre auditeur.",
        "This partner signed two different ledgers of one size. Write the evidence (exchange witness evidence), then "
        "call it and your auditor.",
    ),
    "HEADS_UNPROVEN": Words(
        "لا يُثبت هذا الشريك أن رؤوس سجلّه متصلة بعضها ببعض. اتصل به.",
        "Ce partenaire ne prouve pas que les états de son journal se suivent. Appelez-le.",
        "This partner does not show that the heads of its ledger belong together. Call it.",
    ),
    "NEW_EPOCH": Words(
        "عاد هذا الشريك من نسخة احتياطية وفتح حقبة جديدة. اسأله عمّا فقده، ثم طابق (exchange audit reconcile-now).",
        "Ce partenaire revient d'une sauvegarde et a ouvert une nouvelle époque. Demandez-lui ce qu'il a perdu, puis "
        "rapprochez (exchange audit reconcile-now).",
        "This partner came back from a backup and opened a new epoch. Ask what it lost, then reconcile "
        "(exchange audit reconcile-now).",
    ),
    "WITNESS_STALE": Words(
        "لم يوقّع عدد كافٍ من الشركاء على سجلّنا خلال أربع ساعات: لا تخرج سجلات. انظر exchange witness show.",
        "Trop peu de partenaires ont contresigné notre journal en quatre heures : rien ne sort. Voyez "
        "exchange witness show.",
        "Too few partners cosigned our ledger within four hours: no record leaves. See exchange witness show.",
    ),
    "MATCH_PROBED_BY_PARTNER": Words(
        "دارت أسئلة هذا الشريك المعمّاة حول اسم واحد فرُفض آخرها. انظر «الأسئلة المعمّاة» "
        "(exchange match answer) ثم اتصل به وبمدققكم.",
        "Les questions aveugles de ce partenaire tournent autour d'un même nom ; la dernière a été refusée. Voyez "
        "« Questions aveugles » (exchange match answer), puis appelez-le, ainsi que votre auditeur.",
        "The blinded queries of this partner feel around one name; the last was refused. See Blinded queries "
        "(exchange match answer), then call it and your auditor.",
    ),
    "MATCH_PROBED_BY_US": Words(
        "دارت أسئلتنا المعمّاة لهذا الشريك حول اسم واحد فرُفض آخرها. اسأل من طرحها: السجلّ يذكره (match.probing).",
        "Nos questions aveugles à ce partenaire tournent autour d'un même nom ; la dernière a été refusée. Demandez à "
        "son auteur : le journal le nomme (match.probing).",
        "Our blinded queries to this partner feel around one name; the last was refused. Ask who made it: the ledger "
        "names them (match.probing).",
    ),
    "MATCH_DAY_USED_BY_PARTNER": Words(
        "استنفد هذا الشريك أسئلته المعمّاة لهذا اليوم (UTC). انظر في أي قضايا: exchange match answer.",
        "Ce partenaire a épuisé ses questions aveugles du jour (UTC). Voyez pour quels dossiers : exchange match "
        "answer.",
        "This partner has used up its blinded queries of the day (UTC). See for which cases: exchange match answer.",
    ),
    "MATCH_DAY_USED_BY_US": Words(
        "استنفدنا أسئلتنا المعمّاة لهذا الشريك لهذا اليوم (UTC). ما كان عاجلاً فاطلبه بالهاتف أو برسالة طلب.",
        "Nous avons épuisé nos questions aveugles du jour (UTC) à ce partenaire. Pour une urgence, appelez ou envoyez "
        "une demande.",
        "We have used up our blinded queries of the day (UTC) to this partner. What is urgent: call, or send a "
        "request.",
    ),
    "ROLLED_BACK": Words(
        "سجلّنا أقدم مما وقّعناه: لا شيء يُوقَّع ولا يُرسَل. اقرأ docs/operations.md، القسم 7، ثم exchange epoch open.",
        "Notre journal est plus ancien que ce que nous avons signé : rien n'est signé ni envoyé. Lisez "
        "docs/operations.md, section 7, puis exchange epoch open.",
        "Our ledger is older than what we signed: nothing is signed or sent. Read docs/operations.md, section 7, then "
        "exchange epoch open.",
    ),
}
"""By the code of the alarm."""
