"""English sentences, by code."""

from __future__ import annotations

from typing import Final

from exchange.errors import Code

FACTS: Final[dict[str, str]] = {
    "at": "Place",
    "position": "Position, counted from 0",
    "limit": "Limit",
    "expected": "Expected",
    "needed": "Needed",
    "missing": "Missing",
    "state": "State",
}

SENTENCES: Final[dict[Code, str]] = {
    Code.UNEXPECTED: (
        "Something went wrong in this node. Try again; if it stays, give the correlation id to the administrator."
    ),
    Code.JSON_MALFORMED: "The body is not valid JSON. Correct it and send it again.",
    Code.JSON_NOT_CANONICAL: "The document is not in canonical JSON form. Send the bytes exactly as they were signed.",
    Code.JSON_DUPLICATE_KEY: "A member name occurs twice in one JSON object. Keep one of them.",
    Code.JSON_TOO_DEEP: "The JSON is nested deeper than 32 levels. Send a flatter document.",
    Code.JSON_NUMBER: (
        "A number is not allowed. Use whole numbers up to 9007199254740991, without fraction or exponent."
    ),
    Code.JSON_TEXT: "A text is not valid UTF-8 or holds a forbidden character. Remove it and send again.",
    Code.UNKNOWN_MEMBER: "There is a member that this document does not have. Remove it.",
    Code.MISSING_MEMBER: "A required member is missing. Add it.",
    Code.WRONG_TYPE: "A value has the wrong type. Use the type that the description names.",
    Code.VALUE_NOT_ALLOWED: "A value is not allowed here. Use one of those that the description names.",
    Code.TOO_LARGE: "This is larger than allowed. Send it in smaller parts.",
    Code.FILE_NOT_WELL_FORMED: "The file cannot be read in its format. Get it again from its publisher.",
    Code.RECORD_INVALID: "The record cannot be accepted as it is. Correct the claim that is named and send it again.",
    Code.UNKNOWN_PATH: "A claim has a path that is not registered. Use a registered path.",
    Code.PATH_NOT_FOR_KIND: (
        "A claim has a path that this kind of record does not take. Use another path or another kind."
    ),
    Code.TEXT_NOT_ALLOWED: "A text holds invisible or control characters. Type it again without them.",
    Code.GOVERNANCE_MISSING: (
        "Legal basis, purpose, marking, review date, category or grade is missing. Add what is missing."
    ),
    Code.TOO_MANY_CLAIMS: "The record has more claims than one record may have. Split it.",
    Code.KEYFILE_LOCKED: "The key file could not be opened. Give the right passphrase.",
    Code.KEYFILE_MALFORMED: "The key file is damaged. Restore it from a backup.",
    Code.KEY_MALFORMED: "The key or certificate cannot be read. Get it again from its owner.",
    Code.KEY_UNKNOWN: "The signing key is not in the partner's card. Ask the partner for its newest card.",
    Code.KEY_NOT_VALID: "The key is not valid at this time, or it is revoked. Ask its owner for a current one.",
    Code.SIGNATURE_INVALID: (
        "A signature does not verify. Do not use the document; ask its sender over another channel."
    ),
    Code.DESCRIPTOR_MALFORMED: "The partner's card cannot be read. Ask the partner for it again.",
    Code.DESCRIPTOR_EXPIRED: "The partner's card has expired. Ask the partner for a new one.",
    Code.DESCRIPTOR_ROLLBACK: "The card is not newer than the one that is stored. Ask the partner for its newest card.",
    Code.ROOT_MISMATCH: (
        "The root key does not have the expected fingerprint. Compare the fingerprint with the owner in person."
    ),
    Code.AT_REST_CORRUPT: (
        "Stored data cannot be decrypted. Call the administrator; restore from a backup if it is damaged."
    ),
    Code.ENVELOPE_TOO_LARGE: "The envelope is larger than 6 MiB. Send fewer records in it.",
    Code.ENVELOPE_MALFORMED: "The envelope cannot be read. Send the stored bytes unchanged.",
    Code.HEADER_MALFORMED: "The envelope's header cannot be read. Seal the envelope again by the specification.",
    Code.SUITE_NOT_ALLOWED: "The cipher suite is not allowed by the agreement. Use one that the agreement lists.",
    Code.SUITE_BELOW_FLOOR: (
        "The cipher suite is weaker than one already used with this partner. Use that one or a stronger one."
    ),
    Code.NOT_ADDRESSED: "This is addressed to another node. Send it to the recipient that it names.",
    Code.TRANSPORT_MISMATCH: (
        "The connection's certificate is not the sender's. Each node sends only its own envelopes."
    ),
    Code.AGREEMENT_NOT_IN_FORCE: "The agreement is not in force. Choose one that is, or have it renewed.",
    Code.NOT_YET_VALID: "The document is dated in the future. Check the clocks of both nodes.",
    Code.EXPIRED: "The document has expired. Ask its sender for a new one.",
    Code.EQUIVOCATION: (
        "The partner used one number for two different envelopes. Both are kept as evidence; call the partner."
    ),
    Code.SEQUENCE_GAP: "An envelope before this one is missing. Send the missing numbers first.",
    Code.PREVIOUS_MISMATCH: "The envelope does not follow the one before it. Compare the streams with the partner.",
    Code.DECRYPT_FAILED: "The envelope cannot be decrypted. Ask the sender to use our current card and release again.",
    Code.COMMITMENT_MISMATCH: "The content is not what the header commits to. Ask the sender to release again.",
    Code.BODY_MALFORMED: "The envelope's content cannot be read. Ask the sender to release again.",
    Code.IMPORT_REFUSED: "No agreement lets this content in. Check kind and purpose against the agreement.",
    Code.MANIFEST_INVALID: "A record's manifest is not valid. Ask its originator for it again.",
    Code.CLAIM_NOT_COMMITTED: (
        "A claim is not the one that its originator signed. Ask the originator for the record again."
    ),
    Code.ORIGINATOR_MISMATCH: "The record belongs to another state than its sender. Ask the originator for it.",
    Code.RECEIPT_INVALID: "The receipt does not belong to an envelope of ours. Compare the streams with the partner.",
    Code.AGREEMENT_INVALID: "The agreement document is not valid. Correct the place that is named.",
    Code.AGREEMENT_UNSIGNED: "A party has not signed the agreement yet. Wait for its signature and activate then.",
    Code.AGREEMENT_EXAMPLE_FAILS: (
        "This software decides an example of the agreement differently. Do not use it; call the administrator."
    ),
    Code.NOT_A_PARTY: "The state is not a party to the agreement. Choose another agreement or recipient.",
    Code.MESSAGE_NOT_ALLOWED: (
        "The agreement does not allow this message to this partner. Read the reason and change the message."
    ),
    Code.RECORD_RECALLED: "The record was recalled in this version. Issue a new version and propose that.",
    Code.RECALL_OUTSTANDING: (
        "Partners who got the record from here have not said that it is destroyed. Answer with what is kept, and why."
    ),
    Code.GRANT_INVALID: "The consent to pass this record on does not hold here. Ask the originator for another.",
    Code.THREAD_UNKNOWN: "This answers a message that is not known here. Name the thread of the message it answers.",
    Code.RELEASE_DENIED: (
        "The agreement, a national policy or a safeguard does not permit this. Look at the preview for the reason."
    ),
    Code.CHECKER_DISAGREES: "The two policy checks do not agree, so nothing left. Call the administrator.",
    Code.NOTHING_TO_RELEASE: (
        "Nothing of the record may be released to this partner. Look at the preview for the reasons."
    ),
    Code.APPROVAL_MISSING: "Not enough persons have approved. Ask another releasing officer to approve.",
    Code.APPROVAL_STALE: "What would leave has changed since. Look at it again and propose or approve anew.",
    Code.SELF_APPROVAL: "Nobody approves what they proposed. Ask another person.",
    Code.ALREADY_APPROVED: "You have approved this already. Another person must give the next approval.",
    Code.RELEASE_STATE: "The proposal or agreement is not in a state that allows this. Look at its state first.",
    Code.SUSPENDED: "The agreement or partner is suspended. Nothing is exchanged until an administrator lifts it.",
    Code.DOCUMENT_CHANGED: (
        "A stored agreement or policy is not the one that its digest names. Call the administrator and the auditor."
    ),
    Code.STAMP_INVALID: "The time-stamp is not believed. Nothing waits for it; it is asked for again.",
    Code.REPLAY_MALFORMED: "What was kept of the decisions cannot be read. Export it again, or call the auditor.",
    Code.RECONCILE_DIFFERS: (
        "What this partner signed does not fit what it signed before. Both are kept; call the auditor."
    ),
    Code.LEDGER_BROKEN: "The ledger does not join up. Stop work and call the administrator and the auditor.",
    Code.CHECKPOINT_MISMATCH: "The checkpoint does not fit the ledger. Call the administrator and the auditor.",
    Code.PROOF_INVALID: "A proof does not verify. Get it again; if it still fails, call the auditor.",
    Code.ENTRY_MALFORMED: "A ledger entry cannot be read. Call the auditor.",
    Code.EXPORT_MALFORMED: "The audit export cannot be read. Export it again.",
    Code.OPENING_STATE: "This opening is over, or waits for another step. Look at its state, or ask for a new one.",
    Code.ENTRY_NAMES_NOTHING: "This ledger entry refers to no record. There is nothing to open.",
    Code.ELEMENT_MALFORMED: "A blinded value from the other node is not one. Nothing was computed; tell the partner.",
    Code.EVALUATION_INVALID: (
        "The other node's blinded values do not prove that one key was used. They were not taken; tell the partner."
    ),
    Code.MATCH_NOT_READY: (
        "The two nodes are not ready to compare. Whoever holds the records prepares first, by exchange match prepare."
    ),
    Code.MATCH_LIMIT: "The queries that are agreed for this case or for today are used up. Ask again tomorrow.",
    Code.MATCH_PROBING: (
        "Too many queries about nearly the same person. Nothing more is asked about it today; speak with the partner."
    ),
    Code.MATCH_OTHER_PERSON: (
        "The ticket is mistyped, or came from a question about another person or about this one as recorded before. "
        "Compare it, or ask again about this person and settle the ticket that comes with the answer."
    ),
    Code.TOKEN_UNKNOWN: "You are not logged in. Send a valid token as bearer; ask the administrator for a new one.",
    Code.PASSKEY_REFUSED: "The passkey was not accepted. Try again, or use another passkey of yours.",
    Code.NOT_ATTESTED: (
        "This approval was not confirmed, or longer than five minutes ago. Confirm it with your passkey, at your "
        "identity provider or with a code, then approve."
    ),
    Code.SIGN_IN_STALE: (
        "You signed in more than ten minutes ago. Sign out and in again, then do this: it must not be done at a desk "
        "that was left open."
    ),
    Code.SIGNED_IN: "Somebody is signed in here. Sign out first, then open the link again.",
    Code.IDENTITY_PROVIDER: (
        "The identity provider does not answer as it should. Try again, or use a passkey; tell the administrator if it "
        "goes on."
    ),
    Code.CERTIFICATE_UNKNOWN: (
        "The client certificate is not that of a partner. Use the certificate that your card pins."
    ),
    Code.PERMISSION_MISSING: "Your role does not allow this. Ask a person whose role does.",
    Code.NOT_FOUND: "There is no such thing here. Check the address and the identifier.",
    Code.STALE: "Somebody changed it meanwhile. Read it again and repeat your change.",
    Code.PRECONDITION_REQUIRED: "The If-Match header is missing. Read the resource and send its ETag back in If-Match.",
    Code.IDEMPOTENCY_KEY_REQUIRED: (
        "The Idempotency-Key header is missing or malformed. Send a new one of 8 to 64 letters and digits."
    ),
    Code.IDEMPOTENCY_KEY_REUSED: "This Idempotency-Key was used for another request. Use a new one.",
    Code.IDEMPOTENCY_IN_FLIGHT: "A request with this Idempotency-Key is still running. Repeat it in a moment.",
    Code.ALREADY_EXISTS: "It exists already. Read it instead of creating it.",
    Code.METHOD_NOT_ALLOWED: "This address does not take that method. Use one that the Allow header names.",
    Code.FORM_EXPIRED: "This form is no longer valid, and nothing was done. Open the page again and send it once more.",
    Code.HOST_NOT_ALLOWED: "The Host header is not a name of this node. Use the node's own address.",
    Code.ENCODING_NOT_ALLOWED: "Compressed bodies are not accepted. Send the body without Content-Encoding.",
    Code.TOO_MANY_REQUESTS: "Too many requests at once. Wait as long as Retry-After says and try again.",
    Code.CONFIG_INVALID: "The configuration is not valid. Correct the member that is named.",
    Code.CLOCK_UNSAFE: "The clock of this node cannot be trusted. Have the administrator set it, then try again.",
    Code.DATABASE_UNAVAILABLE: "The database cannot be reached. Try again later; call the administrator if it stays.",
    Code.DATABASE_BUSY: "The database is busy. Try again in a moment.",
    Code.MIGRATION_PENDING: "The database must be upgraded first. Have the administrator run the upgrade.",
    Code.LEDGER_UNWRITABLE: (
        "The ledger cannot be written, so nothing is done. Have the administrator check disk and database."
    ),
    Code.WITNESS_STALE: (
        "No partner has cosigned the ledger for four hours, so nothing is released. Have the connection "
        "checked, or let two persons allow it to go on."
    ),
    Code.ROLLED_BACK: (
        "This node's ledger is older than what it signed before: nothing is signed or sent. The administ"
        "rator has to open a new epoch."
    ),
    Code.NOT_CONFIRMED: (
        "The partner has not answered since this node started, so nothing is sent to it yet. It is tried"
        " again automatically."
    ),
    Code.PARTNER_UNKNOWN: "This partner is not known here. Have an administrator add it.",
    Code.PARTNER_UNREACHABLE: (
        "The partner's node cannot be reached. It is tried again by itself; call the partner if it lasts."
    ),
    Code.PARTNER_ANSWER: "The partner's node did not answer as the protocol says. Call the partner.",
    Code.ADDRESS_NOT_ALLOWED: (
        "The partner's card leads to an address that no partner can have. Nothing was sent; call the partner."
    ),
    Code.NOT_LOOPBACK: "The demonstration runs on this machine only. Use a loopback address.",
    Code.FONTS_MISSING: "The fonts for printing are missing; no PDF can be made. Install the node again from its lock.",
}
