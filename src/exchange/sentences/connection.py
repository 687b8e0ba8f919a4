"""What a test of a connection found, and the next step, in Arabic, French and English.

By name of the row and by code (`exchange.operations.connection`). Holes are facts of the row. A row that is well has no
next step. A test walks every code.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from exchange.model.connections import Row
from exchange.policies.agreement import LANGUAGES, Text

NAMES: Final[dict[str, Text]] = {
    "names": Text("العنوان", "Adresse", "Address"),
    "reach": Text("الوصول وTLS", "Liaison et TLS", "Line and TLS"),
    "identity": Text("هوية العقدة", "Identité du nœud", "Identity of the node"),
    "protocol": Text("نسخة البروتوكول", "Version du protocole", "Protocol version"),
    "clock": Text("الساعة", "Horloge", "Clock"),
    "agreements": Text("الاتفاقات النافذة", "Accords en vigueur", "Agreements in force"),
    "ledger": Text("رأس السجل", "Tête du journal", "Head of the ledger"),
}
STATES: Final[dict[str, Text]] = {
    "ok": Text("سليم", "bon", "good"),
    "warn": Text("انتبه", "à surveiller", "look at it"),
    "fail": Text("خلل", "en défaut", "wrong"),
    "skipped": Text("لم يُفحص", "non vérifié", "not looked at"),
}


class Told(NamedTuple):
    """The cause, and what a person does about it; `step` is None where nothing is to be done."""

    cause: Text
    step: Text | None = None


CODES: Final[dict[str, Told]] = {
    "NOT_LOOKED_AT": Told(
        Text(
            "لم يُفحص، لأن ما قبله لم ينجح.",
            "Non vérifié : ce qui précède a échoué.",
            "Not looked at: what is before it failed.",
        )
    ),
    "NAME_FOUND": Told(Text("{host}: {addresses}", "{host} : {addresses}", "{host}: {addresses}")),
    "ADDRESS_GIVEN": Told(
        Text(
            "العنوان مذكور رقماً: {host}",
            "L'adresse est donnée en chiffres : {host}",
            "The address is given as a number: {host}",
        )
    ),
    "NAME_UNKNOWN": Told(
        Text("لا يُعثر على الاسم {host}.", "Le nom {host} est introuvable.", "The name {host} is not found."),
        Text(
            "تحقق من خادم الأسماء عندكم. إن كان يعمل فاسأل الشريك عن عنوانه الحالي واطلب بطاقته الأحدث.",
            "Vérifiez votre serveur de noms. S'il répond, demandez au partenaire son adresse actuelle et sa carte "
            "la plus "
            "récente.",
            "Check your name server. If it works, ask the partner for its address of today and its newest card.",
        ),
    ),
    "ADDRESS_NOT_ALLOWED": Told(
        Text(
            "يؤدي {host} إلى عنوان لا تقيم فيه عقدة شريك ({addresses}).",
            "{host} mène à une adresse où aucun partenaire ne se trouve ({addresses}).",
            "{host} leads to an address where no partner's node is ({addresses}).",
        ),
        Text(
            "قد يكون خادم الأسماء قد خُدع. لا تُرسل شيئاً قبل أن تسأل الشريك هاتفياً عن عنوانه.",
            "Le serveur de noms a peut-être été trompé. Avant tout envoi, demandez son adresse au partenaire par "
            "téléphone.",
            "The name server may have been deceived. Ask the partner for its address by telephone before anything "
            "is sent.",
        ),
    ),
    "REACHED": Told(Text("فُتح الاتصال بـ {tls}.", "Liaison établie en {tls}.", "Connected with {tls}.")),
    "NO_ANSWER": Told(
        Text(
            "لا جواب من {host} على المنفذ {port}.",
            "Pas de réponse de {host}, port {port}.",
            "No answer from {host}, port {port}.",
        ),
        Text(
            "افحص جدار الحماية وخط الربط عندكم، ثم اتصل بالشريك: قد تكون عقدته متوقفة.",
            "Vérifiez votre pare-feu et votre ligne, puis appelez le partenaire : son nœud est peut-être arrêté.",
            "Check your firewall and your line, then call the partner: its node may be down.",
        ),
    ),
    "PORT_CLOSED": Told(
        Text(
            "يرد {host}، لكن لا أحد يستمع على المنفذ {port}.",
            "{host} répond, mais personne n'écoute sur le port {port}.",
            "{host} answers, and nobody listens on port {port}.",
        ),
        Text(
            "اتصل بالشريك: عقدته متوقفة أو تستمع على منفذ آخر.",
            "Appelez le partenaire : son nœud est arrêté ou écoute sur un autre port.",
            "Call the partner: its node is stopped, or listens on another port.",
        ),
    ),
    "NO_ROUTE": Told(
        Text(
            "لا طريق إلى {host} من هنا.",
            "Aucune route vers {host} depuis ici.",
            "There is no route to {host} from here.",
        ),
        Text(
            "افحص خط الربط والتوجيه عندكم.",
            "Vérifiez votre ligne et votre routage.",
            "Check your own line and routing.",
        ),
    ),
    "TLS_FAILED": Told(
        Text(
            "يرد {host}، لكن TLS 1.3 لم يكتمل.",
            "{host} répond, mais TLS 1.3 n'aboutit pas.",
            "{host} answers, and TLS 1.3 does not come about.",
        ),
        Text(
            "هل يقف بينكما وسيط يفك التشفير؟ الاتصال يمر على الطبقة الرابعة وحدها. اسأل مسؤولي الشبكة عند الطرفين.",
            "Un équipement déchiffre-t-il entre vous ? Seule la couche 4 est permise. Demandez aux responsables "
            "réseau des "
            "deux côtés.",
            "Does something between you decrypt? Only layer 4 may stand there. Ask the network people of both sides.",
        ),
    ),
    "PINNED": Told(
        Text(
            "أظهرت العقدة شهادة مذكورة في بطاقة الشريك.",
            "Le nœud a présenté un certificat de la carte du partenaire.",
            "The node showed a certificate that the partner's card names.",
        )
    ),
    "CERTIFICATE_OTHER": Told(
        Text(
            "أظهرت العقدة شهادة ليست في بطاقة الشريك ({pin}…). لم يُرسل شيء.",
            "Le nœud a présenté un certificat absent de la carte du partenaire ({pin}…). Rien n'a été envoyé.",
            "The node showed a certificate that is not in the partner's card ({pin}…). Nothing was sent.",
        ),
        Text(
            "اتصل بالشريك: إما أنه جدّد شهادته ولديه بطاقة أحدث، وإما أن غيره يردّ مكانه.",
            "Appelez le partenaire : ou il a renouvelé son certificat et a une carte plus récente, ou un autre "
            "répond à sa "
            "place.",
            "Call the partner: either it has a new certificate and a newer card, or somebody else answers in its "
            "place.",
        ),
    ),
    "CERTIFICATE_EXPIRED": Told(
        Text(
            "انتهت مدة شهادة الشريك.", "Le certificat du partenaire a expiré.", "The partner's certificate has expired."
        ),
        Text(
            "اطلب من الشريك أن يجدد بطاقته، ثم ارفعها هنا.",
            "Demandez au partenaire de renouveler sa carte, puis déposez-la ici.",
            "Ask the partner to renew its card, then upload it here.",
        ),
    ),
    "CARD_EXPIRED": Told(
        Text(
            "انتهت مدة بطاقة الشريك: لا يُؤخذ منه شيء ولا يُرسل إليه.",
            "La carte du partenaire a expiré : rien n'est reçu de lui ni ne lui est envoyé.",
            "The partner's card has expired: nothing is taken from it and nothing goes to it.",
        ),
        Text(
            "اطلب بطاقته الأحدث وارفعها هنا.",
            "Demandez sa carte la plus récente et déposez-la ici.",
            "Ask for its newest card and upload it here.",
        ),
    ),
    "PROTOCOL_SAME": Told(
        Text(
            "كلاكما يتكلم النسخة {ours}.",
            "Vous parlez tous deux la version {ours}.",
            "Both of you speak version {ours}.",
        )
    ),
    "PROTOCOL_OTHER": Told(
        Text(
            "يتكلم الشريك النسخة {theirs}، وهذه العقدة النسخة {ours}.",
            "Le partenaire parle la version {theirs}, ce nœud la version {ours}.",
            "The partner speaks version {theirs}, this node version {ours}.",
        ),
        Text(
            "اتفقا على من يحدّث برنامجه ومتى.",
            "Convenez de qui met à jour son logiciel, et quand.",
            "Agree who updates, and when.",
        ),
    ),
    "SUSPENDED_HERE": Told(
        Text(
            "هذا الشريك معلّق هنا: لا يُسأل عن شيء.",
            "Ce partenaire est suspendu ici : rien ne lui est demandé.",
            "This partner is suspended here: it is asked nothing.",
        ),
        Text(
            "يرفع المسؤول التعليق متى زال سببه.",
            "Un administrateur lève la suspension quand sa cause a disparu.",
            "An administrator lifts the suspension once its reason is gone.",
        ),
    ),
    "SUSPENDED_THERE": Told(
        Text("علّقنا الشريك عنده.", "Le partenaire nous a suspendus.", "The partner has suspended us."),
        Text("اتصل به واسأل عن السبب.", "Appelez-le et demandez pourquoi.", "Call it and ask why."),
    ),
    "UNKNOWN_THERE": Told(
        Text(
            "لا يعرف الشريك شهادتنا.",
            "Le partenaire ne connaît pas notre certificat.",
            "The partner does not know our certificate.",
        ),
        Text("أرسل إليه بطاقتنا الأحدث.", "Envoyez-lui notre carte la plus récente.", "Send it our newest card."),
    ),
    "CUT_OFF": Told(
        Text(
            "العقدة في مكانها، لكنها قطعت الاتصال عند أول سؤال.",
            "Le nœud est là, mais il a coupé à la première question.",
            "The node is there, and cut the line at the first question.",
        ),
        Text(
            "لعل الشريك لا يعرف شهادتنا الأحدث: أرسل إليه بطاقتنا ثم أعد الفحص.",
            "Le partenaire ne connaît peut-être pas notre dernier certificat : envoyez-lui notre carte et recommencez.",
            "The partner may not know our newest certificate: send it our card and test again.",
        ),
    ),
    "ROLLED_BACK_THERE": Told(
        Text(
            "عاد الشريك من نسخة احتياطية ولم يفتح حقبة جديدة بعد.",
            "Le partenaire revient d'une sauvegarde et n'a pas encore ouvert d'époque.",
            "The partner came back from a backup and has not opened a new epoch yet.",
        ),
        Text("اتصل به.", "Appelez-le.", "Call it."),
    ),
    "NOT_ABLE_HERE": Told(
        Text(
            "هذه العقدة لا تستطيع السؤال الآن ({code}).",
            "Ce nœud ne peut pas interroger maintenant ({code}).",
            "This node cannot ask now ({code}).",
        ),
        Text("انظر صفحة حالة العقدة.", "Voyez la page d'état du nœud.", "See the page of the node's health."),
    ),
    "ANSWER_NOT_UNDERSTOOD": Told(
        Text(
            "جواب الشريك ليس كما يقول البروتوكول ({code}).",
            "La réponse du partenaire n'est pas celle du protocole ({code}).",
            "The partner's answer is not what the protocol says ({code}).",
        ),
        Text(
            "أعط الشريك هذا الرمز؛ وقارنا نسختي البرنامج.",
            "Donnez ce code au partenaire et comparez vos versions du logiciel.",
            "Give the partner this code, and compare the versions of your programs.",
        ),
    ),
    "CLOCKS_APART": Told(
        Text(
            "الفرق بين الساعتين: {seconds} ث.",
            "Écart entre les horloges : {seconds} s.",
            "The clocks are {seconds} s apart.",
        ),
        Text(
            "إن زاد الفرق على عشر دقائق توقف التبادل. اضبط كلٌّ ساعته على مصدر موثوق.",
            "Au-delà de dix minutes, l'échange s'arrête. Que chacun règle son horloge sur une source sûre.",
            "Beyond ten minutes the exchange stops. Let both set their clocks by a source that they trust.",
        ),
    ),
    "CLOCKS_TOO_FAR": Told(
        Text(
            "الفرق بين الساعتين {seconds} ث، وأكثره عشر دقائق.",
            "Les horloges diffèrent de {seconds} s ; dix minutes au plus sont permises.",
            "The clocks are {seconds} s apart; ten minutes at most are allowed.",
        ),
        Text(
            "انظر أولاً إلى ساعتكم. ثم اتصل بالشريك: لا شيء يُقبل حتى تُضبط الساعة الخاطئة.",
            "Regardez d'abord votre horloge, puis appelez le partenaire : rien n'est accepté avant la correction.",
            "Look at your own clock first, then call the partner: nothing is taken before the wrong one is set.",
        ),
    ),
    "AGREEMENTS_SAME": Told(
        Text(
            "النسخ نفسها بالبصمات نفسها عند الطرفين ({count}).",
            "Les mêmes versions, avec les mêmes empreintes, des deux côtés ({count}).",
            "The same versions with the same digests on both sides ({count}).",
        )
    ),
    "AGREEMENTS_NONE": Told(
        Text(
            "لا اتفاق نافذ بينكما، عند الطرفين معاً.",
            "Aucun accord n'est en vigueur entre vous, d'un côté comme de l'autre.",
            "No agreement is in force between you, on either side.",
        )
    ),
    "AGREEMENTS_DIFFER": Told(
        Text(
            "ليس النافذ واحداً عند الطرفين: {ids}.",
            "Ce qui est en vigueur diffère : {ids}.",
            "What is in force is not the same on both sides: {ids}.",
        ),
        Text(
            "افتح كل اتفاق منها، وقارن البصمة مع الشريك، وانظر أي نسخة لم تُفعَّل عند أحدكما.",
            "Ouvrez chacun d'eux, comparez l'empreinte avec le partenaire et cherchez la version non activée d'un "
            "côté.",
            "Open each of them, compare the digest with the partner, and see which version one of you has not put "
            "in force.",
        ),
    ),
    "AGREEMENTS_NOT_TOLD": Told(
        Text(
            "برنامج الشريك أقدم من هذا السؤال.",
            "Le logiciel du partenaire est plus ancien que cette question.",
            "The partner's program is older than this question.",
        ),
        Text("قارن البصمات معه هاتفياً.", "Comparez les empreintes par téléphone.", "Compare the digests by telephone."),
    ),
    "HEAD_SEEN": Told(
        Text(
            "آخر رأس موقّع وصل من سجله: {size} قيد، ولا شيء يناقضه.",
            "Dernière tête signée de son journal : {size} entrées ; rien ne la contredit.",
            "The newest signed head of its ledger has {size} entries; nothing contradicts it.",
        )
    ),
    "HEADS_CONTRADICT": Told(
        Text(
            "وقّع الشريك سجلّين مختلفين من {size} قيداً.",
            "Le partenaire a signé deux journaux différents de {size} entrées.",
            "The partner signed two different ledgers of {size} entries.",
        ),
        Text(
            "علّق الشريك، وخذ الدليل من هذه الصفحة، واتصل به وبمدققكم.",
            "Suspendez le partenaire, prenez la preuve sur cette page, appelez-le ainsi que votre auditeur.",
            "Suspend the partner, take the evidence from this page, call it and your auditor.",
        ),
    ),
    "HEADS_UNPROVEN": Told(
        Text(
            "لا يُثبت الشريك أن رؤوس سجله متصلة (عند {size} قيداً).",
            "Le partenaire ne prouve pas que les têtes de son journal se suivent (à {size} entrées).",
            "The partner does not show that the heads of its ledger belong together (at {size} entries).",
        ),
        Text("اتصل به.", "Appelez-le.", "Call it."),
    ),
    "LEDGER_BEHIND": Told(
        Text(
            "لدى الشريك رأس وقّعناه وليس في سجلنا: سجلنا أقدم مما كان.",
            "Le partenaire détient une tête que nous avons signée et que notre journal n'a pas : il est plus "
            "ancien qu'avant.",
            "The partner holds a head that we signed and our ledger does not have: ours is older than it was.",
        ),
        Text(
            "لا شيء يُوقَّع ولا يُرسل. انظر صفحة حالة العقدة.",
            "Rien n'est signé ni envoyé. Voyez la page d'état du nœud.",
            "Nothing is signed or sent. See the page of the node's health.",
        ),
    ),
}


def name_of(row: Row, lang: str) -> str:
    """What the row is about."""
    return _in(NAMES[row.name], lang)


def state_of(row: Row, lang: str) -> str:
    return _in(STATES[row.state], lang)


def cause_of(row: Row, lang: str) -> str:
    """What was found."""
    return _in(CODES[row.code].cause, lang).format(**row.facts)


def step_of(row: Row, lang: str) -> str:
    """What a person does next; empty where nothing is to be done."""
    step = CODES[row.code].step
    return "" if step is None or row.state == "ok" else _in(step, lang).format(**row.facts)


def _in(text: Text, lang: str) -> str:
    return text[LANGUAGES.index(lang)]
