"""Which signs our fonts can draw, and what stands in place of the others: a reader must never see an empty box.

Typst is asked once for each sign that is new to this process. A sign that no font has is drawn as the box of whichever
family comes first, so that its width follows that of the box (also where typst halves it, as it does with full-width
punctuation). A test compares with all of Unicode.
"""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import typst

from exchange.sentences.visible import arabic, breakable, few_marks, written_out

Tree = str | int | bool | None | list["Tree"] | dict[str, "Tree"]
EXAMPLE: Final = "[U+4E2D]"
"""What a sign without a glyph looks like on paper."""
RUN: Final = 64
"""A line of the page holds so many signs; a digest has them."""
_FAMILIES: Final = ("Noto Sans Arabic", "DejaVu Sans Mono", "New Computer Modern")
_ALONE: Final = "\U0001f600"
"""A sign that none of our fonts has."""
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEPT: Final = frozenset("\n\u200b\u200c\u200d\u2066\u2068\u2069\u00a0\u202f")
"""They steer lines and are never drawn."""
_ASK: Final = b"""
#let signs = json(bytes(sys.inputs.signs))
#let families = json(bytes(sys.inputs.families))
#let wide(sign, family) = measure(text(font: family, size: 100pt, sign)).width / 1pt
#context [#metadata(signs.map(sign => families.map(family => wide(sign, family)))) <widths>]
"""


class Signs:
    """What is known of the fonts of this process."""

    def __init__(self) -> None:
        self._drawn: dict[str, bool] = dict.fromkeys(_KEPT, True)
        self._drawn.update({chr(code): True for code in range(0x20, 0x7F)})
        self._lock = threading.Lock()

    def drawn(self, signs: Iterable[str], fonts: typst.Fonts) -> Mapping[str, bool]:
        """Sign -> whether a font has it, for all of `signs`."""
        with self._lock:
            asked = set(signs)
            new = sorted(asked - self._drawn.keys())
            if new:
                seen = [sign for sign in new if unicodedata.category(sign) not in _HIDDEN]
                self._drawn.update(dict.fromkeys(new, False))
                box, *found = _widths([_ALONE, *seen], fonts)
                for sign, widths in zip(seen, found, strict=True):
                    self._drawn[sign] = not _is_box(widths, box)
            return {sign: self._drawn[sign] for sign in asked}


SIGNS: Final = Signs()


def writable(tree: Tree, fonts: typst.Fonts, *, marks: bool = True) -> tuple[Tree, bool]:
    """The tree with every sign that cannot be drawn written as its number, and whether there was any.

    `marks` false: marks that combine with a letter are written out too, but those of Arabic, because no single font
    has the pair.
    """
    known = SIGNS.drawn(set(_signs(tree)), fonts)
    bad = {sign for sign, drawn in known.items() if not drawn}
    if not marks:
        bad |= {sign for sign in known if unicodedata.category(sign)[0] == "M" and not arabic(sign)}
    changed = False

    def text(value: str) -> str:
        nonlocal changed
        few = few_marks(value)
        changed |= few != value
        value = few
        if not bad.isdisjoint(value):
            changed = True
            value = "".join(_told(sign) if sign in bad else sign for sign in value)
        return breakable(value, RUN)

    return _mapped(tree, text), changed


def _told(sign: str) -> str:
    """The sign's number, in an isolate of its own: brackets keep their places in Arabic."""
    return f"\u2066{written_out(sign)}\u2069"


def _mapped(tree: Tree, change: Callable[[str], str]) -> Tree:
    if isinstance(tree, str):
        return change(tree)
    if isinstance(tree, list):
        return [_mapped(each, change) for each in tree]
    if isinstance(tree, dict):
        return {name: _mapped(each, change) for name, each in tree.items()}
    return tree


def _signs(tree: Tree) -> Iterable[str]:
    if isinstance(tree, str):
        yield from set(tree)
    elif isinstance(tree, list):
        for each in tree:
            yield from _signs(each)
    elif isinstance(tree, dict):
        for each in tree.values():
            yield from _signs(each)


def _is_box(widths: list[float], box: list[float]) -> bool:
    """Whether all widths follow those of the box in one ratio. A mark that takes no room of its own is drawn."""
    if not widths[0]:
        return False
    return all(abs(each * box[0] - widths[0] * own) < 1e-6 * own for each, own in zip(widths, box, strict=True))


def _widths(signs: list[str], fonts: typst.Fonts) -> list[list[float]]:
    asked = {"signs": json.dumps(signs), "families": json.dumps(_FAMILIES)}
    told = json.loads(typst.query(_ASK, "<widths>", field="value", one=True, font_paths=fonts, sys_inputs=asked))
    return [[float(each) for each in widths] for widths in told]
