"""Rules about values."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Arg, Copy, Env, Label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import (
        Expose,
        Instruction,
        Stopsignal,
        Word,
    )


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
def unparsable_value(instruction: Instruction) -> Iterator[Finding]:
    """Value has an unclosed quote or an invalid substitution.

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


@rule("DF013", severity=Severity.ERROR, aliases=("DL1000",))
def invalid_port(expose: Expose) -> Iterator[Finding]:
    """EXPOSE has an invalid port specification.

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
def invalid_stop_signal(stopsignal: Stopsignal) -> Iterator[Finding]:
    """STOPSIGNAL is not a valid signal.

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
def url_in_copy(copy: Copy) -> Iterator[Finding]:
    """COPY source is a URL, which only ADD can fetch.

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
