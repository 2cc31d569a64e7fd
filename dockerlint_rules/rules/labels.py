"""Labels: their keys, and what a configured schema asks of them."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Label, Pair

_RESERVED = ("com.docker.", "io.docker.", "org.dockerproject.")
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_/")
_ENDS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def _key(pair: Pair) -> str:
    return pair.key.value


@rule("DF810", severity=Severity.STYLE, default=False, aliases=("DL3048",), words=("label",))
def invalid_label_key(label: Label) -> Iterator[Finding]:
    """A label's key is not as keys are.

    Keys are in lower case and begin with a domain that one owns; tools look for them by their exact text, and a few
    prefixes are Docker's own.

    Bad::

    ```dockerfile
    FROM debian:12
    LABEL Vendor="Example"
    #     ^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    LABEL com.example.vendor="Example"
    ```

    How to fix: use lower-case letters, digits, ``.`` and ``-``, beginning with a letter.

    Known problems: off by default; a key that works is not worth a change in most images.

    Source: Docker docs, "Docker object labels", "Key format recommendations".
    """
    for pair in label.pairs:
        key = _key(pair)
        if not key or "$" in key:
            continue
        wrong = (
            not ("a" <= key[0] <= "z")
            or key[-1] not in _ENDS
            or not _ALLOWED.issuperset(key)
            or key.startswith(_RESERVED)
            or ".." in key
            or "--" in key
        )
        if wrong:
            yield Finding.at(
                pair.key,
                f"'{key}' is no good key. Use lower-case letters, digits, '.' and '-', below a domain of your own.",
            )


@rule("DF811", severity=Severity.WARNING, fix="safe", words=("label",))
def repeated_label(stage: Stage) -> Iterator[Finding]:
    """A label is set twice with different values.

    The last one counts, and the first is there to mislead.

    Bad::

    ```dockerfile
    FROM debian:12
    LABEL version="1.0"
    #     ^^^^^^^
    LABEL version="1.1"
    ```

    Good::

    ```dockerfile
    FROM debian:12
    LABEL version="1.1"
    ```

    How to fix: drop the earlier one.

    Source: Docker docs, "Dockerfile reference", LABEL.
    """
    last: dict[str, Pair] = {}
    for one in stage.of("LABEL"):
        for pair in getattr(one, "pairs", ()):
            known = last.get(_key(pair))
            if known is not None and known.value is not None and pair.value is not None:
                yield Finding.at(
                    known.key,
                    f"Label '{_key(pair)}' is set again below, which is what counts. Drop this one.",
                )
            last[_key(pair)] = pair


def _schema(options: Any) -> dict[str, str]:
    return getattr(options, "label_schema", None) or {}


@rule("DF812", severity=Severity.INFO, aliases=("DL3049",), option="label_schema")
def missing_label(dockerfile: Dockerfile, options: Any) -> Iterator[Finding]:
    """A label that the configuration asks for is not there.

    Tools that go by your labels find nothing in this image.

    Bad (label-schema: ``maintainer=text``)::

    ```dockerfile
    FROM debian:12
    #    ^^^^^^^^^
    LABEL version="1.0"
    ```

    Good (label-schema: ``maintainer=text``)::

    ```dockerfile
    FROM debian:12
    LABEL maintainer="Jo Doe"
    ```

    How to fix: set it in the final stage.

    Options: ``label-schema`` names the labels and their types; without it the rule says nothing.

    Source: docs/hadolint.md, label schema.
    """
    schema = _schema(options)
    if not schema:
        return
    for stage in dockerfile.stages:
        if not _must_have_labels(stage):
            continue
        has = {
            _key(pair)
            for at in stage.lineage()
            for one in at.of("LABEL")
            for pair in getattr(one, "pairs", ())
        }
        for name in schema:
            if name not in has:
                target = stage.from_.image or stage.from_
                yield Finding.at(
                    target,
                    f"Label '{name}' is missing. Set it in this stage.",
                    severity=None if stage.ships or stage.is_final else Severity.INFO,
                )


def _must_have_labels(stage: Stage) -> bool:
    """Whether a stage is a result of its own: nothing copies from it or is built on it."""
    used = stage.dockerfile.facts.get("used-stages")
    if used is None:
        used = {one.index for other in stage.dockerfile.stages for one in other.uses}
        used |= {other.parent.index for other in stage.dockerfile.stages if other.parent}
        stage.dockerfile.facts["used-stages"] = used
    return stage.index not in used


@rule("DF813", severity=Severity.INFO, aliases=("DL3050",), option="strict_labels")
def superfluous_label(label: Label, options: Any) -> Iterator[Finding]:
    """A label that the configuration does not know.

    With strict labels every label belongs to the schema; this one may be a slip of the pen.

    Bad (label-schema: ``maintainer=text``, strict-labels: ``true``)::

    ```dockerfile
    FROM debian:12
    LABEL maintianer="Jo Doe"
    #     ^^^^^^^^^^
    ```

    Good (label-schema: ``maintainer=text``, strict-labels: ``true``)::

    ```dockerfile
    FROM debian:12
    LABEL maintainer="Jo Doe"
    ```

    How to fix: mend the name, drop the label, or add it to ``label-schema``.

    Options: ``strict-labels`` turns it on.

    Source: docs/hadolint.md, label schema.
    """
    if not getattr(options, "strict_labels", False):
        return
    schema = _schema(options)
    for pair in label.pairs:
        if _key(pair) not in schema:
            yield Finding.at(
                pair.key,
                f"Label '{_key(pair)}' is not in the schema. Mend its name, or add it there.",
            )


@rule("DF814", severity=Severity.WARNING, aliases=("DL3051",), option="label_schema")
def empty_label(label: Label, options: Any) -> Iterator[Finding]:
    """A label of the schema is empty.

    Tools that go by the label get nothing.

    Bad (label-schema: ``maintainer=text``)::

    ```dockerfile
    FROM debian:12
    LABEL maintainer=""
    #     ^^^^^^^^^^^^^
    ```

    Good (label-schema: ``maintainer=text``)::

    ```dockerfile
    FROM debian:12
    LABEL maintainer="Jo Doe"
    ```

    How to fix: give it a value.

    Options: ``label-schema``.

    Source: docs/hadolint.md, label schema.
    """
    schema = _schema(options)
    for pair in label.pairs:
        if _key(pair) in schema and not (pair.value and pair.value.value.strip()):
            yield Finding.at(pair, f"Label '{_key(pair)}' is empty. Give it a value.")


@rule(
    "DF815",
    severity=Severity.WARNING,
    aliases=("DL3052", "DL3053", "DL3054", "DL3055", "DL3056", "DL3058"),
    option="label_schema",
)
def mistyped_label(label: Label, options: Any) -> Iterator[Finding]:
    """A label's value is not of the type that the schema asks for.

    Tools that read it as a date, a version or an address stumble over it.

    Bad (label-schema: ``org.opencontainers.image.url=url``)::

    ```dockerfile
    FROM debian:12
    LABEL org.opencontainers.image.url="example"
    #                                  ^^^^^^^^^
    ```

    Good (label-schema: ``org.opencontainers.image.url=url``)::

    ```dockerfile
    FROM debian:12
    LABEL org.opencontainers.image.url="https://example.com/app"
    ```

    How to fix: write the value as its type has it. A value with variables is left alone, since the build fills it in.

    Options: ``label-schema`` maps labels to ``text``, ``url``, ``semver``, ``hash``, ``rfc3339``, ``spdx`` or ``email``.

    Source: RFC 3986, RFC 3339, semver.org, spdx.org/licenses.
    """
    schema = _schema(options)
    for pair in label.pairs:
        kind = schema.get(_key(pair))
        if kind is None or kind not in _TYPES or pair.value is None:
            continue
        value = pair.value.value
        if not value.strip():
            continue
        code, said, fits = _TYPES[kind]
        if "$" in value:
            continue
        if not fits(value):
            yield Finding.at(
                pair.value,
                f"Label '{_key(pair)}' is to be {said}, and '{value}' is none.",
                aliases=(code,),
            )


def _matches(pattern: str) -> Callable[[str], bool]:
    def fits(value: str) -> bool:
        import re  # perf: only where a schema is configured

        return re.fullmatch(pattern, value) is not None

    return fits


def _is_url(value: str) -> bool:
    return _matches(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")(value) and (
        "//" not in value or bool(value.partition("//")[2])
    )


def _is_licence(value: str) -> bool:
    from packaging.licenses import (  # perf: only where a schema asks for it
        InvalidLicenseExpression,
        canonicalize_license_expression,
    )

    try:
        return canonicalize_license_expression(value) == value
    except InvalidLicenseExpression:
        return False


_SEMVER = (
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?"
    r"(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?"
)
_TYPES: dict[str, tuple[str, str, Callable[[str], bool]]] = {
    "url": ("DL3052", "a URL", _is_url),
    "rfc3339": (
        "DL3053",
        "a time as RFC 3339 has it",
        _matches(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"),
    ),
    "spdx": ("DL3054", "the SPDX id of a licence", _is_licence),
    "hash": (
        "DL3055",
        "a Git hash of 7, 40 or 64 digits",
        _matches(r"[0-9a-f]{7}|[0-9a-f]{40}|[0-9a-f]{64}"),
    ),
    "semver": ("DL3056", "a semantic version", _matches(_SEMVER)),
    "email": ("DL3058", "an e-mail address", _matches(r"[^\s@]+@[^\s@]+\.[^\s@.]+")),
}


@rule("DF816", severity=Severity.INFO, default=False, aliases=("DL3057",))
def no_healthcheck(dockerfile: Dockerfile) -> Iterator[Finding]:
    """The image has no HEALTHCHECK.

    Docker and Swarm can only tell whether the process is there, not whether it answers.

    Bad::

    ```dockerfile
    FROM debian:12
    #    ^^^^^^^^^
    CMD ["server"]
    ```

    Good::

    ```dockerfile
    FROM debian:12
    HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]
    CMD ["server"]
    ```

    How to fix: add one, or ``HEALTHCHECK NONE`` where another system asks.

    Known problems: off by default; Kubernetes does not look at it, and many images are no servers.

    Source: Docker docs, "Dockerfile reference", HEALTHCHECK.
    """
    good: set[int] = set()
    for stage in dockerfile.stages:
        if stage.of("HEALTHCHECK"):
            good.update(one.index for one in stage.lineage())
    for stage in dockerfile.stages:
        if not stage.is_final or stage.index in good:
            continue
        if not any(one.index in good and one.of("HEALTHCHECK") for one in stage.lineage()):
            yield Finding.at(
                stage.from_.image or stage.from_,
                "Nothing here says how to tell that the container works. Add a HEALTHCHECK.",
            )
