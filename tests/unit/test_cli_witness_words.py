"""What `exchange witness` and `exchange epoch` say is there in three languages, with the same facts and commands."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from exchange.cli import witness_words
from exchange.cli.hints import Words

ALL = {name: value for name, value in vars(witness_words).items() if isinstance(value, Words)}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", ALL)
def test_the_same_facts_and_commands_in_every_language(name: str) -> None:
    words = ALL[name]
    commands = [re.findall(r"exchange [a-z]+ [a-z-]+", text) for text in words]
    assert len(set(words)) == 3
    assert commands[0] == commands[1] == commands[2]
    assert fields(words.ar) == fields(words.fr) == fields(words.en)
    assert re.search(r"[\u0600-\u06ff]", words.ar)
    assert not re.search(r"[\u0600-\u06ff]", words.fr + words.en)


def test_there_are_some() -> None:
    assert len(ALL) == 13
