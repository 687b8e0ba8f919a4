"""README.txt of a zipped export, in Arabic, French and English: how to verify it. Nothing in it is signed."""

from __future__ import annotations

from typing import Final

README: Final = """\
سجل عقدة، مصدَّر للتدقيق. السجل في ledger.jsonl.

لا تصدّق هذا الملف النصي: فهو غير موقّع. خذ البرنامجين من مصدرهما، لا ممّن أعطاك هذا الأرشيف:

    exchange audit verify FILE.zip --fingerprint HEX
    python verifier.py FILE.zip --fingerprint HEX

ضع مكان HEX بصمة جذر العقدة كما سمعتها بالصوت أو قرأتها على الورق. من دونها لا شيء يقول لمن هذا السجل.
رمز الخروج 0: كل شيء صحيح. 10 توقيع، 11 السلسلة، 12 نقطة تحقق، 13 مفتاح لا يوصل إليه شيء.


Registre d'un nœud, exporté pour un audit. Le registre est dans ledger.jsonl.

Ne croyez pas ce texte : il n'est pas signé. Prenez les deux programmes à leur source, et non chez qui vous a remis
cette archive :

    exchange audit verify FILE.zip --fingerprint HEX
    python verifier.py FILE.zip --fingerprint HEX

À la place de HEX : l'empreinte de la racine du nœud, comparée de vive voix ou sur papier. Sans elle, rien ne dit à qui
est ce registre. Code de sortie 0 : tout est juste ; 10 une signature, 11 la chaîne, 12 un point de contrôle, 13 une
clé à laquelle rien ne mène.


The ledger of a node, exported for an audit. The ledger is in ledger.jsonl.

Do not believe this text: it is not signed. Take the two programs from their source, not from whoever gave you this
archive:

    exchange audit verify FILE.zip --fingerprint HEX
    python verifier.py FILE.zip --fingerprint HEX

For HEX put the root fingerprint of the node, as you compared it by voice or on paper. Without it, nothing says whose
ledger this is. Exit code 0: everything holds; 10 a signature, 11 the chain, 12 a checkpoint, 13 a key that nothing
leads to.
"""
