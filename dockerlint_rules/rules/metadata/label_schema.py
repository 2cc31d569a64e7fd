"""Labels that the options ``label-schema`` and ``strict-labels`` ask for."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from dockerlint_rules.model.stages import Dockerfile, Stage


def _label_schema(options: Any) -> dict[str, str]:
    """Labels with the types of their values, as configured; empty without a configuration."""
    return getattr(options, "label_schema", None) or {}


@rule("DF812", severity=Severity.INFO, aliases=("DL3049",), option="label_schema")
def missing_label(dockerfile: Dockerfile, options: Any) -> Iterator[Finding]:
    """Label required by the label schema is missing.

    Tools that read the label, for example to find an image's owner, get nothing from this image.

    Bad (label-schema: ``maintainer=text``)::

    ```dockerfile
    FROM debian:12
    #    ^^^^^^^^^ Required label 'maintainer' is missing
    LABEL version="1.0"
    ```

    Good (label-schema: ``maintainer=text``)::

    ```dockerfile
    FROM debian:12
    LABEL maintainer="Jo Doe"
    ```

    How to fix: set the label in the final stage.

    Options: ``label-schema`` lists the labels and their types. Without it the rule is not active.

    Source: docs/hadolint.md, label schema.
    """
    schema = _label_schema(options)
    if not schema:
        return
    for stage in dockerfile.stages:
        if not _is_result(stage):
            continue
        labels = {
            pair.key.value
            for ancestor in stage.lineage()
            for label in ancestor.of("LABEL")
            if isinstance(label, Label)
            for pair in label.pairs
        }
        for name in schema:
            if name not in labels:
                yield Finding.at(
                    stage.from_.image or stage.from_,
                    f"Required label '{name}' is missing. Set it in this stage.",
                )


def _is_result(stage: Stage) -> bool:
    """Whether a stage is a result in its own right: no other stage copies from it or is built on it."""
    used = stage.dockerfile.facts.get("used-stages")
    if used is None:
        stages = stage.dockerfile.stages
        used = {source.index for other in stages for source in other.uses}
        used |= {other.parent.index for other in stages if other.parent}
        stage.dockerfile.facts["used-stages"] = used
    return stage.index not in used


@rule("DF813", severity=Severity.INFO, aliases=("DL3050",), option="strict_labels")
def unknown_label(label: Label, options: Any) -> Iterator[Finding]:
    """Label is not in the label schema.

    With ``strict-labels``, only labels of the schema are allowed. The name of any other label may be misspelled, and
    tools that rely on the schema do not read it.

    Bad (label-schema: ``maintainer=text``, strict-labels: ``true``)::

    ```dockerfile
    FROM debian:12
    LABEL maintianer="Jo Doe"
    #     ^^^^^^^^^^ Label 'maintianer' is not in the label schema
    ```

    Good (label-schema: ``maintainer=text``, strict-labels: ``true``)::

    ```dockerfile
    FROM debian:12
    LABEL maintainer="Jo Doe"
    ```

    How to fix: correct the name, remove the label, or add it to ``label-schema``.

    Options: ``strict-labels`` turns the rule on, and ``label-schema`` lists the labels.

    Source: docs/hadolint.md, label schema.
    """
    if not getattr(options, "strict_labels", False):
        return
    schema = _label_schema(options)
    for pair in label.pairs:
        if pair.key.value not in schema:
            yield Finding.at(
                pair.key,
                f"Label '{pair.key.value}' is not in the label schema. Correct its name, or add it to 'label-schema'.",
            )


@rule("DF814", severity=Severity.WARNING, aliases=("DL3051",), option="label_schema")
def empty_label(label: Label, options: Any) -> Iterator[Finding]:
    """Label in the label schema has an empty value.

    Tools that read the label get nothing from this image.

    Bad (label-schema: ``maintainer=text``)::

    ```dockerfile
    FROM debian:12
    LABEL maintainer=""
    #     ^^^^^^^^^^^^^ Label 'maintainer' is empty
    ```

    Good (label-schema: ``maintainer=text``)::

    ```dockerfile
    FROM debian:12
    LABEL maintainer="Jo Doe"
    ```

    How to fix: set a value, or remove the label from the schema.

    Options: ``label-schema`` lists the labels and their types.

    Source: docs/hadolint.md, label schema.
    """
    schema = _label_schema(options)
    for pair in label.pairs:
        if pair.key.value in schema and not (pair.value and pair.value.value.strip()):
            yield Finding.at(pair, f"Label '{pair.key.value}' is empty. Set a value.")


@rule(
    "DF815",
    severity=Severity.WARNING,
    aliases=("DL3052", "DL3053", "DL3054", "DL3055", "DL3056", "DL3058"),
    option="label_schema",
)
def invalid_label_value(label: Label, options: Any) -> Iterator[Finding]:
    """Label value does not match its type in the label schema.

    Tools that read the value as a date, a version or a URL may fail or show nonsense.

    Bad (label-schema: ``org.opencontainers.image.url=url``)::

    ```dockerfile
    FROM debian:12
    LABEL org.opencontainers.image.url="example"
    #                                  ^^^^^^^^^ is not a URL
    ```

    Good (label-schema: ``org.opencontainers.image.url=url``)::

    ```dockerfile
    FROM debian:12
    LABEL org.opencontainers.image.url="https://example.com/app"
    ```

    How to fix: write the value in the format of its type.

    Options: ``label-schema`` maps labels to ``text``, ``url``, ``semver``, ``hash``, ``rfc3339``, ``spdx`` or
    ``email``.

    Known problems: a value with variables is left alone, because only the build knows it.

    Source: RFC 3986, RFC 3339, semver.org, spdx.org/licenses.
    """
    schema = _label_schema(options)
    for pair in label.pairs:
        value = pair.value.value if pair.value is not None else ""
        value_type = _TYPES.get(schema.get(pair.key.value, ""))
        if pair.value is None or value_type is None or not value.strip() or "$" in value:
            continue
        alias, description, is_valid = value_type
        if not is_valid(value):
            yield Finding.at(
                pair.value,
                f"Value '{value}' of label '{pair.key.value}' is not {description}. "
                "Correct it, or change the type in 'label-schema'.",
                aliases=(alias,),
            )


def _matching(pattern: str) -> Callable[[str], bool]:
    """A function that says whether a whole value matches a pattern."""

    def matches(value: str) -> bool:
        import re  # perf: only where a schema is configured

        return re.fullmatch(pattern, value) is not None

    return matches


_has_scheme = _matching(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")


def _is_url(value: str) -> bool:
    return _has_scheme(value) and ("//" not in value or bool(value.partition("//")[2]))


def _is_spdx_expression(value: str) -> bool:
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
_RFC_3339 = r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"

# Types of the label schema: hadolint's code, a description for the message, and whether a value is valid.
_TYPES: dict[str, tuple[str, str, Callable[[str], bool]]] = {
    "url": ("DL3052", "a URL", _is_url),
    "rfc3339": ("DL3053", "an RFC 3339 date and time", _matching(_RFC_3339)),
    "spdx": ("DL3054", "an SPDX license expression", _is_spdx_expression),
    "hash": (
        "DL3055",
        "a Git commit hash of 7, 40 or 64 hexadecimal digits",
        _matching(r"[0-9a-f]{7}|[0-9a-f]{40}|[0-9a-f]{64}"),
    ),
    "semver": ("DL3056", "a semantic version", _matching(_SEMVER)),
    "email": ("DL3058", "an email address", _matching(r"[^\s@]+@[^\s@]+\.[^\s@.]+")),
}
