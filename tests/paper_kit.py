"""Reads pages back: their text as a reader of PDF finds it, without the signs that only steer lines."""

from __future__ import annotations

import io
import json
import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import typst
from pypdf import PdfReader

from exchange import paper
from exchange.sentences.law.text import LawText

STEERING = re.compile("[\u200b\u2066-\u2069\u202a-\u202e]")
WATERMARK = "DZ · p-officer-1 · 2026-03-01 08:00 UTC"


def pages(data: bytes) -> list[str]:
    """The text of each page."""
    return [STEERING.sub("", page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages]


def flat(data: bytes) -> str:
    """The whole text without any white space: lines end where the page asks for it."""
    return re.sub(r"\s", "", "".join(pages(data)))


def printed(text: LawText) -> str:
    """The text on paper, without white space."""
    return flat(paper.pdf(text, mono=True, watermark=WATERMARK))


def drawn(text: LawText, ppi: int = 40) -> tuple[int, list[bytes]]:
    """The first page as a picture: its width, and its rows of red, green, blue and opacity."""
    known = paper.fonts()
    tree = json.loads(json.dumps(paper.given(text)))
    wanted = paper.inputs(tree, known, marks=True)
    made: Any = typst.compile(paper.source("law.typ"), font_paths=known, sys_inputs=wanted, format="png", ppi=ppi)
    return _rows(made[0] if isinstance(made, list) else made)


def _rows(data: bytes) -> tuple[int, list[bytes]]:
    """Reads a PNG of eight bits and four channels (PNG, third edition, §9)."""
    at, packed, width = 8, b"", 0
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, _, depth, colours, *_ = struct.unpack(">IIBBBBB", body)
            assert (depth, colours) == (8, 6)
        packed += body if kind == b"IDAT" else b""
        at += length + 12
    raw, line, rows = zlib.decompress(packed), width * 4, []
    before = bytearray(line)
    for start in range(0, len(raw), line + 1):
        before = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + line]), before)
        rows.append(bytes(before))
    return width, rows


def _unfiltered(kind: int, row: bytearray, above: bytearray) -> bytearray:
    for at in range(len(row)):
        a, b, c = (row[at - 4] if at >= 4 else 0), above[at], (above[at - 4] if at >= 4 else 0)
        guess = (0, a, b, (a + b) // 2, _paeth(a, b, c))[kind]
        row[at] = (row[at] + guess) & 0xFF
    return row


def _paeth(a: int, b: int, c: int) -> int:
    return min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]


_PLACED = re.compile(rb"1 0 0 -1 ([-\d.]+) ([-\d.]+) cm((?:(?!Q\n).)*?BT(?:(?!\nET).)*)", re.S)
_SHOWN = re.compile(rb"/(f\d+) ([\d.]+) Tf 1 0 0 -1 ([-\d.]+) [-\d.]+ Tm")
_NAMED = {ord("n"): 10, ord("r"): 13, ord("t"): 9, ord("b"): 8, ord("f"): 12}
ADVANCE = 0.602
"""Of a sign of DejaVu Sans Mono, in its size."""


def visual_lines(data: bytes) -> list[str]:
    """What an eye sees, line by line from left to right: every glyph by its place on the page.

    For pages in one font of one width, in which each letter is one glyph: DejaVu Sans Mono. Brackets are `|`: one glyph
    serves as the opening one in one direction and as the closing one in the other.
    """
    found: dict[tuple[int, int], list[tuple[float, str]]] = {}
    for number, page in enumerate(PdfReader(io.BytesIO(data)).pages):
        resources: Any = page["/Resources"]
        fonts = {str(name)[1:]: _letters(font.get_object()) for name, font in resources["/Font"].items()}
        contents = page.get_contents()
        assert contents is not None
        for left, down, shown in _PLACED.findall(contents.get_data()):
            line = found.setdefault((number, -round(float(down))), [])
            for each in _SHOWN.finditer(shown):
                font, size, along = each[1].decode(), float(each[2]), float(each[3])
                line += _glyphs(shown[each.end() :], float(left) + along, size, fonts[font])
    return [re.sub(r"[()]", "|", "".join(sign for _, sign in sorted(line))) for _, line in sorted(found.items())]


def _glyphs(shown: bytes, x: float, size: float, letters: dict[int, str]) -> Iterator[tuple[float, str]]:
    """The glyphs of the first string, or array of strings, in `shown`."""
    for part in _parts(shown):
        if isinstance(part, float):
            x -= part * size / 1000
            continue
        for at in range(0, len(part), 2):
            letter = STEERING.sub("", letters.get(int.from_bytes(part[at : at + 2], "big"), "?"))
            if letter:
                yield x, letter
                x += ADVANCE * size


def _parts(shown: bytes) -> Iterator[bytes | float]:
    """Strings and moves up to the operator (ISO 32000-2, 7.3.4): literal ones may hold brackets in pairs."""
    at = 0
    while shown[at : at + 1] not in (b"T", b""):
        sign = shown[at : at + 1]
        if sign == b"(":
            text, at = _literal(shown, at + 1)
            yield text
        elif sign == b"<":
            end = shown.index(b">", at)
            yield bytes.fromhex(shown[at + 1 : end].decode())
            at = end + 1
        elif sign in b"-.0123456789":
            number = re.match(rb"-?[\d.]+", shown[at:])
            assert number is not None
            yield float(number[0])
            at += number.end()
        else:
            at += 1


def _literal(shown: bytes, at: int) -> tuple[bytes, int]:
    text, depth = bytearray(), 1
    while True:
        sign = shown[at]
        at += 1
        if sign == ord("\\"):
            octal = re.match(rb"[0-7]{1,3}", shown[at : at + 3])
            text.append(int(octal[0], 8) if octal else _NAMED.get(shown[at], shown[at]))
            at += octal.end() if octal else 1
            continue
        depth += (sign == ord("(")) - (sign == ord(")"))
        if not depth:
            return bytes(text), at
        text.append(sign)


def _letters(font: Any) -> dict[int, str]:
    """Glyph -> letter, by the font's ToUnicode map."""
    mapped = font["/ToUnicode"].get_object().get_data().decode("ascii")
    pairs = re.findall(r"^<([0-9A-F]{4})> <([0-9A-F]+)>$", mapped, re.M)
    return {int(glyph, 16): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}
