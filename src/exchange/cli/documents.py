"""Reads agreements written as YAML into plain JSON values, and fills in the fingerprints of the parties.

Only what JSON has comes through: no dates, floats or objects of the language, no key twice, no alias that unfolds into
a flood. What the document means is read by `exchange.policies.agreement`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import yaml

from exchange.errors import BadInput, Code, TooLarge
from exchange.model.claims import JsonObject, JsonValue

MAX_YAML: Final = 1 << 20
"""Bytes."""
MAX_NODES: Final = 200_000
"""Values after unfolding aliases."""
MAX_DEPTH: Final = 40


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses a repeated key: the second one would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise BadInput(Code.JSON_DUPLICATE_KEY, line=key.start_mark.line + 1)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def read_yaml(data: bytes) -> JsonObject:
    """The document. BadInput(FILE_NOT_WELL_FORMED, JSON_DUPLICATE_KEY, WRONG_TYPE), TooLarge."""
    if len(data) > MAX_YAML:
        raise TooLarge(limit=MAX_YAML)
    try:
        value = _Loader(data.decode("utf-8")).get_single_data()
    except UnicodeDecodeError:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, reason="encoding") from None
    except (yaml.YAMLError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        raise BadInput(Code.FILE_NOT_WELL_FORMED, line=None if mark is None else mark.line + 1) from None
    plain = _Plain().copy(value, "", 0)
    if not isinstance(plain, dict):
        raise BadInput(Code.WRONG_TYPE, at="")
    return plain


class _Plain:
    """Copies a value into JSON types, counting."""

    def __init__(self) -> None:
        self._left = MAX_NODES

    def copy(self, value: object, at: str, depth: int) -> JsonValue:
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            raise TooLarge(limit=MAX_NODES)
        if value is None or isinstance(value, str | bool | int):
            return value
        if isinstance(value, list):
            return [self.copy(item, f"{at}/{index}", depth + 1) for index, item in enumerate(value)]
        if isinstance(value, dict) and all(isinstance(key, str) for key in value):
            return {key: self.copy(item, f"{at}/{key}", depth + 1) for key, item in value.items()}
        raise BadInput(Code.WRONG_TYPE, at=at)


def with_fingerprints(document: JsonObject, known: Mapping[str, str]) -> JsonObject:
    """The document with every `@XX` replaced. BadInput(AGREEMENT_INVALID) for a party whose fingerprint nobody knows."""
    parties = document.get("parties")
    filled = dict(document)
    if isinstance(parties, list):
        filled["parties"] = [_party(each, f"/parties/{index}", known) for index, each in enumerate(parties)]
    if "party" in document:
        filled["party"] = _party(document["party"], "/party", known)
    return filled


def _party(value: JsonValue, at: str, known: Mapping[str, str]) -> JsonValue:
    if not isinstance(value, dict) or not isinstance(value.get("fingerprint"), str):
        return value  # the reader of agreements says what is wrong with it
    given = str(value["fingerprint"])
    if not given.startswith("@"):
        return value
    if given[1:] not in known:
        raise BadInput(Code.AGREEMENT_INVALID, at=f"{at}/fingerprint")
    return {**value, "fingerprint": known[given[1:]]}
