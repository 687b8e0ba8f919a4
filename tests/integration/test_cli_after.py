"""What happens after a release, and questions between two nodes, by command line."""

from __future__ import annotations

import json

from tests.cli import Desk
from tests.integration.cli_pair import AGREEMENT, TRAVEL, Pair, traveller


def test_what_happens_after_release_by_command(agreed: Pair) -> None:
    dz, folder = agreed.dz, agreed.folder
    file = folder / "another.json"
    file.write_text(json.dumps(traveller()), encoding="utf-8")
    record = dz("officer", "record", "add", str(file))["records"][0]
    account = dz("officer", "account", record)
    assert (account["sent"], account["received"], account["destroyed"]) == ([], [], [])
    dz("officer", "account", "DZ/rec-there-is-no-such", expect=3)
    dz("officer", "record", "diff", record, expect=3)
    note = folder / "note.txt"
    note.write_text("another man", encoding="utf-8")
    terms = ["--to", "AE", "--agreement", AGREEMENT, "--purpose", TRAVEL, "--reason", "wrong_person"]
    recall = ["recall", "send", record, *terms, "--deadline", "2099-01-01T00:00:00Z", "--note", str(note)]
    dz("approver", *recall, expect=4)
    dz("officer", *recall, expect=5)
    nobodys = ["AE", "msg-" + "0" * 32]
    dz("approver", "recall", "answer", *nobodys, "--outcome", "destroyed", expect=3)
    dz("approver", "recall", "answer", *nobodys, "--outcome", "retained", expect=2)
    dz("officer", "corrections", "ack", *nobodys, expect=3)
    times = ["--since", "2020-01-01T00:00:00Z", "--until", "2099-01-01T00:00:00Z"]
    assert dz("approver", "breach", "--partner", "AE", *times, "--kind", "theft")["notices"] == []
    dz("approver", "breach", "--partner", "AE", *times, "--kind", "rumour", expect=2)


def test_a_question_and_its_answer(agreed: Pair) -> None:
    dz, ae, folder = agreed.dz, agreed.ae, agreed.folder
    (folder / "question.txt").write_text("Is he known to you?\n", encoding="utf-8")
    words = ["--to", "DZ", "--agreement", AGREEMENT, "--purpose", TRAVEL, "--legal-basis", "Invented Act 1"]
    asked = ae("officer", "ask", *words, "--question-file", str(folder / "question.txt"), "--urgency", "8h")
    _settled(ae, asked["id"])
    with ae.served():
        assert dz("officer", "pull", "--from", "AE")["pulled"][0]["code"] is None
    due = dz("officer", "status")["obligations"]
    assert [(each["type"], each["by"], each["due"]) for each in due] == [("request", "ours", 1)]
    told = ["answer", asked["thread"], "--to", "AE", "--outcome", "nothing"]
    assert dz("officer", *told, "--code", "court", expect=2)["code"] == "VALUE_NOT_ALLOWED"
    said = dz("officer", *told)
    _settled(dz, said["answer"]["id"])
    assert dz("officer", "status")["obligations"] == []


def test_what_may_not_go_on_is_not_asked(agreed: Pair) -> None:
    ae = agreed.ae
    assert ae("officer", "onward", "list")["grants"] == []
    words = ["--from", "DZ", "--to", "KW", "--agreement", AGREEMENT, "--purpose", TRAVEL, "--reason", "x"]
    denied = ae("officer", "onward", "request", "DZ/rec-00000000", *words, expect=4)
    assert denied["code"] == "MESSAGE_NOT_ALLOWED"
    thread = "msg-" + "0" * 32
    ae("officer", "onward", "grant", thread, "--holder", "DZ", "--under", AGREEMENT, expect=3)
    ae("officer", "onward", "refuse", thread, "--holder", "DZ", "--code", "court", expect=3)
    ae("officer", "onward", "revoke", thread, "--holder", "DZ", expect=3)


def _settled(node: Desk, release: str) -> None:
    """Approved by another person and released; delivered by nobody yet."""
    node("approver", "approve", release)
    node("officer", "release", release)
