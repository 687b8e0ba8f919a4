"""What a query came to, kept sealed for a day: a form that is sent twice asks nobody twice and shows the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Final

from starlette.responses import Response

from exchange.console.visit import Visit
from exchange.crypto.encoding import canonical, read_canonical
from exchange.errors import Code, Conflict, ExchangeError
from exchange.model.claims import JsonObject
from exchange.model.records import Ref
from exchange.model.state import StoredAnswer
from exchange.operations.clock import safe_now
from exchange.ports import Unit

_OK: Final = 200
_LIMIT: Final = 4096
_MARK: Final = "blinded"
_REFUSED: Final = "refused"


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer, of the first stage or of the second. It names our record, so that erasing that destroys it."""

    record: str
    partner: str
    level: int
    ticket: str = ""
    """As it is written down, with its mark; empty where the agreement lets out the level alone."""
    contact: str = ""
    left_case: int = 0
    left_day: int = 0


def once(visit: Visit, ref: Ref, ask: Callable[[], Kept]) -> Kept:
    """What `ask` says, or what it said when this form came first. Conflict(IDEMPOTENCY_IN_FLIGHT) while it is asking.

    `ask` calls a partner, so it runs outside the transaction that marks the form.
    """
    first = False

    def act(_unit: Unit) -> Response:
        nonlocal first
        first = True
        return visit.to(f"/records/{ref.originator}/{ref.id}")

    visit.once(act)
    key = visit.form.text("once", limit=64)
    if not first:
        return _again(_stored(visit, key))
    try:
        found = ask()
    except ExchangeError as refused:
        _keep(visit, key, {_REFUSED: refused.code.value, "at": str(refused.facts.get("at") or "")})
        raise
    _keep(visit, key, asdict(found))
    return found


def kept(visit: Visit, key: str) -> Kept | None:
    """What this person was told for the form of that key."""
    value = _stored(visit, key)
    return None if value is None or _REFUSED in value else _read(value)


def _again(value: JsonObject | None) -> Kept:
    """The same answer, or the same refusal: a page that is loaded anew asks nobody anew."""
    if value is None:
        raise Conflict(Code.IDEMPOTENCY_IN_FLIGHT)
    if _REFUSED in value:
        raise ExchangeError(Code(str(value[_REFUSED])), at=str(value["at"]))
    return _read(value)


def _read(value: JsonObject) -> Kept:
    level, left_case, left_day = (int(str(value[name])) for name in ("level", "left_case", "left_day"))
    record, partner, ticket, contact = (str(value[name]) for name in ("record", "partner", "ticket", "contact"))
    return Kept(record, partner, level, ticket, contact, left_case, left_day)


def _stored(visit: Visit, key: str) -> JsonObject | None:
    with visit.read() as unit:
        answer = unit.answers.get(visit.person.id, _name(key), _MARK)
    value = None if answer is None else read_canonical(answer.body, limit=_LIMIT)
    return value if isinstance(value, dict) else None


def _keep(visit: Visit, key: str, value: object) -> None:
    with visit.write() as unit:
        now = safe_now(visit.node, unit)
        unit.answers.put(StoredAnswer(_name(key), visit.person.id, _MARK, _OK, canonical(value), now))


def _name(key: str) -> str:
    """Beside the mark of the form, and never the key of another form."""
    return sha256(f"{_MARK} {key}".encode("utf-8", "surrogatepass")).hexdigest()
