"""Rules about values that BuildKit cannot use: quotes, ports, signals, and URLs in COPY."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Arg, Copy, Env, Label
from dockerlint_rules.syntax.spelling import most_similar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Word
    from dockerlint_rules.syntax.dockerfile.instructions import Expose, Stopsignal


@rule(
    "DF011",
    severity=Severity.ERROR,
    aliases=("DL1000",),
    on=(
        "FROM", "ENV", "LABEL", "ARG", "WORKDIR", "USER", "STOPSIGNAL", "VOLUME", "COPY", "ADD", "EXPOSE",
    ),
    words=("'", '"', "${"),
)  # fmt: skip
def unparsable_value(instruction: Instruction) -> Iterator[Finding]:
    """Value has an unclosed quote or an invalid substitution.

    BuildKit cannot expand the value, so the build fails at this instruction.

    Bad::

    ```dockerfile
    FROM debian:12
    ENV GREETING="hello
    #            ^^^^^^ has an unclosed double quote
    ```

    Bad (a substitution without its end)::

    ```dockerfile
    FROM debian:12
    WORKDIR /srv/${NAME
    #       ^^^^^^^^^^^ has an unclosed '${'
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
    if not _may_be_unparsable(text):
        return
    from dockerlint_rules.syntax.words import ExpansionError, expand_and_split

    for word, value in _expanded_values(instruction):
        if not _may_be_unparsable(value):
            continue
        try:
            expand_and_split(value, {}, instruction.escape)
        except ExpansionError as error:
            reason = str(error).rpartition(": ")[2]
            if "not allowed" in reason or ":?" in value or "?" in value:
                continue  # ${X:?} requires a build argument
            yield Finding.at(
                word,
                _unparsable_message(value, reason),
                # hadolint only reads quotes in pairs.
                aliases=("DL1000",) if isinstance(instruction, Env | Label | Arg) else (),
            )


def _may_be_unparsable(text: str) -> bool:
    return "'" in text or '"' in text or "${" in text


def _unparsable_message(value: str, reason: str) -> str:
    """The message for a value that BuildKit refuses to expand for this reason."""
    from dockerlint_rules.rules.syntax.problems import quoted

    if "single-quote" in reason or "double-quote" in reason:
        kind = "single" if "single-quote" in reason else "double"
        return f"{quoted(value)} has an unclosed {kind} quote, so the build fails. Close the quote."
    if reason.startswith("missing '/'"):
        return f"{quoted(value)} has an unclosed '${{', so the build fails. Add the missing '/'."
    # BuildKit shows U+FFFD where it expects a modifier and the text ends.
    if reason.startswith(("missing '}'", "unsupported modifier (\ufffd)")):
        return f"{quoted(value)} has an unclosed '${{', so the build fails. Add the missing '}}'."
    if "levels" in reason or "too much text" in reason:  # limits of ours, not of BuildKit
        return f"{quoted(value)} is too complex to be checked. Simplify its substitutions."
    return (
        f"{quoted(value)} contains an invalid substitution, so the build fails. "
        "Write it as '${NAME}' or '${NAME:-default}'."
    )


def _expanded_values(instruction: Instruction) -> Iterator[tuple[Word, str]]:
    """The texts of an instruction that BuildKit expands, with the word that contains each."""
    if isinstance(instruction, Env | Label | Arg):
        for pair in instruction.pairs:
            if not isinstance(instruction, Arg):
                yield pair.key, pair.key.text
            if pair.value is not None:
                yield pair.value, pair.value.text
        return
    if instruction.form == "json":
        return
    for word in instruction.words[:1] if instruction.keyword == "FROM" else instruction.words:
        if not word.text.startswith("<<"):
            yield word, word.text


@rule("DF013", severity=Severity.ERROR, aliases=("DL1000",))
def invalid_port(expose: Expose) -> Iterator[Finding]:
    """EXPOSE has an invalid port specification.

    BuildKit cannot parse the port, so the build fails. A comment after the ports has the same effect,
    because ``#`` only starts a comment at the beginning of a line.

    Bad::

    ```dockerfile
    FROM debian:12
    EXPOSE 80 # web
    #         ^ '#' does not start a comment here
    ```

    Bad (a range and a protocol)::

    ```dockerfile
    FROM debian:12
    EXPOSE 8010-8000 53/dns
    #      ^^^^^^^^^ Write '8000-8010'
    #                ^^^^^^ 'dns' is not a port protocol
    ```

    Good::

    ```dockerfile
    FROM debian:12
    # web
    EXPOSE 80
    ```

    How to fix: write a number (``80``), a range (``8000-8010``) or a port with its protocol (``53/udp``).

    Source: Docker docs, "Dockerfile reference", EXPOSE; ``nat.ParsePortSpec``.
    """
    for word in expose.ports:
        text = word.text
        if "$" in text or set("\"'\\`") & set(text):
            continue
        if text.startswith("#"):
            yield Finding.at(
                word,
                "'#' does not start a comment here, so BuildKit reads it as a port and fails. "
                "Move the comment to a line above.",
            )
            return  # the words after it belong to the comment
        spec, slash, protocol = text.partition("/")
        if slash and protocol.lower() not in ("tcp", "udp", "sctp", ""):
            yield Finding.at(
                word,
                f"'{protocol}' is not a port protocol, so the build fails. Use tcp, udp or sctp.",
            )
            continue
        port = spec.rpartition(":")[2]
        first, dash, last = port.partition("-")
        if not _is_number(first) or (dash and not _is_number(last)):
            yield Finding.at(
                word,
                f"'{text}' is not a port, so the build fails. "
                "Write a number such as 8080, or a range such as 8000-8010.",
            )
        elif dash and int(first[:12]) > int(last[:12]):
            yield Finding.at(
                word,
                f"Port range '{text}' ends before it starts, so the build fails. Write '{last}-{first}'.",
            )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


# signal(7) on Linux; BuildKit accepts names with and without SIG, and numbers.
_SIGNALS = frozenset({
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL",
    "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "UNUSED", "URG",
    "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
    *(f"RTMIN+{count}" for count in range(1, 16)), *(f"RTMAX-{count}" for count in range(1, 15)),
})  # fmt: skip


@rule("DF014", severity=Severity.ERROR, aliases=("DL1000",))
def invalid_stop_signal(stopsignal: Stopsignal) -> Iterator[Finding]:
    """STOPSIGNAL is not a valid signal.

    BuildKit does not know the signal, so the build fails at this instruction.

    Bad::

    ```dockerfile
    FROM nginx:1.29
    STOPSIGNAL SIGQIUT
    #          ^^^^^^^ 'SIGQIUT' is not a signal, so the build fails. Did you mean 'SIGQUIT'?
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
        name = value.upper().removeprefix("SIG")
        if name not in _SIGNALS:
            similar = most_similar(name, sorted(_SIGNALS))
            remedy = f"Did you mean 'SIG{similar}'?" if similar else "Use a name such as SIGTERM."
            yield Finding.at(word, f"'{value}' is not a signal, so the build fails. {remedy}")


@rule("DF015", severity=Severity.ERROR, aliases=("DL1000",), words=("://", "git@"))
def url_in_copy(copy: Copy) -> Iterator[Finding]:
    """COPY source is a URL, which only ADD can fetch.

    COPY only reads from the build context, from stages and from images, so the build fails.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY https://example.com/tool /usr/bin/tool
    #    ^^^^^^^^^^^^^^^^^^^^^^^^ COPY cannot fetch 'https://example.com/tool'
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
            yield Finding.at(
                word, f"COPY cannot fetch '{word.value}', so the build fails. Use ADD instead."
            )
