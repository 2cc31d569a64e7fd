"""Variables that are not there: in FROM, in a stage, and in the default of a base."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import remove_instruction
from dockerlint_rules.model.variables import PLATFORM_ARGS
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
from dockerlint_rules.syntax.words import variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import From, Word

    _Undefined = tuple[str, str | None, Span, Fix | None, bool]

_AUTOMATIC = frozenset({*PLATFORM_ARGS, "TARGETSTAGE"})
# BuildKit's own arguments for its scanner; its check passes them over.
_EXEMPT = ("BUILDKIT_SBOM_SCAN_",)


# A name is compared with every known one, so that only so many of a file are, and none that is too long for a name.
_MOST_COMPARED = 50
_LONGEST_NAME = 64


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is less than three edits away; None without one, or where the name itself is known."""
    best, found = 3, None
    if len(name) > _LONGEST_NAME:
        return None
    for one in known:
        if one == name:
            return None
        if abs(len(one) - len(name)) < best:
            distance = _distance(name, one, best)
            if distance < best:
                best, found = distance, one
    return found


def _distance(left: str, right: str, bound: int) -> int:
    """Levenshtein's distance, or *bound* as soon as it cannot be less."""
    row = list(range(len(right) + 1))
    for at, char in enumerate(left, 1):
        previous, row[0] = row[0], at
        for to, other in enumerate(right, 1):
            previous, row[to] = (
                row[to],
                min(row[to] + 1, row[to - 1] + 1, previous + (char != other)),
            )
        if min(row) >= bound:
            return bound
    return row[-1]


def _hint(name: str, known: Iterable[str], sign: str = "") -> str:
    found = nearest(name, known)
    return f" Did you mean '{sign}{found}'?" if found else ""


def _near(one: Instruction, name: str, known: Iterable[str]) -> str | None:
    """The nearest name for the first names of a file that nothing sets."""
    facts = one.stage.dockerfile.facts
    count = facts["names-compared"] = facts.get("names-compared", 0) + 1
    return nearest(name, known) if count <= _MOST_COMPARED else None


def _globals(dockerfile: Dockerfile) -> list[str]:
    known: list[str] | None = dockerfile.facts.get("global-names")
    if known is None:
        known = dockerfile.facts["global-names"] = [
            pair.name
            for one in dockerfile.global_instructions
            if isinstance(one, Arg)
            for pair in one.pairs
        ]
    return known


@rule("DF731", severity=Severity.ERROR, aliases=("UndefinedArgInFrom",), words=("$",))
def undefined_argument_in_from(
    from_: From, stage: Stage, dockerfile: Dockerfile
) -> Iterator[Finding]:
    """FROM uses a variable that no ARG before it declares.

    FROM sees only the ARGs that stand before the first FROM. Any other variable is empty there, and the build
    stops or takes another image.

    Bad::

    ```dockerfile
    ARG VERSION=3.22
    FROM alpine:$VERSON
    #           ^^^^^^^
    ```

    Good::

    ```dockerfile
    ARG VERSION=3.22
    FROM alpine:$VERSION
    ```

    How to fix: declare the argument before the first FROM, with a default.

    Source: Docker docs, "Build checks", UndefinedArgInFrom.
    """
    names = _globals(dockerfile)
    known = {*names, *_AUTOMATIC}
    words: list[Word] = [*from_.words[:1], *from_.flags_named("platform")]
    for word in words:
        if "$" not in word.text:
            continue
        told = set()
        for name, place in _unset(word, word.text, from_, known):
            if name not in told:
                told.add(name)
                yield Finding.at(
                    place,
                    f"No ARG before the first FROM declares '{name}', so it is empty here."
                    f"{_hint(name, [*names[:1000], *sorted(_AUTOMATIC)]) or ' Declare it there, with a default.'}",
                )


def _unset(
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
    """A variable that nothing sets.

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
    global_names = set(_globals(stage.dockerfile))
    for name, near, place, fix, is_excused in _undefined_in(stage):
        if is_excused:
            continue
        if name in global_names:
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
def variable_of_the_base(stage: Stage) -> Iterator[Finding]:
    """A variable that only the base image could set.

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
    global_names = set(_globals(stage.dockerfile))
    for name, near, place, _, is_excused in _undefined_in(stage):
        if place.start in stage.facts.get("uses-in-bodies", ()):
            is_told = sure or name.islower()
        else:
            is_told = sure or _is_slip(name, near)
        if is_excused or not (is_told or name in global_names):
            yield Finding.at(
                place,
                f"Nothing in this file sets '${name}'. Write what it holds, or set it here.",
                aliases=_aliases(stage, place),
            )


def _is_slip(name: str, near: str | None) -> bool:
    """Whether a name is so close to one that is set that it can be nothing but that: GOPATH is not PATH."""
    if near is None or near == "PATH" or len(name) < 4:
        return False
    return len(name) > 7 or _distance(name, near, 3) == 1


def _is_typing_error(name: str, near: str) -> bool:
    """Whether one letter is wrong, or two changed places: ``PROT`` is PORT, but HOST may be meant as it is."""
    return _distance(name, near, 3) == 1 or sorted(name) == sorted(near)


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
    for name, place in _unset(word, text, one, known):
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


# BuildKit reads these arguments itself, wherever they are declared.
_READ_BY_THE_BUILDER = ("BUILDKIT_", "SOURCE_DATE_EPOCH")


@rule("DF715", severity=Severity.INFO, fix="unsafe", on=("ARG",))
def unused_argument(arg: Arg, stage: Stage | None, dockerfile: Dockerfile) -> Iterator[Finding]:
    """An ARG before the first FROM is used by nothing.

    Only FROM sees it; a stage has to name it in an ARG of its own. Who gives another value by ``--build-arg``
    changes nothing, and mostly an ARG in the stage was forgotten.

    Bad::

    ```dockerfile
    ARG VERSION=1.4.2
    #   ^^^^^^^
    FROM alpine:3.22
    COPY app /usr/bin/
    ```

    Good::

    ```dockerfile
    ARG VERSION=1.4.2
    FROM alpine:3.22
    ARG VERSION
    RUN wget https://example.com/app-${VERSION}.tar.gz
    ```

    How to fix: name it in the stage that needs it (``ARG VERSION``), or drop it.

    Known problems: an ARG within a stage is not looked at, since each program that a RUN starts can read it.

    Source: Docker docs, "Variables", "Scoping".
    """
    if stage is not None or not dockerfile.stages:
        return
    # Of a template's placeholders nothing can be said.
    if not all(pair.name.isidentifier() for pair in arg.pairs):
        return
    used = _used_globals(dockerfile)
    for pair in arg.pairs:
        if pair.name not in used and not pair.name.startswith(_READ_BY_THE_BUILDER):
            yield Finding.at(
                pair.key,
                f"Nothing uses '{pair.name}': only FROM sees an ARG that stands before it. "
                f"Write 'ARG {pair.name}' in the stage that needs it, or drop it.",
                fix=Fix("Drop it.", [remove_instruction(arg)], safe=False)
                if len(arg.pairs) == 1
                else None,
            )


def _used_globals(dockerfile: Dockerfile) -> set[str]:
    """Names that FROM, another ARG before it or an ARG of a stage takes up."""
    known: set[str] | None = dockerfile.facts.get("used-globals")
    if known is not None:
        return known
    known = dockerfile.facts["used-globals"] = set()
    for one in dockerfile.instructions:
        if one.keyword == "FROM" or one.stage is None:
            known |= {use.name for use in variables(one.original, one.escape)}
        inner = one.trigger if isinstance(one, Onbuild) else one
        if isinstance(inner, Arg) and one.stage is not None:
            known |= {pair.name for pair in inner.pairs}
    return known
