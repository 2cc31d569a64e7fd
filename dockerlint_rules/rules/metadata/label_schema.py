"""Rules about label schema."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.metadata.labels import label_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Label


def _schema(options: Any) -> dict[str, str]:
    return getattr(options, "label_schema", None) or {}


@rule("DF812", severity=Severity.INFO, aliases=("DL3049",), option="label_schema")
def missing_label(dockerfile: Dockerfile, options: Any) -> Iterator[Finding]:
    """Label required by the label schema is missing.

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
            label_key(pair)
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
def unknown_label(label: Label, options: Any) -> Iterator[Finding]:
    """Label is not in the label schema.

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
        if label_key(pair) not in schema:
            yield Finding.at(
                pair.key,
                f"Label '{label_key(pair)}' is not in the schema. Mend its name, or add it there.",
            )


@rule("DF814", severity=Severity.WARNING, aliases=("DL3051",), option="label_schema")
def empty_label(label: Label, options: Any) -> Iterator[Finding]:
    """Label in the label schema has an empty value.

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
        if label_key(pair) in schema and not (pair.value and pair.value.value.strip()):
            yield Finding.at(pair, f"Label '{label_key(pair)}' is empty. Give it a value.")


@rule(
    "DF815",
    severity=Severity.WARNING,
    aliases=("DL3052", "DL3053", "DL3054", "DL3055", "DL3056", "DL3058"),
    option="label_schema",
)
def invalid_label_value(label: Label, options: Any) -> Iterator[Finding]:
    """Label value does not match its type in the label schema.

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
        kind = schema.get(label_key(pair))
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
                f"Label '{label_key(pair)}' is to be {said}, and '{value}' is none.",
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
