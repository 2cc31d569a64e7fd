"""Rules about undefined variables."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import (
    Add,
    Arg,
    Copy,
    Env,
    Instruction,
    Label,
    Onbuild,
    Run,
)
from dockerlint_rules.syntax.source import Span
from dockerlint_rules.syntax.spelling import edit_distance, nearest
from dockerlint_rules.syntax.word_variables import variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Word

    _Undefined = tuple[str, str | None, Span, Fix | None, bool]


# BuildKit's own arguments for its scanner; its check passes them over.
_EXEMPT = ("BUILDKIT_SBOM_SCAN_",)


# A name is compared with every known one, so that only so many of a file are, and none that is too long for a name.
_MOST_COMPARED = 50


def _near(one: Instruction, name: str, known: Iterable[str]) -> str | None:
    """The nearest name for the first names of a file that nothing sets."""
    facts = one.stage.dockerfile.facts
    count = facts["names-compared"] = facts.get("names-compared", 0) + 1
    return nearest(name, known) if count <= _MOST_COMPARED else None


def global_names(dockerfile: Dockerfile) -> list[str]:
    """Names of the ARG instructions before the first FROM."""
    known: list[str] | None = dockerfile.facts.get("global-names")
    if known is None:
        known = dockerfile.facts["global-names"] = [
            pair.name
            for one in dockerfile.global_instructions
            if isinstance(one, Arg)
            for pair in one.pairs
        ]
    return known


def unset_variables(
    word: Word, text: str, one: Instruction, known: Iterable[str]
) -> Iterator[tuple[str, Span]]:
    """Names that a text uses and nothing knows, with their place where the text stands in the file as it is."""
    source = one.source.text
    as_written = source[word.start : word.end]
    for use in variables(text, one.escape):
        if use.name in known or not use.name:
            continue
        at = as_written.find(text)
        if at >= 0:
            yield use.name, Span(word.start + at + use.start, word.start + at + use.end)
        else:
            yield use.name, Span(word.start, word.end)


@rule("DF730", severity=Severity.WARNING, aliases=("UndefinedVar",), fix="unsafe", words=("$",))
def undefined_variable(stage: Stage) -> Iterator[Finding]:
    """Variable is not set in this stage.

    It is empty: ``COPY app $HOMEDIR/`` goes to the root directory. Mostly the name has a slip, or the ARG stands in
    another stage.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    ARG VERSION=1.4
    COPY tool-$VERSON /usr/bin/tool
    #         ^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    ARG VERSION=1.4
    COPY tool-$VERSION /usr/bin/tool
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    ARG VERSION=1.4
    COPY tool-$VERSION /usr/bin/tool
    ```

    How to fix: declare it with ARG or ENV in this stage, or mend the name.

    Fix safety: unsafe, because the nearest name is a guess.

    Known problems: what the base image sets is not known offline. The rule speaks where that leaves no doubt: bases
    that set nothing but ``PATH``, names that are all but one that is set, and ARGs that stand before the first FROM
    and were not repeated. DF733 has the rest.

    Source: Docker docs, "Build checks", UndefinedVar.
    """
    sure = _sets_nothing(stage)
    known_globals = set(global_names(stage.dockerfile))
    for name, near, place, fix, is_excused in _undefined_in(stage):
        if is_excused:
            continue
        if name in known_globals:
            yield Finding.at(
                place,
                f"'${name}' is declared before the first FROM only, and empty here. Repeat 'ARG {name}' in this stage.",
                aliases=_aliases(stage, place),
            )
        elif place.start in stage.facts.get("uses-in-bodies", ()):
            # What images set is in upper case; $uri and $1 in a file's text are the file's own.
            if sure or name.islower():
                yield _in_body(name, place)
        elif sure or name == "WORKDIR" or _is_slip(name, near):
            yield Finding.at(
                place,
                f"Nothing in this stage sets '${name}', so it is empty here."
                f"{f' Did you mean ${near}?' if near else ' Declare it with ARG or ENV.'}",
                fix=fix,
                aliases=_aliases(stage, place),
            )


def _in_body(name: str, place: Span) -> Finding:
    return Finding.at(
        place,
        f"BuildKit puts the value of '${name}' into this here-document, and nothing sets it. Write '\\${name}' for the file's own, "
        "or put quotes around the name behind '<<'.",
        fix=Fix(f"Write \\${name}", [Edit.before(place, "\\")], safe=False),
        aliases=("UndefinedVar",),
    )


def _aliases(stage: Stage, place: Span) -> tuple[str, ...]:
    """BuildKit's name; its check passes EXPOSE over, though an empty port is no port there either."""
    exposes = stage.facts.get("expose-lines")
    if exposes is None:
        exposes = stage.facts["expose-lines"] = [(one.start, one.end) for one in stage.of("EXPOSE")]
    inside = any(start <= place.start < end for start, end in exposes)
    return () if inside else ("UndefinedVar",)


@rule("DF733", severity=Severity.INFO, default=False, aliases=("UndefinedVar",), words=("$",))
def possibly_undefined_variable(stage: Stage) -> Iterator[Finding]:
    """Variable is set only if the base image sets it.

    Nothing in the file sets it. If the base image does not either it is empty; and if it does, the next release of the
    base may not.

    Bad::

    ```dockerfile
    FROM golang:1.25
    COPY . $GOPATH/src/app
    #      ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM golang:1.25
    COPY . /go/src/app
    ```

    How to fix: write the path, or set the variable here.

    Known problems: off by default; ``docker build --check`` asks the registry what the base image sets.

    Source: Docker docs, "Build checks", UndefinedVar.
    """
    sure = _sets_nothing(stage)
    known_globals = set(global_names(stage.dockerfile))
    for name, near, place, _, is_excused in _undefined_in(stage):
        if place.start in stage.facts.get("uses-in-bodies", ()):
            is_told = sure or name.islower()
        else:
            is_told = sure or _is_slip(name, near)
        if is_excused or not (is_told or name in known_globals):
            yield Finding.at(
                place,
                f"Nothing in this file sets '${name}'. Write what it holds, or set it here.",
                aliases=_aliases(stage, place),
            )


def _is_slip(name: str, near: str | None) -> bool:
    """Whether a name is so close to one that is set that it can be nothing but that: GOPATH is not PATH."""
    if near is None or near == "PATH" or len(name) < 4:
        return False
    return len(name) > 7 or edit_distance(name, near, 3) == 1


def _is_typing_error(name: str, near: str) -> bool:
    """Whether one letter is wrong, or two changed places: ``PROT`` is PORT, but HOST may be meant as it is."""
    return edit_distance(name, near, 3) == 1 or sorted(name) == sorted(near)


# Images that set no variable but PATH (and these): their Dockerfiles.
_PLAIN = frozenset({
    "almalinux", "alpine", "amazonlinux", "busybox", "debian", "oraclelinux", "rockylinux", "rockylinux/rockylinux", "ubuntu",
})  # fmt: skip


def _sets_nothing(stage: Stage) -> bool:
    base = stage.root.base
    return base.is_scratch or (base.is_name_certain and base.upstream in _PLAIN)


def _undefined_in(stage: Stage) -> list[_Undefined]:
    """Every use of a variable in a stage that nothing in the file sets: name, nearest name, place, fix,
    and whether it is meant so: with a default, or in the variable's own value.
    """
    found: list[_Undefined] | None = stage.facts.get("undefined")
    if found is not None:
        return found
    found = []
    known = _known_at_start(stage)
    for one in stage.instructions:
        if not one.errors and "$" in one.logical.text:
            for word, text in _expanded(one):
                found += _undefined(one, word, text, known)
        if one.heredocs and not one.errors and isinstance(one, Copy | Add):
            found += _undefined_in_bodies(one, known)
        if isinstance(one, Env | Arg):
            known.update(dict.fromkeys(pair.name for pair in one.pairs))
    stage.facts["undefined"], stage.facts["known-names"] = found, known
    return found


def _known_at_start(stage: Stage) -> dict[str, None]:
    """Names that are set or declared where a stage begins.  Stages are asked from the first on."""
    if stage.parent is None:
        return {"PATH": None}
    known: dict[str, None] | None = stage.parent.facts.get("known-names")
    if known is None:
        known = {"PATH": None}
        for place in stage.parent.lineage():
            for one in place.of("ARG", "ENV"):
                if isinstance(one, Env | Arg):
                    known.update(dict.fromkeys(pair.name for pair in one.pairs))
    return dict(known)


def _undefined(
    one: Instruction, word: Word, text: str, known: dict[str, None]
) -> Iterator[_Undefined]:
    told = set()
    for name, place in unset_variables(word, text, one, known):
        if name in told or name.startswith(_EXEMPT) or not (name[0].isalpha() or name[0] == "_"):
            continue
        told.add(name)
        near = _near(one, name, known)
        fix = None
        written = one.source.text[place.start : place.end]
        if near and _is_typing_error(name, near) and written in (f"${name}", f"${{{name}}}"):
            mended = f"${{{near}}}" if written[1] == "{" else f"${near}"
            fix = Fix(f"Use {near}.", [Edit.replace(place, mended)], safe=False)
        yield name, near, place, fix, _is_excused(one, word, text, name)


def _undefined_in_bodies(one: Instruction, known: dict[str, None]) -> Iterator[_Undefined]:
    """The same in here-documents that become files: BuildKit expands them unless their name is quoted."""
    for heredoc in one.heredocs:
        if not heredoc.expand or "$" not in heredoc.content:
            continue
        told = set()
        for use in variables(heredoc.content, "\\", skip_quotes=True):
            if (
                use.name in known
                or use.name in told
                or not (use.name[:1].isalpha() or use.name[:1] == "_")
            ):
                continue
            told.add(use.name)
            place = Span(heredoc.start + use.start, heredoc.start + use.end)
            one.stage.facts.setdefault("uses-in-bodies", set()).add(place.start)
            is_excused = use.operator.lstrip(":") in ("-", "+", "?") and use.operator != ""
            yield use.name, _near(one, use.name, known), place, None, is_excused


def _is_excused(one: Instruction, word: Word, text: str, name: str) -> bool:
    if isinstance(one, Env | Arg) and any(
        pair.name == name and pair.value is word for pair in one.pairs
    ):
        return True
    return all(
        use.operator.lstrip(":") in ("-", "+", "?") and use.operator != ""
        for use in variables(text, one.escape)
        if use.name == name
    )


def _expanded(one: Instruction) -> Iterator[tuple[Word, str]]:
    """The texts of an instruction in which BuildKit expands variables, with the word that each stands in."""
    if isinstance(one, Onbuild | Run) or one.keyword in (
        "CMD", "ENTRYPOINT", "SHELL", "HEALTHCHECK", "MAINTAINER", "FROM",
    ):  # fmt: skip
        if isinstance(one, Run):
            for flag in one.flags_named("mount"):
                if "$" in flag.value:
                    yield flag, flag.value
        return
    if isinstance(one, Env | Label):
        for pair in one.pairs:
            yield pair.key, pair.key.text
            if pair.value is not None:
                yield pair.value, pair.value.text
        return
    if isinstance(one, Arg):
        for pair in one.pairs:
            if pair.value is not None:
                yield pair.value, pair.value.text
        return
    if isinstance(one, Copy | Add):
        for flag in one.flags:
            if flag.name in ("chown", "chmod", "checksum"):
                yield flag, flag.value
    for word in one.words:
        yield word, word.text
