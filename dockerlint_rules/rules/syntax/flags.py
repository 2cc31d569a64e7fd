"""Rules about flags."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.syntax.problems import (
    hint,
    instruction_of,
    problems_of,
    quoted_text,
    sentence,
)
from dockerlint_rules.syntax.dockerfile.instructions import (
    Add,
    Copy,
    Run,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import (
        Instruction,
    )
    from dockerlint_rules.syntax.dockerfile.logical_lines import SyntaxProblem


@rule("DF005", severity=Severity.ERROR, aliases=("DL1000",), fix="unsafe", only_refused=True)
def invalid_flag(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Flag is unknown, duplicated or without a valid value.

    BuildKit refuses the file: a flag that it does not know cannot be left out silently. Flags stand
    between the instruction and its arguments and take their value after ``=``.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    COPY --form=build /app /app
    #    ^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    COPY --from=build /app /app
    ```

    Bad (a blank instead of the equals sign)::

    ```dockerfile
    FROM alpine:3.22
    COPY --chown app:app . /app
    #    ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    COPY --chown=app:app . /app
    ```

    How to fix: correct the flag's name, or write its value as ``--flag=value``.

    Known problems: flags of experimental frontends (``# syntax=docker/dockerfile:1-labs`` of a later
    release) are not known.

    Fix safety: unsafe, as the flag that was meant is guessed from its spelling.

    Source: BuildKit, ``instructions.BFlags.Parse`` and ``parseMount``.
    """
    for problem in problems_of(dockerfile, "flag"):
        text, fix = _flag_text(dockerfile, problem)
        yield Finding.at(problem, text, fix=fix)


def _flag_text(dockerfile: Dockerfile, problem: SyntaxProblem) -> tuple[str, Fix | None]:
    it = instruction_of(dockerfile, problem)
    keyword = it.keyword if it else ""
    said, near = problem.message, hint(problem)
    written = dockerfile.source.text[problem.start : problem.end]
    name, equals, _ = written.partition("=")
    if said.startswith("unknown flag"):
        if near:
            fix = None
            if equals and name.startswith("--"):
                edit = Edit(problem.start, problem.start + len(name), f"--{near}")
                fix = Fix(f"Write --{near}", [edit], safe=False)
            return f"Unknown flag {quoted_text(name)} on {keyword}; did you mean '--{near}'?", fix
        return (
            f"Unknown flag {quoted_text(name)} on {keyword}: the file is refused. {_known_flags(keyword)}",
            None,
        )
    if said.startswith("duplicate flag"):
        return (
            f"Duplicate flag {quoted_text(name)} on {keyword}: the file is refused. Keep one of them.",
            None,
        )
    if said.startswith("missing a value"):
        return (
            f"Missing a value on flag {quoted_text(name)}: the file is refused. Write '{name}=value'.",
            None,
        )
    if "variable expansion" in said:
        return f"{sentence(said)}. Name the image by 'FROM … AS name' and mount from that.", None
    cure = _VALUE_CURES.get(name, f"Correct the value of '{name}'" if equals else "Give it a value")
    return f"{sentence(said)}: the file is refused. {cure}.", None


_VALUE_CURES = {
    "--network": "Use default, none or host",
    "--security": "Use sandbox or insecure",
    "--link": "Use true or false",
    "--parents": "Use true or false",
    "--keep-git-dir": "Use true or false",
    "--unpack": "Use true or false",
    "--mount": "Write it as key=value pairs between commas",
    "--device": "Write it as name=vendor/class=device",
}


def _known_flags(keyword: str) -> str:
    from dockerlint_rules.syntax.dockerfile.checks import FLAGS

    known = FLAGS.get(keyword)
    if not known:
        return f"{keyword} takes no flags; remove it." if keyword else "Remove it."
    return f"{keyword} knows {', '.join(f'--{name}' for name in known)}."


_TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")


_KEYS = frozenset({
    "type", "from", "source", "src", "target", "dst", "destination", "readonly", "ro", "readwrite", "rw", "id", "sharing", "required",
    "size", "mode", "uid", "gid", "env",
})  # fmt: skip


@rule("DF012", severity=Severity.ERROR, aliases=("DL1000",), words=("--mount",))
def invalid_mount(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """RUN --mount has an invalid type, option or target.

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


@rule("DF016", severity=Severity.ERROR, aliases=("DL1000",), on=("COPY", "ADD"), words=("--chmod",))
def invalid_file_mode(instruction: Instruction) -> Iterator[Finding]:
    """Value of --chmod is not a valid file mode.

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
