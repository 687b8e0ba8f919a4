"""Two hundred texts that want to be more than text, and a reader of pages that finds where one of them succeeded."""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser
from itertools import product
from typing import Final

from exchange.console.marks import BIDI

LONG: Final = 10_000
_ESC: Final = "\x1b"


def _controls() -> list[str]:
    """What reorders: each control in the middle, at both ends, around a name in Arabic, before digits, unclosed."""
    shapes = ("Rifa {}ilpmexE", "{}Rifa Exempli{}x", "ريفا {}Exempli", "SYN{}0001234", "deny{}\u2069send")
    return [shape.format(*(sign,) * shape.count("{}")) for sign, shape in product(sorted(BIDI), shapes)]


def _invisible() -> list[str]:
    signs = "\u200b\ufeff\u00ad\u2028\u2029\u2060\U000e0041\u180e\u034f\ufff9\ue000\u0378\U0010fffd"
    return [f"Ri{sign}fa Exempli" for sign in signs]


def _terminal() -> list[str]:
    sequences = ("[2J", "]0;owned\x07", "[31m", "[1A[2K", "P+q544e\x1b\\", "c", "[?1049h", "]8;;x\x07click\x1b]8;;\x07")
    plain = ("\x9b31m", "safe\rfake", "deny\b\b\b\bsend", "a\x7f", "a\x00b", "\x1b", "\x07bell", "tab\x0bfeed")
    return [f"Rifa {_ESC}{each}" for each in sequences] + [f"Rifa {each}" for each in plain]


def _look_alikes() -> list[str]:
    swaps = {"a": "аαɑ", "e": "еε℮", "o": "оοօ", "p": "рρ", "x": "хχ", "i": "іι", "R": "Ʀᖇ", "E": "ЕΕ"}
    made = ["Rifa Exempli".replace(latin, other) for latin, others in swaps.items() for other in others]
    return [*made, "ﷲ", "ﻋﺒﺪ", "𝐑𝐢𝐟𝐚", "Ⓡifa", "Ｒｉｆａ"]


def _markup() -> list[str]:
    return [
        "<script>alert(1)</script>",
        "</title><script src=//x.invalid></script>",
        '"><img src=x onerror=alert(1)>',
        "'><svg/onload=alert(1)>",
        "<iframe srcdoc='<b>x</b>'>",
        "<style>*{display:none}</style>",
        "<base href=//x.invalid>",
        "<meta http-equiv=refresh content=0>",
        "<a href=javascript:alert(1)>x</a>",
        "javascript:alert(1)",
        "<form action=//x.invalid><input name=csrf>",
        "<button form=entry formaction=//x.invalid>x",
        "<!--",
        "]]>",
        "--><script>",
        "</textarea><script>alert(1)</script>",
        "</datalist><script>alert(1)</script>",
        "&lt;script&gt;",
        "&#60;script&#62;",
        "<b hx-get=/sign-out hx-trigger=load>",
        "<p data-auto-submit>",
        "<div style=position:fixed>",
        "<math><mi//xlink:href=data:x>",
        "<template><script>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "`${alert(1)}`",
        '"><bdi dir=rtl class=tlp>TLP:CLEAR</bdi>',
        "<span class=original>",
        "<object data=x>",
        "<link rel=stylesheet href=//x.invalid>",
    ]


def _formulas() -> list[str]:
    starts = ("=", "+", "-", "@", "\t=", "|")
    bodies = ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x.invalid","x")')
    return [start + body for start, body in product(starts, bodies)][:15]


def _templates() -> list[str]:
    return [
        "{{ 7*7 }}", "{% include 'base.html' %}", "%(name)s", "%s%n", "${jndi:ldap://x.invalid}", "#{7*7}", "{0}",
        "' OR 1=1 --", "'; DROP TABLE records; --", "../../../etc/passwd", "rec-\u0000", "c1,c2", "DZ/rec-x", "\\u202e",
        "[bold red]x[/]", "name: value", "null", "\"}],\"kind\":\"person\"",
    ]  # fmt: skip


def _sizes() -> list[str]:
    return ["a" * LONG, "ن" * LONG, "R " * (LONG // 2), "😀" * LONG, "e" + "\u0301" * (LONG - 1), "<b>" * (LONG // 3)]


def _shapes() -> list[str]:
    return [
        "e" + "\u0301" * 40, "ع" + "\u064e" * 40, "👩‍👩‍👧", "ريفا\u200cإكسمبلي", "Rifa\u200dExempli", "عَبْدُ الرَّحْمٰن",
        "ريفا (Exempli) 12/3", "(ريفا) Exempli!", "א Rifa ب", "١٢٣ SYN 456", "\u0301Rifa", "ﬃ ﷺ", "ſ ß İ ı",
        "مـــحـــمـــد", "R\u0336i\u0336f\u0336a", "\U0001f1e9\U0001f1ff", "–—―", "\u00a0Rifa\u00a0", "Ri\nfa",
        "\u3164",
    ]  # fmt: skip


_SORTS: Final = (_controls, _invisible, _terminal, _look_alikes, _markup, _formulas, _templates, _sizes, _shapes)
HOSTILE: Final = list(dict.fromkeys(text for sort in _SORTS for text in sort()))


def kept(text: str) -> str:
    """What the form makes of a line: one line, trimmed, in normal form C."""
    return unicodedata.normalize("NFC", text.replace("\r", "\n").replace("\n", " ").replace("\t", " ")).strip()


def refused(text: str) -> bool:
    """Whether a claim may not hold it, told independently of the program."""
    plain = kept(text)
    arabic = any("ARABIC LETTER" in unicodedata.name(sign, "") for sign in plain)
    for sign in plain:
        if sign in "\u200c\u200d" and arabic:
            continue
        if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            return True
    return not plain or len(plain) > 500


class Inert(HTMLParser):
    """Reads a page; `faults` says what is in it that no page of ours has."""

    TAGS: Final = frozenset({"iframe", "object", "embed", "img", "style", "base", "frame", "math", "template", "audio"})
    VOID: Final = frozenset({"input", "meta", "link", "br", "hr", "use"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.isolated: list[str] = []
        """Texts of `<bdi>` elements."""
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in self.TAGS or (tag == "script" and not found.get("src", "").startswith("/static/")):
            self.faults.append(f"<{tag}>")
        if tag == "meta" and found.get("http-equiv"):
            self.faults.append("meta refresh")
        self.faults += [
            f"{tag} {name}" for name in found if name.startswith(("on", "style", "srcdoc", "formaction", "hx-"))
        ]
        for name in ("href", "src", "action"):
            if name in found and not found[name].startswith(("/", "#")):
                self.faults.append(f"{tag} {name}={found[name][:40]}")
        if tag == "bdi":
            self.isolated.append("")
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "bdi" in self._open:
            self.isolated[-1] += data
        if "textarea" in self._open:
            return
        signs = {sign for sign in data if sign in BIDI or (ord(sign) < 32 and sign not in "\n\t\r")}
        if signs:
            self.faults.append(f"text with {sorted(f'U+{ord(sign):04X}' for sign in signs)}")
