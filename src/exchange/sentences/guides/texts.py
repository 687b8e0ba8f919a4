"""The words of the guides. Short, in the order of the day, each line one thing to do."""

from __future__ import annotations

from typing import Final, NamedTuple

from exchange.policies.agreement import Text

# fmt: off
FRAME: Final[dict[str, Text]] = {
    "line": Text("بطاقة المكتب", "Fiche de poste", "Desk card"),
    "do": Text("ما تفعله", "Ce que vous faites", "What you do"),
    "never": Text("ما لا تفعله أبداً", "Ce que vous ne faites jamais", "What you never do"),
    "call": Text("بمن تتصل", "Qui appeler", "Whom to call"),
    "foot": Text("كل قراءة وكل فعل يُدوَّن في السجل التدقيقي باسمك.",
                 "Chaque lecture et chaque acte s'inscrit au journal sous votre nom.",
                 "Every reading and every act stands in the ledger under your name."),
}
CALL: Final[dict[str, Text]] = {
    "releasing": Text("ضابط الإرسال المناوب", "Officier de transmission de permanence", "Releasing officer on duty"),
    "officer": Text("ضابط الاتصال المناوب", "Officier de liaison de permanence", "Liaison officer on duty"),
    "administrator": Text("مدير العقدة", "Administrateur du nœud", "Administrator of the node"),
    "auditor": Text("المدقق", "Auditeur", "Auditor"),
    "legal": Text("المستشار القانوني", "Conseiller juridique", "Legal adviser"),
    "protection": Text("مسؤول حماية المعطيات", "Délégué à la protection des données", "Data protection officer"),
    "partner": Text("نظيرك لدى الشريك، برقم معروف من قبل", "Votre homologue chez le partenaire, à un numéro déjà connu",
                    "Your counterpart at the partner, at a number known before"),
}


class RoleTexts(NamedTuple):
    """One role: `call` names rows of `CALL`."""

    title: Text
    do: tuple[Text, ...]
    never: tuple[Text, ...]
    call: tuple[str, ...]


_WINDOW: Final = Text(
    "اقفل الشاشة كلما غادرت المكتب، وسجّل الخروج في آخر النهار.",
    "Verrouillez l'écran dès que vous quittez le bureau ; déconnectez-vous le soir.",
    "Lock the screen whenever you leave the desk; sign out at the end of the day.")
_LEND: Final = Text(
    "لا تُعر مفتاح دخولك ولا تعمل باسم غيرك.",
    "Ne prêtez jamais votre clé d'accès ; n'agissez jamais sous le nom d'un autre.",
    "Never lend your passkey, and never act under another person's name.")
_PAPER: Final = Text(
    "لا تترك ورقة عليها سجل خارج الخزانة: يُتلف الورق كما يُتلف السجل.",
    "Ne laissez jamais une fiche imprimée hors du coffre : le papier se détruit comme la fiche.",
    "Never leave a printed record outside the safe: paper is destroyed like the record.")

ROLE_TEXTS: Final[dict[str, RoleTexts]] = {
    "officer": RoleTexts(
        Text("ضابط الاتصال", "Officier de liaison", "Liaison officer"),
        (
            Text("ابدأ بالوارد: ما له أجل يأتي أولاً.",
                 "Commencez par le courrier reçu : ce qui a une échéance vient en premier.",
                 "Begin with the inbox: what has a deadline comes first."),
            Text("أدخل الاسم بالعربية كما كُتب أولاً، ثم كل كتابة أخرى ومصدرها.",
                 "Saisissez d'abord le nom en arabe, tel qu'il est écrit, puis chaque autre graphie avec sa source.",
                 "Enter the name in Arabic first, as it is written, then every other spelling with its source."),
            Text("قدّر كل معلومة: واقعة أم تقدير أم قول منقول، ودرجة المصدر.",
                 "Qualifiez chaque élément : fait, appréciation ou ouï-dire, avec la cotation de la source.",
                 "Grade every claim: fact, assessment or hearsay, and how good the source is."),
            Text("قبل الاقتراح اقرأ المعاينة: ما سيراه الشريك وما لن يراه ولماذا.",
                 "Avant de proposer, lisez l'aperçu : ce que verra le partenaire, ce qu'il ne verra pas, et pourquoi.",
                 "Before you propose, read the preview: what the partner will see, what not, and why."),
            Text("اقترح، وانتظر موافقة شخص آخر على ما اقترحته.",
                 "Proposez ; une autre personne approuve.",
                 "Propose; another person approves."),
            Text("إذا كان في السجل خطأ فصحّحه حالاً: يصل التصحيح إلى كل من تلقّاه.",
                 "Une fiche est fausse ? Corrigez-la tout de suite : la rectification part à qui l'a reçue.",
                 "A record is wrong? Correct it at once: the correction goes to whoever received it."),
            _WINDOW,
        ),
        (
            Text("لا تنقل سجلاً ولا جزءاً منه بالبريد أو الهاتف أو المفتاح الذاكرة.",
                 "Ne transmettez jamais une fiche, même en partie, par courriel, téléphone ou clé USB.",
                 "Never pass on a record or a part of it by mail, telephone or memory stick."),
            Text("لا تُخبر أحداً بأن سجلاً موجود إلا من يجيز له الاتفاق ذلك.",
                 "Ne dites jamais qu'une fiche existe à qui l'accord ne le permet pas.",
                 "Never say that a record exists to anybody whom the agreement does not let know."),
            _LEND,
            _PAPER,
        ),
        ("releasing", "administrator", "partner", "protection"),
    ),
    "releasing_officer": RoleTexts(
        Text("ضابط الإرسال", "Officier de transmission", "Releasing officer"),
        (
            Text("اقرأ ما تغيّر منذ الإرسال السابق، ثم كل ما حُجب، إلى آخر الصفحة.",
                 "Lisez ce qui a changé depuis la dernière transmission, puis tout ce qui est retenu, jusqu'au bout.",
                 "Read what changed since the last release, then everything withheld, to the end of the page."),
            Text("قارن البصمة التي على شاشتك بالتي أمام مقترح الإرسال.",
                 "Comparez l'empreinte de votre écran avec celle que voit l'auteur de la proposition.",
                 "Compare the digest on your screen with the one that the proposer sees."),
            Text("وافق بمفتاحك أنت؛ وبغير ذلك لا يخرج شيء.",
                 "Approuvez avec votre propre clé ; sans cela rien ne part.",
                 "Approve with your own passkey; without it nothing leaves."),
            Text("إذا شككت فلا توافق، واكتب السبب، واتصل بالمقترح.",
                 "Au moindre doute, n'approuvez pas, écrivez pourquoi, appelez l'auteur.",
                 "When in doubt do not approve; write why, and call the proposer."),
            Text("اسحب ما أُرسل خطأً في الحال: السحب لا ينتظر شخصاً ثانياً.",
                 "Rappelez sur-le-champ ce qui est parti par erreur : un rappel n'attend personne.",
                 "Recall at once what left by mistake: a recall waits for nobody."),
            Text("أجب عن طلبات السحب الواردة في أجلها: أُتلفت، أو استُبقيت وبأي قانون.",
                 "Répondez aux rappels reçus dans le délai : détruit, ou conservé et en vertu de quelle loi.",
                 "Answer recalls that came in by their deadline: destroyed, or kept and by which law."),
            _WINDOW,
        ),
        (
            Text("لا توافق أبداً على ما اقترحته بنفسك، ولا تطلب من غيرك أن يقترح عنك.",
                 "N'approuvez jamais ce que vous avez proposé, ni par personne interposée.",
                 "Never approve what you proposed yourself, nor have somebody propose it for you."),
            Text("لا توافق على ما لم تقرأه، ولو طُلب منك الإسراع.",
                 "N'approuvez jamais sans avoir lu, même pressé.",
                 "Never approve what you have not read, however urgent they say it is."),
            Text("لا تستعمل الإعفاء العاجل إلا لخطر على حياة: هو يصل إلى المدقق فوراً.",
                 "La dispense d'urgence ne sert qu'en cas de danger pour une vie ; l'auditeur en est averti aussitôt.",
                 "Never use the emergency waiver but for danger to life: the auditor is told at once."),
            _LEND,
        ),
        ("officer", "legal", "administrator", "partner"),
    ),
    "auditor": RoleTexts(
        Text("المدقق", "Auditeur", "Auditor"),
        (
            Text("صدّر السجل التدقيقي وتحقق منه على حاسوب غير موصول بالعقدة.",
                 "Exportez le journal et vérifiez-le sur un poste qui n'est pas relié au nœud.",
                 "Export the ledger and verify it on a computer that is not connected to the node."),
            Text("اطلب بصمة الجذر هاتفياً وقارنها بالتي في الملف.",
                 "Demandez l'empreinte racine par téléphone et comparez-la à celle du fichier.",
                 "Ask for the root fingerprint by voice and compare it with the one in the file."),
            Text("طابق مع مدقق الشريك: ما أرسلناه وما استلمه.",
                 "Rapprochez avec l'auditeur du partenaire : ce que nous avons transmis, ce qu'il a reçu.",
                 "Reconcile with the partner's auditor: what we sent, what they received."),
            Text("اقرأ ما لا يثبته التحقق: فهو جزء من تقريرك.",
                 "Lisez ce que la vérification ne prouve pas : cela fait partie de votre rapport.",
                 "Read what a verification does not prove: it is part of your report."),
            Text("إذا احتجت إلى فتح قيد فاطلب، ويؤكد ذلك شخص ثانٍ، ويُبلَّغ صاحب السجل.",
                 "S'il faut ouvrir une écriture, demandez ; une seconde personne confirme, et l'émetteur est averti.",
                 "Where an entry must be opened, ask; a second person confirms, and the owner is told."),
            _WINDOW,
        ),
        (
            Text("لا تقبل ملفاً لا تعرف بصمة صاحبه.",
                 "N'acceptez jamais un fichier dont vous ne connaissez pas l'empreinte.",
                 "Never accept a file whose fingerprint you do not know."),
            Text("لا تسكت عن تناقض: سجل بتاريخين دليل، فاحفظه واتصل.",
                 "Ne taisez jamais une contradiction : deux journaux de même taille font preuve ; gardez-la, appelez.",
                 "Never stay silent on a contradiction: two ledgers of one size are evidence; keep it, and call."),
            Text("لا تفتح سجلاً لا يلزمك لعملك.",
                 "N'ouvrez jamais une fiche dont vous n'avez pas besoin.",
                 "Never open a record that your work does not need."),
            _LEND,
        ),
        ("administrator", "releasing", "legal", "protection"),
    ),
    "administrator": RoleTexts(
        Text("مدير العقدة", "Administrateur du nœud", "Administrator of the node"),
        (
            Text("افتح صفحة حالة العقدة كل صباح: لكل سطر أحمر خطوة واحدة.",
                 "Ouvrez chaque matin la page d'état du nœud : chaque ligne rouge a une seule suite à donner.",
                 "Open the node's page every morning: each red line has one next step."),
            Text("قارن بصمة الشريك هاتفياً، كلمة كلمة، قبل إضافته.",
                 "Comparez l'empreinte d'un partenaire de vive voix, mot à mot, avant de l'ajouter.",
                 "Compare a partner's fingerprint by voice, word by word, before you add it."),
            Text("اقرأ الاتفاق نصاً قبل أن يوقَّع، وقارن بصمته مع الشريك.",
                 "Lisez l'accord en clair avant signature, et comparez son empreinte avec le partenaire.",
                 "Read the agreement as text before it is signed, and compare its digest with the partner."),
            Text("خذ نسخة احتياطية كل يوم، وجرّب استعادتها كل شهر.",
                 "Sauvegardez chaque jour ; essayez une restauration chaque mois.",
                 "Make a backup every day; try a restore every month."),
            Text("عطّل حساب من غادر في اليوم نفسه.",
                 "Désactivez le jour même le compte de qui s'en va.",
                 "Disable the account of whoever leaves, on the same day."),
            Text("إذا استُعيدت نسخة فأوقف العقدة واتبع دليل التشغيل، القسم السابع.",
                 "Après une restauration, arrêtez le nœud et suivez le guide d'exploitation, section 7.",
                 "After a restore, stop the node and follow the operations guide, section 7."),
            _WINDOW,
        ),
        (
            Text("لا تقبل بطاقة شريك جاءت في رسالة دون أن تقارنها هاتفياً.",
                 "N'acceptez jamais la carte d'un partenaire reçue par message sans l'avoir comparée de vive voix.",
                 "Never accept a partner's card that came in a message without comparing it by voice."),
            Text("لا تجمع في شخص واحد دورين: من يقترح لا يوافق.",
                 "Ne donnez jamais deux rôles à une même personne : qui propose n'approuve pas.",
                 "Never give one person two roles: who proposes does not approve."),
            Text("لا تُشغّل نسختين من العقدة في وقت واحد.",
                 "Ne faites jamais tourner deux copies du nœud à la fois.",
                 "Never run two copies of the node at one time."),
            _LEND,
        ),
        ("releasing", "auditor", "partner", "protection"),
    ),
}
# fmt: on
