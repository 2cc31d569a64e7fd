"""Rules about variables that nothing in a stage sets."""

from __future__ import annotations

from bisect import bisect_right

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.stages.unset_names import UnsetUse, global_arg_names, unset_uses
from dockerlint_rules.syntax.spelling import edit_distance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.source import Span


# Images that set no variable but PATH, according to their Dockerfiles.
_PLAIN_IMAGES = frozenset({
    "almalinux", "alpine", "amazonlinux", "busybox", "debian", "oraclelinux", "rockylinux", "rockylinux/rockylinux",
    "ubuntu",
})  # fmt: skip


@rule("DF730", severity=Severity.WARNING, aliases=("UndefinedVar",), fix="unsafe", words=("$",))
def undefined_variable(stage: Stage) -> Iterator[Finding]:
    """Variable is not set in this stage.

    BuildKit replaces it with an empty string: ``COPY app $HOMEDIR/`` copies to the root directory. Usually the name is
    misspelled, or the ARG is in another stage.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    ARG VERSION=1.4
    COPY tool-$VERSON /usr/bin/tool
    #         ^^^^^^^ Nothing in this stage sets '$VERSON', so it is empty. Did you mean '$VERSION'?
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    ARG VERSION=1.4
    COPY tool-$VERSION /usr/bin/tool
    ```

    Bad (an ARG before the first FROM)::

    ```dockerfile
    ARG VERSION=1.4
    FROM alpine:3.22
    COPY tool-$VERSION /usr/bin/tool
    #         ^^^^^^^^ Repeat 'ARG VERSION' in this stage
    ```

    Bad (a heredoc that becomes a file)::

    ```dockerfile
    FROM alpine:3.22
    COPY <<EOF /etc/nginx/conf.d/app.conf
    try_files $uri /index.html;
    #         ^^^^ BuildKit replaces '$uri' in this heredoc
    EOF
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    ARG VERSION=1.4
    COPY tool-$VERSION /usr/bin/tool
    ```

    How to fix: declare the variable with ARG or ENV in this stage, or correct the name.

    Fix safety: unsafe, because the fix guesses the intended name.

    Known problems: dockerlint does not know the variables of most base images. The rule therefore reports base
    images that set nothing but ``PATH``, names that differ slightly from one that is set, and ARGs before the
    first FROM that the stage does not repeat. DF733 reports the others.

    Source: Docker docs, "Build checks", UndefinedVar.
    """
    is_plain = _has_plain_base(stage)
    state = "is empty" if is_plain else "may be empty"
    global_names = global_arg_names(stage.dockerfile)
    for use in unset_uses(stage):
        if use.is_intended:
            continue
        if use.name in global_names:
            yield Finding.at(
                use.place,
                f"'${use.name}' is only declared before the first FROM, so it {state} here. "
                f"Repeat 'ARG {use.name}' in this stage.",
                aliases=_aliases(stage, use.place),
            )
        elif not (_is_certain(use, is_plain=is_plain) or _is_workdir(use)):
            continue
        elif use.is_in_heredoc:
            yield _heredoc_finding(use)
        else:
            remedy = f"Did you mean '${use.near}'?" if use.near else "Declare it with ARG or ENV."
            yield Finding.at(
                use.place,
                f"Nothing in this stage sets '${use.name}', so it {state}. {remedy}",
                fix=use.fix,
                aliases=_aliases(stage, use.place),
            )


def _heredoc_finding(use: UnsetUse) -> Finding:
    return Finding.at(
        use.place,
        f"BuildKit replaces '${use.name}' in this heredoc, but nothing in the stage sets it. "
        f"Write '\\${use.name}', or quote the heredoc's name.",
        fix=Fix(f"Replace with '\\${use.name}'", [Edit.before(use.place, "\\")], safe=False),
        aliases=("UndefinedVar",),
    )


@rule("DF733", severity=Severity.INFO, default=False, aliases=("UndefinedVar",), words=("$",))
def possibly_undefined_variable(stage: Stage) -> Iterator[Finding]:
    """Variable is set only if the base image sets it.

    Nothing in the stage sets it. It is empty if the base image does not set it either; and if the base image
    does, its next release may not.

    Bad::

    ```dockerfile
    FROM golang:1.25
    COPY . $GOPATH/src/app
    #      ^^^^^^^ sets '$GOPATH', so its value depends on the base image
    ```

    Good::

    ```dockerfile
    FROM golang:1.25
    COPY . /go/src/app
    ```

    How to fix: write the value itself, or set the variable in this stage.

    Known problems: off by default. ``docker build --check`` asks the registry which variables the base image
    sets.

    Source: Docker docs, "Build checks", UndefinedVar.
    """
    is_plain = _has_plain_base(stage)
    global_names = global_arg_names(stage.dockerfile)
    for use in unset_uses(stage):
        if use.is_intended or not (use.name in global_names or _is_certain(use, is_plain=is_plain)):
            yield Finding.at(
                use.place,
                f"Nothing in this stage sets '${use.name}', so its value depends on the base image. "
                "Set it here, or write the value itself.",
                aliases=_aliases(stage, use.place),
            )


def _is_certain(use: UnsetUse, *, is_plain: bool) -> bool:
    """Whether the base image is unlikely to set the variable."""
    if is_plain:
        return True
    if use.is_in_heredoc:
        # Images set variables in upper case; $uri and $1 belong to the text of the file.
        return use.name.islower()
    return _is_misspelled(use.name, use.near)


def _is_misspelled(name: str, near: str | None) -> bool:
    """Whether a name is so close to one that is set that nothing else can be meant: GOPATH is not PATH."""
    if near is None or near == "PATH" or len(name) < 4:
        return False
    return len(name) > 7 or edit_distance(name, near, 3) == 1


def _is_workdir(use: UnsetUse) -> bool:
    """Whether the use confuses the instruction WORKDIR with a variable, which no image sets."""
    return use.name == "WORKDIR" and not use.is_in_heredoc


def _has_plain_base(stage: Stage) -> bool:
    """Whether the base image is known to set no variable but PATH."""
    base = stage.root.base
    return base.is_scratch or (base.is_name_certain and base.upstream in _PLAIN_IMAGES)


def _aliases(stage: Stage, place: Span) -> tuple[str, ...]:
    """BuildKit's name, except in EXPOSE, which its check ignores although an empty port is invalid."""
    exposes = stage.facts.get("expose-places")
    if exposes is None:
        exposes = stage.facts["expose-places"] = [
            (expose.start, expose.end) for expose in stage.of("EXPOSE")
        ]
    before = bisect_right(exposes, (place.start, place.end)) - 1
    is_in_expose = before >= 0 and exposes[before][0] <= place.start < exposes[before][1]
    return () if is_in_expose else ("UndefinedVar",)
