"""Texts that attack a terminal or a CI server, and what output must not hold."""

from __future__ import annotations

import re

# Each of these must not reach a terminal or the log of a job as it is.
PIECES = (
    "\x1b[31m", "\x1b]0;t\x07", "\x9b31m", "\x08", "\x7f", "\x00", "\x0b", "\x0c", "\x1e", "\x85", "\u2028", "\u2029",
    "\u202e", "\u2066", "\u200f", "\ufeff", "\udc9b", "\r", "\n", "\n::error::forged", "\r::set-output name=a::b",
    "\u2028::error::forged", "\x0b  ::warning::forged", "::error file=a::forged", " ::add-mask::x", "\u200d::error::forged",
    "##[error]forged", "##vso[task.setvariable variable=a]b", "##teamcity[message text='x']", "#\u200d#[error]forged",
    "</script><b>", "&#10;", "]]>", '"', "'", "\\", "%0A::error::forged", "\t", "é", "a", " ",
)  # fmt: skip
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_WITHOUT_WIDTH = (
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)


def problems_of(data: bytes, *, own_commands: int = 0) -> list[str]:
    """What is wrong with an output; *own_commands* lines of it are workflow commands by intention."""
    text = data.decode("utf-8", "surrogateescape")
    found = [f"control character {char!r}" for char in _CONTROL.findall(text)]
    lines = [
        re.sub(_WITHOUT_WIDTH, "", line)
        for line in re.split("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text)
    ]
    commands = [line for line in lines if line.lstrip().startswith("::")]
    if len(commands) != own_commands:
        found += [f"command {line!r}" for line in commands]
    for mark in ("##[", "##vso[", "##teamcity["):
        found += [f"command {line!a}" for line in lines if mark in line.lower()]
    return found
