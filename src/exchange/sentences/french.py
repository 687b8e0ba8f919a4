"""French sentences, by code."""

from __future__ import annotations

from typing import Final

from exchange.errors import Code

FACTS: Final[dict[str, str]] = {
    "at": "Endroit ",
    "position": "Position, comptée depuis 0 ",
    "limit": "Limite ",
    "expected": "Attendu ",
    "needed": "Nécessaire ",
    "missing": "Manque ",
    "state": "État ",
}

SENTENCES: Final[dict[Code, str]] = {
    Code.UNEXPECTED: (
        "Une erreur s'est produite dans ce nœud. "
        "Réessayez ; si elle persiste, donnez l'identifiant de corrélation à l'administrateur."
    ),
    Code.JSON_MALFORMED: "Le corps n'est pas du JSON valide. Corrigez-le et renvoyez-le.",
    Code.JSON_NOT_CANONICAL: (
        "Le document n'est pas en forme JSON canonique. Envoyez les octets exactement tels qu'ils ont été signés."
    ),
    Code.JSON_DUPLICATE_KEY: "Un nom de membre figure deux fois dans un objet JSON. N'en gardez qu'un.",
    Code.JSON_TOO_DEEP: "Le JSON dépasse 32 niveaux d'imbrication. Envoyez un document plus plat.",
    Code.JSON_NUMBER: (
        "Un nombre n'est pas admis. Employez des entiers jusqu'à 9007199254740991, sans fraction ni exposant."
    ),
    Code.JSON_TEXT: "Un texte n'est pas de l'UTF-8 valide ou contient un caractère interdit. Retirez-le et renvoyez.",
    Code.UNKNOWN_MEMBER: "Il y a un membre que ce document ne prévoit pas. Retirez-le.",
    Code.MISSING_MEMBER: "Un membre obligatoire manque. Ajoutez-le.",
    Code.WRONG_TYPE: "Une valeur n'est pas du bon type. Employez le type indiqué dans la description.",
    Code.VALUE_NOT_ALLOWED: "Une valeur n'est pas admise ici. Employez l'une de celles que la description indique.",
    Code.TOO_LARGE: "L'envoi dépasse la taille admise. Envoyez-le en parties plus petites.",
    Code.FILE_NOT_WELL_FORMED: "Le fichier est illisible dans son format. Demandez-le de nouveau à son éditeur.",
    Code.RECORD_INVALID: "La fiche ne peut pas être acceptée telle quelle. Corrigez l'énoncé indiqué et renvoyez-la.",
    Code.UNKNOWN_PATH: "Le chemin d'un énoncé n'est pas enregistré. Employez un chemin enregistré.",
    Code.PATH_NOT_FOR_KIND: (
        "Ce type de fiche n'admet pas le chemin d'un énoncé. Employez un autre chemin ou un autre type."
    ),
    Code.TEXT_NOT_ALLOWED: (
        "Un texte contient des caractères invisibles ou de commande. Saisissez-le de nouveau sans eux."
    ),
    Code.GOVERNANCE_MISSING: (
        "Base juridique, finalité, marquage, date de révision, catégorie ou cotation manque. Ajoutez ce qui manque."
    ),
    Code.TOO_MANY_CLAIMS: "La fiche compte plus d'énoncés qu'il n'est permis. Divisez-la.",
    Code.KEYFILE_LOCKED: "Le fichier de clés n'a pas pu être ouvert. Donnez la bonne phrase secrète.",
    Code.KEYFILE_MALFORMED: "Le fichier de clés est endommagé. Restaurez-le depuis une sauvegarde.",
    Code.KEY_MALFORMED: "La clé ou le certificat est illisible. Demandez-le de nouveau à son propriétaire.",
    Code.KEY_UNKNOWN: (
        "La clé de signature ne figure pas sur la carte du partenaire. Demandez-lui sa carte la plus récente."
    ),
    Code.KEY_NOT_VALID: (
        "La clé n'est pas valable à ce moment, ou elle est révoquée. Demandez-en une actuelle à son propriétaire."
    ),
    Code.SIGNATURE_INVALID: (
        "Une signature n'est pas valable. N'utilisez pas le document ; interrogez l'expéditeur par une autre voie."
    ),
    Code.DESCRIPTOR_MALFORMED: "La carte du partenaire est illisible. Demandez-la-lui de nouveau.",
    Code.DESCRIPTOR_EXPIRED: "La carte du partenaire a expiré. Demandez-lui-en une nouvelle.",
    Code.DESCRIPTOR_ROLLBACK: (
        "La carte n'est pas plus récente que celle déjà conservée. Demandez au partenaire la plus récente."
    ),
    Code.ROOT_MISMATCH: (
        "La clé racine n'a pas l'empreinte attendue. Comparez l'empreinte avec son propriétaire, en personne."
    ),
    Code.AT_REST_CORRUPT: (
        "Des données conservées ne peuvent être déchiffrées. "
        "Appelez l'administrateur ; restaurez une sauvegarde si elles sont endommagées."
    ),
    Code.ENVELOPE_TOO_LARGE: "L'enveloppe dépasse 6 Mio. Mettez-y moins de fiches.",
    Code.ENVELOPE_MALFORMED: "L'enveloppe est illisible. Envoyez les octets conservés sans les modifier.",
    Code.HEADER_MALFORMED: (
        "L'en-tête de l'enveloppe est illisible. Scellez de nouveau l'enveloppe selon la spécification."
    ),
    Code.SUITE_NOT_ALLOWED: "L'accord n'admet pas cette suite cryptographique. Employez-en une que l'accord énumère.",
    Code.SUITE_BELOW_FLOOR: (
        "La suite cryptographique est plus faible que celle déjà employée avec ce partenaire. "
        "Employez celle-là ou une plus forte."
    ),
    Code.NOT_ADDRESSED: "Ceci est adressé à un autre nœud. Envoyez-le au destinataire indiqué.",
    Code.TRANSPORT_MISMATCH: (
        "Le certificat de la connexion n'est pas celui de l'expéditeur. "
        "Chaque nœud n'envoie que ses propres enveloppes."
    ),
    Code.AGREEMENT_NOT_IN_FORCE: "L'accord n'est pas en vigueur. Choisissez-en un qui l'est, ou faites-le renouveler.",
    Code.NOT_YET_VALID: "Le document est daté dans le futur. Vérifiez les horloges des deux nœuds.",
    Code.EXPIRED: "Le document a expiré. Demandez-en un nouveau à l'expéditeur.",
    Code.EQUIVOCATION: (
        "Le partenaire a employé un numéro pour deux enveloppes différentes. "
        "Les deux sont gardées comme preuve ; appelez-le."
    ),
    Code.SEQUENCE_GAP: "Une enveloppe précédente manque. Envoyez d'abord les numéros manquants.",
    Code.PREVIOUS_MISMATCH: "L'enveloppe ne suit pas la précédente. Comparez les flux avec le partenaire.",
    Code.DECRYPT_FAILED: (
        "L'enveloppe ne peut être déchiffrée. "
        "Demandez à l'expéditeur de prendre notre carte actuelle et de transmettre de nouveau."
    ),
    Code.COMMITMENT_MISMATCH: (
        "Le contenu n'est pas celui que l'en-tête engage. Demandez à l'expéditeur de transmettre de nouveau."
    ),
    Code.BODY_MALFORMED: "Le contenu de l'enveloppe est illisible. Demandez à l'expéditeur de transmettre de nouveau.",
    Code.IMPORT_REFUSED: "Aucun accord ne permet de recevoir ce contenu. Comparez type et finalité avec l'accord.",
    Code.MANIFEST_INVALID: "Le manifeste d'une fiche n'est pas valable. Demandez-le de nouveau à l'État d'origine.",
    Code.CLAIM_NOT_COMMITTED: (
        "Un énoncé n'est pas celui que l'État d'origine a signé. Demandez-lui la fiche de nouveau."
    ),
    Code.ORIGINATOR_MISMATCH: "La fiche appartient à un autre État que l'expéditeur. Demandez-la à l'État d'origine.",
    Code.RECEIPT_INVALID: (
        "L'accusé de réception ne correspond à aucune de nos enveloppes. Comparez les flux avec le partenaire."
    ),
    Code.AGREEMENT_INVALID: "Le document de l'accord n'est pas valable. Corrigez l'endroit indiqué.",
    Code.AGREEMENT_UNSIGNED: "Une partie n'a pas encore signé l'accord. Attendez sa signature, puis activez-le.",
    Code.AGREEMENT_EXAMPLE_FAILS: (
        "Ce logiciel décide autrement d'un exemple de l'accord. Ne l'utilisez pas ; appelez l'administrateur."
    ),
    Code.NOT_A_PARTY: "Cet État n'est pas partie à l'accord. Choisissez un autre accord ou un autre destinataire.",
    Code.MESSAGE_NOT_ALLOWED: (
        "L'accord ne permet pas ce message à ce partenaire. Lisez le motif et modifiez le message."
    ),
    Code.RECORD_RECALLED: (
        "La fiche a été rappelée dans cette version. Émettez une nouvelle version et proposez celle-ci."
    ),
    Code.RECALL_OUTSTANDING: (
        "Des partenaires à qui la fiche a été transmise n'ont pas dit qu'elle est détruite. "
        "Répondez ce qui est conservé, et pourquoi."
    ),
    Code.GRANT_INVALID: "L'accord de transmission de cette fiche ne vaut pas ici. Demandez-en un autre à son État.",
    Code.THREAD_UNKNOWN: ("Ceci répond à un message inconnu ici. Indiquez le fil du message auquel vous répondez."),
    Code.RELEASE_DENIED: (
        "L'accord, une règle nationale ou une garantie ne le permet pas. Voyez le motif dans l'aperçu."
    ),
    Code.CHECKER_DISAGREES: (
        "Les deux contrôles des règles ne concordent pas ; rien n'est parti. Appelez l'administrateur."
    ),
    Code.NOTHING_TO_RELEASE: "Rien de la fiche ne peut être transmis à ce partenaire. Voyez les motifs dans l'aperçu.",
    Code.APPROVAL_MISSING: (
        "Trop peu de personnes ont approuvé. Demandez l'approbation d'un autre officier de transmission."
    ),
    Code.APPROVAL_STALE: "Ce qui partirait a changé depuis. Regardez-le de nouveau, puis proposez ou approuvez encore.",
    Code.SELF_APPROVAL: "Nul n'approuve ce qu'il a proposé. Demandez à une autre personne.",
    Code.ALREADY_APPROVED: "Vous avez déjà approuvé. L'approbation suivante revient à une autre personne.",
    Code.RELEASE_STATE: "L'état de la proposition ou de l'accord ne le permet pas. Regardez d'abord son état.",
    Code.SUSPENDED: (
        "L'accord ou le partenaire est suspendu. "
        "Rien n'est échangé tant qu'un administrateur ne lève pas la suspension."
    ),
    Code.DOCUMENT_CHANGED: (
        "Un accord ou une politique conservés ne sont pas ceux que leur empreinte désigne. Appelez l'administrateur et "
        "l'auditeur."
    ),
    Code.STAMP_INVALID: "L'horodatage n'est pas cru. Rien ne l'attend ; il sera redemandé.",
    Code.REPLAY_MALFORMED: (
        "Ce qui a été conservé des décisions est illisible. Exportez de nouveau, ou appelez l'auditeur."
    ),
    Code.RECONCILE_DIFFERS: (
        "Ce que ce partenaire a signé ne correspond pas à ce qu'il avait signé. Les deux sont conservés ; "
        "appelez l'auditeur."
    ),
    Code.LEDGER_BROKEN: "Le registre n'est pas continu. Arrêtez le travail et appelez l'administrateur et l'auditeur.",
    Code.CHECKPOINT_MISMATCH: (
        "Le point de contrôle ne correspond pas au registre. Appelez l'administrateur et l'auditeur."
    ),
    Code.PROOF_INVALID: (
        "Une preuve n'est pas valable. Demandez-la de nouveau ; si elle échoue encore, appelez l'auditeur."
    ),
    Code.ENTRY_MALFORMED: "Une inscription du registre est illisible. Appelez l'auditeur.",
    Code.EXPORT_MALFORMED: "L'export d'audit est illisible. Exportez de nouveau.",
    Code.OPENING_STATE: (
        "Cette ouverture est terminée ou attend une autre étape. Regardez son état, ou demandez-en une nouvelle."
    ),
    Code.ENTRY_NAMES_NOTHING: "Cette inscription ne renvoie à aucune fiche. Il n'y a rien à ouvrir.",
    Code.ELEMENT_MALFORMED: (
        "Une valeur masquée de l'autre nœud n'en est pas une. Rien n'a été calculé ; prévenez le partenaire."
    ),
    Code.EVALUATION_INVALID: (
        "Les valeurs masquées de l'autre nœud ne prouvent pas l'emploi d'une seule clé. Elles n'ont pas été retenues ; "
        "prévenez le partenaire."
    ),
    Code.MATCH_NOT_READY: (
        "Les deux nœuds ne sont pas prêts à comparer. Celui qui tient les fiches les prépare d'abord, "
        "par exchange match prepare."
    ),
    Code.MATCH_LIMIT: (
        "Les interrogations convenues pour ce dossier ou pour ce jour sont épuisées. Interrogez de nouveau demain."
    ),
    Code.MATCH_PROBING: (
        "Trop d'interrogations sur presque la même personne. Rien de plus n'est demandé à son sujet aujourd'hui ; "
        "parlez-en avec le partenaire."
    ),
    Code.MATCH_OTHER_PERSON: (
        "Cette référence est mal recopiée, ou vient d'une question sur une autre personne ou sur celle-ci telle "
        "qu'elle était notée avant. Vérifiez-la, ou interrogez de nouveau et prenez la référence de la réponse."
    ),
    Code.TOKEN_UNKNOWN: (
        "Vous n'êtes pas identifié. Envoyez un jeton valable (Bearer) ; demandez-en un nouveau à l'administrateur."
    ),
    Code.PASSKEY_REFUSED: "La clé d'accès n'a pas été admise. Réessayez, ou employez une autre de vos clés d'accès.",
    Code.NOT_ATTESTED: (
        "Cette approbation n'a pas été confirmée, ou il y a plus de cinq minutes. Confirmez-la par votre clé d'accès, "
        "auprès de votre fournisseur d'identité ou par un code, puis approuvez."
    ),
    Code.SIGN_IN_STALE: (
        "Vous vous êtes identifié il y a plus de dix minutes. Fermez la session, identifiez-vous de nouveau, puis "
        "faites ceci : cela ne doit pas se faire à un poste resté ouvert."
    ),
    Code.SIGNED_IN: "Une session est ouverte ici. Fermez-la d'abord, puis ouvrez de nouveau le lien.",
    Code.IDENTITY_PROVIDER: (
        "Le fournisseur d'identité ne répond pas comme il devrait. Réessayez, ou employez une clé d'accès ; prévenez "
        "l'administrateur si cela dure."
    ),
    Code.CERTIFICATE_UNKNOWN: (
        "Le certificat client n'est pas celui d'un partenaire. Employez le certificat que votre carte indique."
    ),
    Code.PERMISSION_MISSING: "Votre rôle ne le permet pas. Demandez à une personne dont le rôle le permet.",
    Code.NOT_FOUND: "Rien de tel ici. Vérifiez l'adresse et l'identifiant.",
    Code.STALE: "Quelqu'un l'a modifié entre-temps. Relisez et refaites votre modification.",
    Code.PRECONDITION_REQUIRED: "L'en-tête If-Match manque. Lisez la ressource et renvoyez son ETag dans If-Match.",
    Code.IDEMPOTENCY_KEY_REQUIRED: (
        "L'en-tête Idempotency-Key manque ou est mal formé. Envoyez-en un nouveau de 8 à 64 lettres et chiffres."
    ),
    Code.IDEMPOTENCY_KEY_REUSED: "Cet Idempotency-Key a servi pour une autre demande. Employez-en un nouveau.",
    Code.IDEMPOTENCY_IN_FLIGHT: "Une demande avec cet Idempotency-Key est en cours. Répétez-la dans un instant.",
    Code.ALREADY_EXISTS: "Cela existe déjà. Lisez-le au lieu de le créer.",
    Code.METHOD_NOT_ALLOWED: "Cette adresse n'admet pas cette méthode. Employez-en une que l'en-tête Allow indique.",
    Code.FORM_EXPIRED: "Ce formulaire n'est plus valable et rien n'a été fait. Rouvrez la page, puis renvoyez-le.",
    Code.HOST_NOT_ALLOWED: "L'en-tête Host n'est pas un nom de ce nœud. Employez l'adresse du nœud.",
    Code.ENCODING_NOT_ALLOWED: "Les corps compressés ne sont pas admis. Envoyez le corps sans Content-Encoding.",
    Code.TOO_MANY_REQUESTS: "Trop de demandes à la fois. Attendez la durée indiquée par Retry-After et réessayez.",
    Code.CONFIG_INVALID: "La configuration n'est pas valable. Corrigez le membre indiqué.",
    Code.CLOCK_UNSAFE: "L'horloge de ce nœud n'est pas fiable. Faites-la régler par l'administrateur, puis réessayez.",
    Code.DATABASE_UNAVAILABLE: (
        "La base de données est injoignable. Réessayez plus tard ; appelez l'administrateur si cela dure."
    ),
    Code.DATABASE_BUSY: "La base de données est occupée. Réessayez dans un instant.",
    Code.MIGRATION_PENDING: (
        "La base de données doit d'abord être mise à niveau. Faites lancer la mise à niveau par l'administrateur."
    ),
    Code.LEDGER_UNWRITABLE: (
        "Le registre ne peut être écrit ; rien n'est fait. "
        "Faites vérifier disque et base de données par l'administrateur."
    ),
    Code.WITNESS_STALE: (
        "Aucun partenaire n'a contresigné le registre depuis quatre heures : rien n'est transmis. Faites"
        " vérifier la liaison, ou que deux personnes autorisent la suite."
    ),
    Code.ROLLED_BACK: (
        "Le registre de ce nœud est plus ancien que ce qu'il a signé : rien n'est signé ni envoyé. L'adm"
        "inistrateur doit ouvrir une nouvelle époque."
    ),
    Code.NOT_CONFIRMED: (
        "Le partenaire n'a pas répondu depuis le démarrage du nœud : rien ne lui est encore envoyé. Nouv"
        "el essai automatique."
    ),
    Code.PARTNER_UNKNOWN: "Ce partenaire n'est pas connu ici. Faites-le ajouter par un administrateur.",
    Code.PARTNER_UNREACHABLE: (
        "Le nœud du partenaire est injoignable. Les essais continuent d'eux-mêmes ; appelez le partenaire si cela dure."
    ),
    Code.PARTNER_ANSWER: "Le nœud du partenaire n'a pas répondu selon le protocole. Appelez le partenaire.",
    Code.ADDRESS_NOT_ALLOWED: (
        "La carte du partenaire mène à une adresse qu'aucun partenaire ne peut avoir. "
        "Rien n'a été envoyé ; appelez le partenaire."
    ),
    Code.NOT_LOOPBACK: "La démonstration ne tourne que sur cette machine. Employez une adresse locale (loopback).",
    Code.FONTS_MISSING: (
        "Les polices d'impression manquent ; aucun PDF ne peut être produit. "
        "Réinstallez le nœud depuis son fichier de versions."
    ),
}
