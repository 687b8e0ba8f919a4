"""The role that docs/operations.md gives the node on PostgreSQL may do everything that the node does: also forget."""

from __future__ import annotations

import re
from pathlib import Path

from exchange.crypto.atrest import AtRest
from exchange.store import SqlStore, open_engine
from exchange.store.tables import metadata
from tests.conftest import KEK
from tests.integration.samples import NOW, ref
from tests.integration.test_four_eyes_by_sql import PAGE, as_the_node
from tests.integration.test_store_matches import decided
from tests.integration.test_store_search import found, own, person, received, rows, theirs

STORE = Path(__file__).resolve().parents[2] / "src" / "exchange" / "store"


def test_the_page_grants_what_the_store_deletes() -> None:
    source = "\n".join(file.read_text("utf-8") for file in STORE.glob("*.py"))
    deleted = {name for name in re.findall(r"\bdelete\((\w+)\)", source) if name in metadata.tables}
    granted = {
        name.strip() for line in re.findall(r"^GRANT DELETE ON (.*) TO", PAGE.read_text("utf-8"), re.MULTILINE)
        for name in line.split(",")
    }  # fmt: skip
    assert len(deleted) > 15
    assert deleted <= granted


def test_the_node_stores_finds_and_forgets(database: str) -> None:
    with as_the_node(database) as url:
        store = SqlStore(open_engine(url), AtRest(KEK))
        with store.write() as unit:
            unit.copies.add([received(1, "Salim Specimen"), received(2, "Karim Specimen")])
            unit.records.add([person(1, "Salim Specimen")], NOW)
            unit.records.add([person(1, "Salim Exempli", version=2)], NOW)
            decided(unit, ref(1), ref(1, "MA"), "same")
            assert found(unit, "salim") == [*own(1), *theirs(1)]
        with store.write() as unit:
            unit.copies.destroy(unit.copies.places([ref(1, "MA"), ref(2, "MA")]))
            unit.records.erase([ref(1)])
            assert rows(unit) == (0, 0)
            assert unit.records.count() == unit.copies.count() == 0
        store.close()
