"""Rules about flags: their names, and the values of --mount and --chmod."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.syntax.problems import (
    instruction_of,
    problems_of,
    quoted,
    suggestion,
    text_of,
)
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run
from dockerlint_rules.syntax.spelling import most_similar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.logical_lines import SyntaxProblem


@rule("DF005", severity=Severity.ERROR, aliases=("DL1000",), fix="unsafe", needs_syntax_errors=True)
def invalid_flag(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Flag is unknown, duplicated or without a valid value.

    BuildKit rejects the whole file, because it cannot ignore a flag that it does not know. Flags come
    between the keyword and the arguments, and their value follows an ``=``.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    COPY --form=build /app /app
    #    ^^^^^^^^^^^^ '--form' on COPY stops the build. Did you mean '--from'?
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    COPY --from=build /app /app
    ```

    Bad (a space instead of the equals sign)::

    ```dockerfile
    FROM alpine:3.22
    COPY --chown app:app . /app
    #    ^^^^^^^ '--chown' has no value
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    COPY --chown=app:app . /app
    ```

    How to fix: correct the name of the flag, or write its value as ``--flag=value``.

    Known problems: flags that a newer or experimental syntax adds (``# syntax=docker/dockerfile:1-labs``)
    are unknown to this rule.

    Fix safety: unsafe, because the intended flag is guessed from the spelling.

    Source: BuildKit, ``instructions.BFlags.Parse`` and ``parseMount``.
    """
    for problem in problems_of(dockerfile, "flag"):
        text, fix = _flag_message_and_fix(dockerfile, problem)
        yield Finding.at(problem, text, fix=fix)


# How to write the value of a flag that has an invalid one.
_VALUE_FIXES = {
    "--network": "Use 'default', 'none' or 'host'",
    "--security": "Use 'sandbox' or 'insecure'",
    "--link": "Use 'true' or 'false'",
    "--parents": "Use 'true' or 'false'",
    "--keep-git-dir": "Use 'true' or 'false'",
    "--unpack": "Use 'true' or 'false'",
    "--mount": "Write key=value pairs, separated by commas",
    "--device": "Write 'name=vendor/class=device'",
}


def _flag_message_and_fix(dockerfile: Dockerfile, problem: SyntaxProblem) -> tuple[str, Fix | None]:
    instruction = instruction_of(dockerfile, problem)
    keyword = instruction.keyword if instruction else ""
    buildkit = problem.message
    text = text_of(dockerfile, problem)
    name, equals, _ = text.partition("=")
    if buildkit.startswith("unknown flag"):
        fix = None
        suggested = suggestion(problem)
        if suggested and equals and name.startswith("--"):
            edit = Edit(problem.start, problem.start + len(name), f"--{suggested}")
            fix = Fix(f"Replace with '--{suggested}'", [edit], safe=False)
        remedy = f"Did you mean '--{suggested}'?" if suggested else _accepted_flags(keyword)
        return f"Unknown flag {quoted(name)} on {keyword} stops the build. {remedy}", fix
    if buildkit.startswith("duplicate flag"):
        wrong, remedy = f"{quoted(name)} is set twice on {keyword}", "Remove one"
    elif buildkit.startswith("missing a value"):
        wrong, remedy = f"{quoted(name)} has no value", f"Write '{name}=value'"
    elif "variable expansion" in buildkit:
        wrong = f"'from' in {quoted(name)} cannot contain variables"
        remedy = "Name the image with 'FROM … AS name', and mount from that stage"
    else:
        wrong = f"{quoted(text)} is not valid on {keyword}"
        remedy = _VALUE_FIXES.get(name, f"Correct the value of '{name}'")
    return f"{wrong}, so BuildKit rejects the file. {remedy}.", None


def _accepted_flags(keyword: str) -> str:
    """A sentence with the flags that the instruction accepts."""
    from dockerlint_rules.syntax.dockerfile.checks import FLAGS

    flags = FLAGS.get(keyword)
    if not flags:
        return f"Remove it: {keyword} takes no flags." if keyword else "Remove it."
    return f"{keyword} accepts {', '.join(f'--{name}' for name in flags)}."


_MOUNT_TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")
_MOUNT_OPTIONS = frozenset({
    "type", "from", "source", "src", "target", "dst", "destination", "readonly", "ro", "readwrite", "rw", "id",
    "sharing", "required", "size", "mode", "uid", "gid", "env",
})  # fmt: skip
# Options that mean "true" without a value.
_BOOLEAN_MOUNT_OPTIONS = ("readonly", "ro", "readwrite", "rw", "required")
# Options that only some types of mounts have.
_TYPES_WITH_OPTION = {"sharing": ("cache",), "required": ("secret", "ssh"), "size": ("tmpfs",)}


@rule("DF012", severity=Severity.ERROR, aliases=("DL1000",), words=("--mount",))
def invalid_mount(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """RUN --mount has an invalid type, option or target.

    BuildKit cannot create the mount, so the build fails at this RUN.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,targt=/root/.cache true
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'targt' is unknown
    ```

    Bad (an option of another type)::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=bind,source=app,target=/app,sharing=locked true
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'sharing' is not valid for type 'bind'
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,target=/root/.cache true
    ```

    How to fix: use the type, option or value that the message names. A mount of type bind, cache or tmpfs
    needs a target other than ``/``.

    Source: Docker docs, "Dockerfile reference", RUN --mount; BuildKit, ``instructions.ParseMount``.
    """
    if not run.flags:
        return
    from dockerlint_rules.syntax.go_text import csv_fields

    for mount in run.mounts:
        fields = csv_fields(mount.flag.value) or []
        if "$" in mount.flag.value:
            continue  # the values are expanded first
        message = _mount_message(fields, mount.type)
        takes_target = mount.type in ("bind", "cache", "tmpfs")
        if message is None and takes_target and mount.target in ("", "/"):
            # The target defaults to the working directory, which must not be the root directory either.
            workdir = stage.workdir_before(run) if stage is not None else None
            if mount.target == "/" or workdir == "/":
                message = "The mount would cover '/', so the build fails. Set 'target' to another directory."
        if message:
            yield Finding.at(mount.flag, message)


def _mount_message(fields: list[str], mount_type: str) -> str | None:
    """The first thing that is wrong with the fields of a ``--mount``."""
    if mount_type not in _MOUNT_TYPES:
        return f"Mount type '{mount_type}' is unknown, so the build fails. Use bind, cache, tmpfs, secret or ssh."
    for field in fields:
        option, equals, value = field.partition("=")
        name = option.strip().lower()
        if name not in _MOUNT_OPTIONS:
            similar = most_similar(name, sorted(_MOUNT_OPTIONS))
            remedy = f"Did you mean '{similar}'?" if similar else "Remove it."
            return f"Mount option '{option}' is unknown, so the build fails. {remedy}"
        if not equals and name not in _BOOLEAN_MOUNT_OPTIONS:
            return (
                f"Mount option '{field}' has no value, so the build fails. Write '{field}=value'."
            )
        if name == "sharing" and value not in ("shared", "private", "locked"):
            return f"'sharing={value}' is not valid, so the build fails. Use shared, private or locked."
        if mount_type not in _TYPES_WITH_OPTION.get(name, _MOUNT_TYPES):
            return f"Mount option '{name}' is not valid for type '{mount_type}', so the build fails. Remove it."
    return None


@rule("DF016", severity=Severity.ERROR, aliases=("DL1000",), on=("COPY", "ADD"), words=("--chmod",))
def invalid_file_mode(instruction: Instruction) -> Iterator[Finding]:
    """Value of --chmod is not a valid file mode.

    BuildKit cannot set such a mode, so the build fails at this instruction.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY --chmod=x app /usr/bin/app
    #    ^^^^^^^^^ 'x' is not a file mode
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY --chmod=755 app /usr/bin/app
    ```

    Good (symbolic modes, since Dockerfile syntax 1.14)::

    ```dockerfile
    FROM debian:12
    COPY --chmod=u=rwX,go=rX app /usr/bin/app
    ```

    How to fix: write an octal number such as ``755``.

    Source: Docker docs, "Dockerfile reference", COPY --chmod.
    """
    assert isinstance(instruction, Copy | Add)
    flag = instruction.flag("chmod")
    if flag is None or "$" in flag.value or not flag.value:
        return
    mode = flag.value
    is_octal = all(char in "01234567" for char in mode) and int(mode, 8) <= 0o7777
    is_symbolic = all(
        any(operator in part for operator in "+-=")
        and all(char in "ugoarwxXst+-=" for char in part)
        for part in mode.split(",")
    )
    if not (is_octal or is_symbolic):
        yield Finding.at(
            flag,
            f"'{mode}' is not a file mode, so the build fails. Use an octal number such as 755.",
        )
