"""Who may do what. Roles are closed; a permission that is not listed for a role is refused (ASVS 8.2.1).

Separation of duties by person (proposer, approver) is not here: `approve` and the database hold it.
"""

from __future__ import annotations

from enum import StrEnum

from exchange.errors import Forbidden
from exchange.model.state import Person


class Permission(StrEnum):
    """One verb on one thing; every API route and every command names exactly one."""

    RECORD_WRITE = "record.write"
    RECORD_READ = "record.read"
    RELEASE_PROPOSE = "release.propose"
    RELEASE_APPROVE = "release.approve"
    RELEASE_READ = "release.read"
    MESSAGE_LIST = "message.list"
    MESSAGE_READ = "message.read"
    NOTICE_SEND = "notice.send"
    RECALL_SEND = "recall.send"
    RECALL_ANSWER = "recall.answer"
    CORRECTION_ACKNOWLEDGE = "correction.acknowledge"
    BREACH_WRITE = "breach.write"
    ACCOUNT_READ = "account.read"
    WAIVER_GRANT = "waiver.grant"
    WAIVER_READ = "waiver.read"
    STANDING_APPROVE = "standing.approve"
    EXCHANGE_RUN = "exchange.run"
    AGREEMENT_READ = "agreement.read"
    AGREEMENT_WRITE = "agreement.write"
    AGREEMENT_SUSPEND = "agreement.suspend"
    AGREEMENT_TERMINATE = "agreement.terminate"
    PARTNER_READ = "partner.read"
    PARTNER_WRITE = "partner.write"
    PARTNER_VERIFY = "partner.verify"
    PARTNER_REVOKE = "partner.revoke"
    PERSON_WRITE = "person.write"
    AUDIT_EXPORT = "audit.export"
    AUDIT_OPEN = "audit.open"
    AUDIT_OPEN_CONFIRM = "audit.open-confirm"
    AUDIT_OPENING_READ = "audit.opening-read"
    RECONCILE_RUN = "reconcile.run"
    RECONCILE_ACKNOWLEDGE = "reconcile.acknowledge"
    BUNDLE_MAKE = "bundle.make"
    MATCH_ASK = "match.ask"
    MATCH_READ = "match.read"
    MATCH_WRITE = "match.write"
    STATUS_READ = "status.read"
    SIGN_IN = "sign-in.own"
    """One's own sessions, passkeys, confirmations and preferences: of every person, and no rule."""


_OFFICER = frozenset(
    {
        Permission.RECORD_WRITE,
        Permission.RECORD_READ,
        Permission.MATCH_ASK,
        Permission.MATCH_READ,
        Permission.RELEASE_PROPOSE,
        Permission.RELEASE_READ,
        Permission.MESSAGE_LIST,
        Permission.MESSAGE_READ,
        Permission.NOTICE_SEND,
        Permission.CORRECTION_ACKNOWLEDGE,
        Permission.ACCOUNT_READ,
        Permission.WAIVER_READ,
        Permission.EXCHANGE_RUN,
        Permission.AGREEMENT_READ,
        Permission.PARTNER_READ,
        Permission.STATUS_READ,
        Permission.SIGN_IN,
    }
)

ROLES: dict[str, frozenset[Permission]] = {
    "officer": _OFFICER,
    "releasing_officer": frozenset(
        {
            Permission.RECORD_READ,
            Permission.RELEASE_APPROVE,
            Permission.RELEASE_READ,
            Permission.MESSAGE_LIST,
            Permission.MESSAGE_READ,
            Permission.NOTICE_SEND,
            Permission.RECALL_SEND,
            Permission.RECALL_ANSWER,
            Permission.CORRECTION_ACKNOWLEDGE,
            Permission.BREACH_WRITE,
            Permission.ACCOUNT_READ,
            Permission.WAIVER_GRANT,
            Permission.WAIVER_READ,
            Permission.STANDING_APPROVE,
            Permission.AUDIT_OPEN_CONFIRM,
            Permission.AUDIT_OPENING_READ,
            Permission.BUNDLE_MAKE,
            Permission.MATCH_READ,
            Permission.MATCH_WRITE,
            Permission.EXCHANGE_RUN,
            Permission.AGREEMENT_READ,
            Permission.AGREEMENT_SUSPEND,
            Permission.AGREEMENT_TERMINATE,
            Permission.PARTNER_READ,
            Permission.PARTNER_VERIFY,
            Permission.PARTNER_REVOKE,
            Permission.STATUS_READ,
            Permission.SIGN_IN,
        }
    ),
    "auditor": frozenset(
        {
            Permission.AUDIT_EXPORT,
            Permission.MATCH_READ,
            Permission.AUDIT_OPEN,
            Permission.AUDIT_OPENING_READ,
            Permission.RECONCILE_RUN,
            Permission.RECONCILE_ACKNOWLEDGE,
            Permission.ACCOUNT_READ,
            Permission.AGREEMENT_READ,
            Permission.PARTNER_READ,
            Permission.RELEASE_READ,
            Permission.MESSAGE_LIST,
            Permission.WAIVER_READ,
            Permission.STATUS_READ,
            Permission.SIGN_IN,
        }
    ),
    "administrator": frozenset(
        {
            Permission.AGREEMENT_READ,
            Permission.AGREEMENT_WRITE,
            Permission.AGREEMENT_SUSPEND,
            Permission.AGREEMENT_TERMINATE,
            Permission.PARTNER_READ,
            Permission.MATCH_READ,
            Permission.MATCH_WRITE,
            Permission.PARTNER_WRITE,
            Permission.PARTNER_VERIFY,
            Permission.PARTNER_REVOKE,
            Permission.PERSON_WRITE,
            Permission.AUDIT_OPEN_CONFIRM,
            Permission.AUDIT_OPENING_READ,
            Permission.RECONCILE_RUN,
            Permission.RECONCILE_ACKNOWLEDGE,
            Permission.WAIVER_GRANT,
            Permission.WAIVER_READ,
            Permission.STATUS_READ,
            Permission.SIGN_IN,
        }
    ),
}

STANDING = "standing"
"""The role of a standing rule, which is no person: nobody can be given it, and it never approves."""
_OF_RULES = {STANDING: frozenset({Permission.RELEASE_PROPOSE, Permission.EXCHANGE_RUN})}


def require(person: Person, permission: Permission) -> None:
    """Raises Forbidden(PERMISSION_MISSING) unless the person's role holds `permission` and the person is enabled."""
    if person.disabled or permission not in {**ROLES, **_OF_RULES}.get(person.role, frozenset()):
        raise Forbidden(permission=permission.value)
