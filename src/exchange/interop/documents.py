"""Agreements written as YAML, read into plain JSON values and written out again. Nothing else knows the format.

Only what JSON has comes through: no dates, floats or objects of the language, no key twice, no alias that unfolds into
a flood. What the document means is read by `exchange.policies.agreement`.
"""

from __future__ import annotations

from typing import Final

import yaml
from yaml.constructor import SafeConstructor

from exchange.errors import BadInput, Code, TooLarge
from exchange.model.claims import JsonObject, JsonValue

MAX_YAML: Final = 1 << 20
"""Bytes."""
MAX_NODES: Final = 200_000
"""Values after unfolding aliases."""
MAX_DEPTH: Final = 40
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml, where it is there, reads and writes eight times faster."""


_MERGE: Final = "tag:yaml.org,2002:merge"


def read_yaml(data: bytes) -> JsonObject:
    """The document. BadInput(FILE_NOT_WELL_FORMED, JSON_DUPLICATE_KEY, WRONG_TYPE), TooLarge."""
    if len(data) > MAX_YAML:
        raise TooLarge(limit=MAX_YAML)
    try:
        text = data.decode("utf-8")
        _check_depth(text)
        node = yaml.compose(text, Loader=_LOADER)
        _check_keys(node)
        value = None if node is None else SafeConstructor().construct_document(node)
    except UnicodeDecodeError:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, reason="encoding") from None
    except (yaml.YAMLError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        raise BadInput(Code.FILE_NOT_WELL_FORMED, line=None if mark is None else mark.line + 1) from None
    plain = _Plain().copy(value, "", 0)
    if not isinstance(plain, dict):
        raise BadInput(Code.WRONG_TYPE, at="")
    return plain


def write_yaml(document: JsonObject) -> str:
    """The document as YAML that `read_yaml` reads back to the same values; members keep their order."""
    apart = _Plain().copy(document, "", 0)  # nothing in it is the same object twice: no aliases are written
    return str(yaml.dump(apart, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=110))


def _check_depth(text: str) -> None:
    """libyaml's composer recurses on the stack of the process and dies of depth; its events do not."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise TooLarge(limit=MAX_DEPTH)


def _check_keys(root: yaml.Node | None) -> None:
    """Of a repeated key the second one would silently win; a merge (`<<`) unfolds tenfold a line, and JSON has none."""
    waiting, known = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in known:  # an alias
            continue
        known.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
                    raise BadInput(Code.FILE_NOT_WELL_FORMED, line=key.start_mark.line + 1)
                if key.value in seen:
                    raise BadInput(Code.JSON_DUPLICATE_KEY, line=key.start_mark.line + 1)
                seen.add(str(key.value))
                waiting.append(value)


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
