"""What BuildKit's second stage refuses: number of arguments, flags, values.

One function for each keyword, in the order in which BuildKit asks; each notes at most what BuildKit
would stop at, with the text it would print.  Source: the behaviour of ``instructions.Parse``.
"""

from __future__ import annotations

import re

from dockerlint_rules.syntax.dockerfile.directives import SPACES
from dockerlint_rules.syntax.dockerfile.instruction import Flag, Instruction
from dockerlint_rules.syntax.dockerfile.instructions import (
    KINDS,
    Arg,
    CopyOrAdd,
    Expose,
    From,
    Healthcheck,
    Onbuild,
    Pairs,
    Run,
    Shell,
    Unknown,
    Volume,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# Flags by keyword: "s" takes a value, "m" may come several times, "b" is true or false.
FLAGS: dict[str, dict[str, str]] = {
    "FROM": {"platform": "s"},
    "RUN": {"mount": "m", "network": "s", "security": "s", "device": "m"},
    "COPY": {"chown": "s", "chmod": "s", "from": "s", "link": "b", "parents": "b", "exclude": "m"},
    "ADD": {"chown": "s", "chmod": "s", "checksum": "s", "link": "b", "keep-git-dir": "b", "unpack": "b", "exclude":
    "m"},
    "HEALTHCHECK": {"interval": "s", "timeout": "s", "start-period": "s", "start-interval": "s", "retries": "s"},
}  # fmt: skip
_STAGE_NAME = re.compile(r"[a-z][a-z0-9-_.]*\Z")
# What Go's strconv.ParseBool accepts.
GO_BOOLEANS = frozenset(
    {"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"}
)
_INTEGER = re.compile(r"[+-]?\d+\Z")


def check_arguments(instruction: Instruction) -> None:
    """Note in ``instruction.errors`` what BuildKit's second stage refuses first, if anything."""
    if isinstance(instruction, Unknown):
        _unknown(instruction)
        return
    if any(problem.stage == 1 for problem in instruction.errors):
        return
    for step in _STEPS[instruction.keyword]:
        step(instruction)
        if instruction.errors:
            return


def _unknown(it: Instruction) -> None:
    word = it.keyword_word.text
    from dockerlint_rules.syntax.spelling import nearest  # perf: only for an error

    near = nearest(word.upper(), KINDS)
    if near and not word.isupper():
        near = near.lower() if word.islower() else near
    hint = f" (did you mean {near}?)" if near else ""
    it.refuse(f"unknown instruction: {word}{hint}", kind="unknown")


def _quote(text: str) -> str:
    """Quote text as BuildKit's messages do."""
    from dockerlint_rules.syntax.go_text import go_quote  # perf: only for an error

    return go_quote(text)


# -- arguments ------------------------------------------------------------------------------------


def _require_one_argument(it: Instruction) -> None:
    if len(it.args) != 1:
        it.refuse(f"{it.keyword} requires exactly one argument")


def _require_arguments(it: Instruction) -> None:
    if not it.args:
        it.refuse(f"{it.keyword} requires at least one argument")


def _destination(it: Instruction) -> None:
    if len(it.args) < 2:
        it.refuse(
            f"{it.keyword} requires at least two arguments, but only one was provided. "
            "Destination could not be determined"
        )
    elif isinstance(it, CopyOrAdd):
        names = {heredoc.operator.start for heredoc in it.heredocs}
        last = it.words[-1]
        if any(last.start <= start < last.end for start in names):
            it.refuse(f"{it.keyword} cannot accept a heredoc as a destination", last)


def _names(it: Instruction) -> None:
    if isinstance(it, Pairs):
        for pair in it.pairs:
            if not pair.name:
                it.refuse(f"{it.keyword} names can not be blank", pair)
                return


def _arg_names(it: Instruction) -> None:
    if isinstance(it, Arg):
        for pair in it.pairs:
            if not pair.name:
                it.refuse("ARG names can not be blank", pair)
                return


def _from(it: Instruction) -> None:
    count = len(it.args)
    if count != 1 and not (count == 3 and it.args[1].lower() == "as"):
        it.refuse("FROM requires either one or three arguments")
    elif isinstance(it, From) and it.name is not None and not _STAGE_NAME.match(it.name):
        it.refuse(
            f"invalid name for build stage: {_quote(it.args[2])}, "
            "name can't start with a number or contain symbols",
            it.name_word,
            "value",
        )


def _shell(it: Instruction) -> None:
    if isinstance(it, Shell) and it.form != "json":
        it.refuse("SHELL requires the arguments to be in JSON form", kind="value")


def _volume(it: Instruction) -> None:
    if isinstance(it, Volume):
        for word in it.words:
            if not word.text.strip(SPACES):
                it.refuse("VOLUME specified can not be an empty string", word, "value")
                return


def _expose(it: Instruction) -> None:
    if isinstance(it, Expose):
        _require_arguments(it)


def _onbuild(it: Instruction) -> None:
    if not isinstance(it, Onbuild) or it.trigger is None:
        return
    inner = it.trigger.keyword
    if inner == "ONBUILD":
        message = "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"
        it.refuse(message, it.trigger.keyword_word, "trigger")
    elif inner in ("FROM", "MAINTAINER"):
        message = f"{inner} isn't allowed as an ONBUILD trigger"
        it.refuse(message, it.trigger.keyword_word, "trigger")


# -- flags ------------------------------------------------------------------------------------------


def _flags(it: Instruction) -> None:
    known = FLAGS.get(it.keyword, {})
    seen: set[str] = set()
    for flag in it.flags:
        kind = known.get(flag.name)
        if kind is None:
            from dockerlint_rules.syntax.spelling import nearest  # perf: only for an error

            near = nearest(flag.name, known)
            hint = f" (did you mean {near}?)" if near else ""
            it.refuse(f"unknown flag: --{flag.name}{hint}", flag, "flag")
            return
        if kind != "m" and flag.name in seen:
            it.refuse(f"duplicate flag specified: --{flag.name}", flag, "flag")
            return
        seen.add(flag.name)
        if _bad_value(it, flag, kind):
            return


def _bad_value(it: Instruction, flag: Flag, kind: str) -> bool:
    value = flag.value_text
    if kind == "b":
        if value is None or value.lower() in ("true", "false"):
            return False
        if value:
            message = f"expecting boolean value for flag --{flag.name}, not: {value}"
            it.refuse(message, flag, "flag")
            return True
    elif value is not None:
        return False
    it.refuse(f"missing a value on flag: --{flag.name}", flag, "flag")
    return True


def _run_flags(it: Instruction) -> None:
    if not isinstance(it, Run):
        return
    for flag in it.flags:
        value = flag.value
        if flag.name == "network" and value not in ("default", "none", "host"):
            it.refuse(f"invalid network mode {_quote(value)}", flag, "flag")
        elif flag.name == "security" and value not in ("sandbox", "insecure"):
            it.refuse(f"security {_quote(value)} is not valid", flag, "flag")
        elif flag.name == "device":
            _device(it, flag)
        elif flag.name == "mount":
            _mount(it, flag)
        if it.errors:
            return


def _mount(it: Instruction, flag: Flag) -> None:
    from dockerlint_rules.syntax.go_text import csv_fields

    fields = csv_fields(flag.value)
    if fields is None:
        it.refuse(
            'failed to parse csv mounts: parse error on line 1: bare " in field', flag, "flag"
        )
        return
    for field in fields:
        key, equals, value = field.partition("=")
        if equals and key.lower() == "from" and "$" in value[:-1]:
            message = "'from' doesn't support variable expansion, define alias stage instead"
            it.refuse(message, flag, "flag")
            return


def _device(it: Instruction, flag: Flag) -> None:
    from dockerlint_rules.syntax.go_text import csv_fields

    fields = csv_fields(flag.value)
    if fields is None:
        it.refuse("failed to parse csv devices", flag, "flag")
        return
    name = ""
    for number, field in enumerate(fields):
        key, equals, value = field.partition("=")
        if number == 0 and key.lower() not in ("name", "required"):
            name = field  # vendor.com/class=device holds an equals sign itself
        elif not equals and key.lower() != "required":
            it.refuse(f"invalid field '{field}' must be a key=value pair", flag, "flag")
        elif key.lower() == "name" and name:
            it.refuse(f"device name already set to {name}", flag, "flag")
        elif key.lower() == "name":
            name = value
        elif key.lower() == "required" and equals and value not in GO_BOOLEANS:
            it.refuse(f"invalid value for required: {value}", flag, "flag")
        if it.errors:
            return


# -- HEALTHCHECK ------------------------------------------------------------------------------------


def _healthcheck(it: Instruction) -> None:
    if not isinstance(it, Healthcheck):
        return
    if it.kind == "NONE":
        if it.words:
            it.refuse("HEALTHCHECK NONE takes no arguments", it.words[0])
        return
    if it.kind != "CMD":
        message = f"Unknown type {_quote(it.kind)} in HEALTHCHECK (try CMD)"
        it.refuse(message, it.kind_word, "value")
        return
    _flags(it)
    if not it.errors and len(it.args) < 2:
        it.refuse("Missing command after HEALTHCHECK CMD", it.kind_word)
    for name in ("interval", "timeout", "start-period", "start-interval"):
        flag = it.flag(name)
        if flag and not it.errors:
            _duration(it, flag)
    flag = it.flag("retries")
    if flag and flag.value and not it.errors:
        _retries(it, flag)


def _retries(it: Instruction, flag: Flag) -> None:
    if not _INTEGER.match(flag.value):
        message = f"strconv.ParseInt: parsing {_quote(flag.value)}: invalid syntax"
        it.refuse(message, flag, "value")
    elif int(flag.value[:20]) < 0:
        it.refuse(f"--retries cannot be negative ({int(flag.value[:20])})", flag, "value")


def _duration(it: Instruction, flag: Flag) -> None:
    if not flag.value:
        return
    from dockerlint_rules.syntax.go_text import parse_duration

    milliseconds = parse_duration(flag.value)
    if isinstance(milliseconds, str):
        it.refuse(milliseconds, flag, "value")
    elif milliseconds != 0 and milliseconds < 1:
        message = f"Interval {_quote(flag.name)} cannot be less than 1ms"
        it.refuse(message, flag, "value")


_STEPS: dict[str, tuple[Callable[[Instruction], None], ...]] = {
    "FROM": (_from, _flags),
    "ARG": (_require_arguments, _arg_names),
    "ENV": (_flags, _require_arguments, _names),
    "LABEL": (_flags, _require_arguments, _names),
    "RUN": (_flags, _run_flags),
    "CMD": (_flags,),
    "ENTRYPOINT": (_flags,),
    "SHELL": (_flags, _require_arguments, _shell),
    "COPY": (_destination, _flags),
    "ADD": (_destination, _flags),
    "WORKDIR": (_require_one_argument, _flags),
    "USER": (_require_one_argument, _flags),
    "MAINTAINER": (_require_one_argument, _flags),
    "STOPSIGNAL": (_require_one_argument,),
    "EXPOSE": (_expose, _flags),
    "VOLUME": (_require_arguments, _flags, _volume),
    "ONBUILD": (_require_arguments, _flags, _onbuild),
    "HEALTHCHECK": (_require_arguments, _healthcheck),
}
