"""What BuildKit accepts at first and refuses when it turns the file into a build: quotes, mounts, ports, signals."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Arg, Copy, Env, Label, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import (
        Expose,
        Instruction,
        Stopsignal,
        Word,
    )
    from dockerlint_rules.syntax.dockerfile.logical_lines import Comment


@rule(
    "DF011",
    severity=Severity.ERROR,
    aliases=("DL1000",),
    on=(
        "FROM",
        "ENV",
        "LABEL",
        "ARG",
        "WORKDIR",
        "USER",
        "STOPSIGNAL",
        "VOLUME",
        "COPY",
        "ADD",
        "EXPOSE",
    ),
    words=("'", '"', "${"),
)
def unreadable_value(instruction: Instruction) -> Iterator[Finding]:
    """A quote is not closed, or a substitution is none.

    BuildKit stops when it comes to this value.

    Bad::

    ```dockerfile
    FROM debian:12
    ENV GREETING="hello
    #            ^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ENV GREETING="hello"
    ```

    How to fix: close the quote, or write the substitution as ``${NAME:-default}``.

    Source: BuildKit, ``frontend/dockerfile/shell``.
    """
    text = instruction.logical.text
    if not ("'" in text or '"' in text or "${" in text):
        return
    from dockerlint_rules.syntax.words import ExpansionError, process

    for word, value in _values(instruction):
        if not ("'" in value or '"' in value or "${" in value):
            continue
        try:
            process(value, {}, instruction.escape)
        except ExpansionError as error:
            reason = str(error).rpartition(": ")[2]
            if "not allowed" in reason or ":?" in value or "?" in value:
                continue  # ${X:?} asks for a build argument
            yield Finding.at(
                word,
                f"BuildKit stops at this value: {reason}. Close the quote, or mend the substitution.",
                # hadolint reads quotes in pairs alone.
                aliases=("DL1000",) if isinstance(instruction, Env | Label | Arg) else (),
            )


def _values(one: Instruction) -> Iterator[tuple[Word, str]]:
    if isinstance(one, Env | Label | Arg):
        for pair in one.pairs:
            if not isinstance(one, Arg):
                yield pair.key, pair.key.text
            if pair.value is not None:
                yield pair.value, pair.value.text
        return
    if one.form == "json":
        return
    for word in one.words[:1] if one.keyword == "FROM" else one.words:
        if not word.text.startswith("<<"):
            yield word, word.text


_TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")
_KEYS = frozenset({
    "type", "from", "source", "src", "target", "dst", "destination", "readonly", "ro", "readwrite", "rw", "id", "sharing", "required",
    "size", "mode", "uid", "gid", "env",
})  # fmt: skip


@rule("DF012", severity=Severity.ERROR, aliases=("DL1000",), words=("--mount",))
def invalid_mount(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """A --mount has a key, type or target that does not exist.

    BuildKit stops when it comes to this RUN.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,targt=/root/.cache true
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,target=/root/.cache true
    ```

    How to fix: use one of the keys that the message names.

    Source: Docker docs, "Dockerfile reference", RUN --mount; BuildKit, ``instructions.ParseMount``.
    """
    if not run.flags:
        return
    from dockerlint_rules.syntax.dockerfile.checks import csv_fields

    for mount in run.mounts:
        fields = csv_fields(mount.flag.value) or []
        kind = mount.type
        if "$" in mount.flag.value:
            continue  # the values are expanded first
        said = _wrong_in(fields, kind)
        if said is None and kind in ("bind", "cache", "tmpfs") and mount.target in ("", "/"):
            # A missing target is the working directory, which must not be the root folder.
            here = stage.workdir_before(run) if stage is not None else None
            if mount.target == "/" or here == "/":
                said = "it would be mounted on '/'; name a target"
        if said:
            yield Finding.at(mount.flag, f"This mount is refused: {said}.")


def _wrong_in(fields: list[str], kind: str) -> str | None:
    if kind not in _TYPES:
        return f"'{kind}' is no type; known are {', '.join(_TYPES)}"
    for field in fields:
        key, equals, value = field.partition("=")
        lower = key.strip().lower()
        if lower not in _KEYS:
            from difflib import get_close_matches  # perf: only on the way to a finding

            near = get_close_matches(lower, sorted(_KEYS), 1)
            return f"'{key}' is no key of a mount" + (f"; did you mean '{near[0]}'" if near else "")
        if not equals and lower not in ("readonly", "ro", "readwrite", "rw", "required"):
            return f"'{field}' has no value"
        if lower == "sharing" and value not in ("shared", "private", "locked"):
            return f"'{value}' is no way of sharing; known are shared, private and locked"
        if lower == "sharing" and kind != "cache":
            return f"a {kind} mount has no 'sharing'"
        if lower == "required" and kind not in ("secret", "ssh"):
            return f"a {kind} mount has no 'required'"
        if lower == "size" and kind != "tmpfs":
            return f"a {kind} mount has no 'size'"
    return None


@rule("DF013", severity=Severity.ERROR, aliases=("DL1000",))
def invalid_port(expose: Expose) -> Iterator[Finding]:
    """EXPOSE names something that is no port.

    BuildKit stops when it comes to it. A comment behind the ports is one, too: ``#`` means nothing there.

    Bad::

    ```dockerfile
    FROM debian:12
    EXPOSE 80 # web
    #         ^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    # web
    EXPOSE 80
    ```

    How to fix: write numbers, ``8000-8010`` or ``53/udp``.

    Source: Docker docs, "Dockerfile reference", EXPOSE; ``nat.ParsePortSpec``.
    """
    for word in expose.ports:
        text = word.text
        if "$" in text or set("\"'\\`") & set(text):
            continue
        if text.startswith("#"):
            yield Finding.at(
                word,
                "'#' begins no comment here, it is read as a port. Put the comment on a line above.",
            )
            return  # the words behind it are part of the comment
        spec, slash, protocol = text.partition("/")
        if slash and protocol.lower() not in ("tcp", "udp", "sctp", ""):
            yield Finding.at(
                word, f"'{protocol}' is no protocol of a port. Write tcp, udp or sctp."
            )
            continue
        port = spec.rpartition(":")[2]
        first, dash, last = port.partition("-")
        fine = (
            first.isascii()
            and first.isdecimal()
            and (not dash or (last.isascii() and last.isdecimal()))
        )
        if not fine:
            yield Finding.at(
                word, f"'{text}' is no port. Write a number, or two with '-' between them."
            )
        elif dash and int(first[:12]) > int(last[:12]):
            yield Finding.at(word, f"'{text}' goes backwards. Write '{last}-{first}'.")


# signal(7) on Linux; BuildKit takes them with and without SIG, and numbers.
_SIGNALS = frozenset({
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV",
    "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "UNUSED", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
    "RTMIN", "RTMAX", *(f"RTMIN+{count}" for count in range(1, 16)), *(f"RTMAX-{count}" for count in range(1, 15)),
})  # fmt: skip


@rule("DF014", severity=Severity.ERROR, aliases=("DL1000",))
def invalid_signal(stopsignal: Stopsignal) -> Iterator[Finding]:
    """STOPSIGNAL names no signal.

    BuildKit stops when it comes to it.

    Bad::

    ```dockerfile
    FROM nginx:1.29
    STOPSIGNAL SIGQIUT
    #          ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM nginx:1.29
    STOPSIGNAL SIGQUIT
    ```

    How to fix: write a name such as ``SIGTERM``, or a number.

    Source: signal(7); Docker docs, "Dockerfile reference", STOPSIGNAL.
    """
    for word in stopsignal.words[:1]:
        value = word.value
        if "$" in value or value.isdecimal():
            continue
        if value.upper().removeprefix("SIG") not in _SIGNALS:
            from difflib import get_close_matches  # perf: only on the way to a finding

            near = get_close_matches(value.upper().removeprefix("SIG"), sorted(_SIGNALS), 1)
            hint = f" Did you mean 'SIG{near[0]}'?" if near else " Write a name such as SIGTERM."
            yield Finding.at(word, f"'{value}' is no signal.{hint}")


@rule("DF015", severity=Severity.ERROR, aliases=("DL1000",), words=("://", "git@"))
def address_in_copy(copy: Copy) -> Iterator[Finding]:
    """COPY cannot fetch from an address.

    BuildKit stops; ADD is what fetches.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY https://example.com/tool /usr/bin/tool
    #    ^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ADD https://example.com/tool /usr/bin/tool
    ```

    How to fix: use ADD.

    Source: Docker docs, "Dockerfile reference", COPY.
    """
    if copy.from_ is not None:
        return
    for word in copy.sources:
        if word.value.lower().startswith(("http://", "https://", "git@", "git://", "ssh://")):
            yield Finding.at(word, f"COPY cannot fetch '{word.value}'. Use ADD.")


@rule("DF016", severity=Severity.ERROR, aliases=("DL1000",), on=("COPY", "ADD"), words=("--chmod",))
def invalid_mode(instruction: Instruction) -> Iterator[Finding]:
    """--chmod has no mode.

    BuildKit stops when it comes to it.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY --chmod=x app /usr/bin/app
    #    ^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY --chmod=755 app /usr/bin/app
    ```

    Good (symbolic modes, from the syntax 1.14 on)::

    ```dockerfile
    FROM debian:12
    COPY --chmod=u=rwX,go=rX app /usr/bin/app
    ```

    How to fix: write an octal number.

    Source: Docker docs, "Dockerfile reference", COPY --chmod.
    """
    assert isinstance(instruction, Copy | Add)
    flag = instruction.flag("chmod")
    if flag is None or "$" in flag.value or not flag.value:
        return
    value = flag.value
    octal = all(char in "01234567" for char in value) and int(value, 8) <= 0o7777
    symbolic = all(
        any(sign in part for sign in "+-=") and all(char in "ugoarwxXst+-=" for char in part)
        for part in value.split(",")
    )
    if not (octal or symbolic):
        yield Finding.at(flag, f"'{value}' is no mode. Write an octal number such as 755.")


_BOOLEANS = frozenset(
    {"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"}
)


@rule("DF021", severity=Severity.ERROR, words=("check=",))
def invalid_check_option(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Directive check= has an unknown option.

    The options are ``skip``, ``error`` and ``experimental``, with ``;`` between them. At anything else every build of
    the file ends with "invalid check option".

    Bad::

    ```dockerfile
    # check=ignore=StageNameCasing
    #       ^^^^^^^^^^^^^^^^^^^^^^
    FROM alpine:3.22
    ```

    Good::

    ```dockerfile
    # check=skip=StageNameCasing,FromAsCasing;error=true
    FROM alpine:3.22
    ```

    How to fix: write ``skip=``, ``error=true`` or ``experimental=``; a blank ends the directive.

    Source: BuildKit, ``linter.ParseLintOptions`` ("invalid check option").
    """
    for directive in dockerfile.directives:
        if directive.name != "check" or directive.indented:
            continue
        value = directive.effective
        text = dockerfile.source.text
        start = text.index(value, text.index("=", directive.start) + 1)
        for part in value.split(";"):
            key, equals, said = part.partition("=")
            reason = None
            if not equals or key.strip() not in ("skip", "error", "experimental"):
                reason = f"'{part[:40]}' is no option of 'check='. Write 'skip=', 'error=' or 'experimental='."
            elif key.strip() == "error" and said not in _BOOLEANS:
                reason = f"'{part[:40]}' is neither true nor false. Write 'error=true'."
            if reason:
                yield Finding.at(Span(start, start + len(part)), reason)
            start += len(part) + 1


@rule("DF093", severity=Severity.INFO, default=False, aliases=("DL1001",))
def ignore_comment(comment: Comment, options: Any) -> Iterator[Finding]:
    """An ignore comment is used.

    For teams that keep all exceptions in the configuration.

    Bad::

    ```dockerfile
    # hadolint ignore=DL3006
    #^^^^^^^^^^^^^^^^^^^^^^^
    FROM debian
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ```

    How to fix: move it to the configuration.

    Source: docs/hadolint.md, DL1001.
    """
    words = comment.text.lstrip("#").split("=")[0].split()
    if words == ["hadolint", "ignore"]:
        # hadolint keeps the rule silent until somebody gives it a severity; ALL does not mean it.
        asked = {
            *(getattr(options, "severity", None) or ()),
            *(getattr(options, "select", None) or ()),
            *(getattr(options, "extend_select", None) or ()),
        }
        aliases = ("DL1001",) if options is None or "DL1001" in asked else ()
    elif words[:1] in (["dockerlint:"], ["noqa"], ["noqa:"]):
        aliases = ()
    else:
        return
    yield Finding.at(
        comment,
        "Exceptions belong in the configuration here. Move this one there.",
        aliases=aliases,
    )
