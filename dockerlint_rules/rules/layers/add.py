"""Rules about ADD where COPY is enough."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.context.copy_patterns import has_wildcard
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.layers.archives import HADOLINT_ARCHIVES
from dockerlint_rules.syntax.dockerfile.instructions import Add, Onbuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Word


# What ADD may unpack, by the end of its name.
_ARCHIVES = (
    ".tar", ".z", ".bz2", ".gz", ".lz", ".lzma", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz", ".txz", ".xz",
    ".zst", ".tzst",
)  # fmt: skip


_REMOTE = ("http://", "https://", "git://", "git@", "ssh://", "ftp://")


# The flags of ADD that COPY has as well.
_SHARED_FLAGS = frozenset({"chown", "chmod", "link", "exclude"})


@rule("DF303", severity=Severity.WARNING, aliases=("DL3020",), fix="safe", on=("ADD", "ONBUILD"))
def add_instead_of_copy(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """ADD is used where COPY is sufficient.

    ADD also unpacks archives and fetches URLs. A reader has to work out whether that is intended, and a file that turns
    out to be an archive is unpacked silently. COPY always copies a file unchanged.

    Bad::

    ```dockerfile
    FROM debian:12
    ADD app.conf /etc/app.conf
    #^^ ADD is not needed for 'app.conf'
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    COPY app.conf /etc/app.conf
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY app.conf /etc/app.conf
    ```

    Good (ADD unpacks the archive)::

    ```dockerfile
    FROM scratch
    ADD rootfs.tar.xz /
    ```

    How to fix: use COPY.

    Known problems: a source is judged by its name alone. DF320 reports sources that begin with a variable.

    Fix safety: safe, except for a pattern, which may match an archive. There is no fix for sources with variables and
    for flags that COPY does not have.

    Source: Docker docs, "Building best practices", section "ADD or COPY".
    """
    add = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if not isinstance(add, Add) or add.errors or add.destination is None:
        return
    plain = [word for word in add.sources if _is_plain(_expanded(word, instruction, stage))]
    if not plain:
        return
    yield Finding.at(
        add.keyword_word,
        f"ADD is not needed for '{plain[0].value}', which does not look like a URL or an archive. Use COPY.",
        fix=_copy_fix(add, plain),
    )


def _expanded(source: Word, at: Instruction, stage: Stage | None) -> str:
    """The source with the variables that this file sets."""
    text = source.value
    if "$" not in text or stage is None:
        return text
    from dockerlint_rules.model.variables import expand_known

    return expand_known(text, stage.scope.before(at), at.escape)


def _is_plain(source: str) -> bool:
    """Whether a source looks like a local file or directory that is not an archive."""
    if source.lower().startswith(_REMOTE) or source.lower().endswith(_ARCHIVES):
        return False
    return not source.startswith("$")


def _copy_fix(add: Add, plain: list[Word]) -> Fix | None:
    if len(plain) != len(add.sources) or any(flag.name not in _SHARED_FLAGS for flag in add.flags):
        return None
    if any("$" in word.value for word in plain):
        return None
    keyword = "copy" if add.keyword_word.text.islower() else "COPY"
    is_safe = not any(has_wildcard(word.value) for word in plain)
    return Fix("Use COPY", [Edit.replace(add.keyword_word, keyword)], safe=is_safe)


@rule("DF320", severity=Severity.INFO, default=False, aliases=("DL3020",), words=("add",))
def ambiguous_add_source(add: Add, stage: Stage | None) -> Iterator[Finding]:
    """Source does not show whether ADD is needed.

    DF303 reports sources that are clearly local files. This rule also reports variables, Git URLs and zstd archives, as
    hadolint does: the Dockerfile alone does not show whether ADD does more than COPY would.

    Bad::

    ```dockerfile
    FROM debian:12
    ARG PACKAGE
    ADD $PACKAGE /opt/
    #^^ '$PACKAGE' does not show
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ADD package.tar.xz /opt/
    ```

    How to fix: use COPY where the source is a plain file.

    Known problems: off by default, because ADD is right for archives and URLs.

    Source: docs/hadolint.md, DL3020.
    """
    if add.destination is None or add.errors:
        return
    unclear = [
        word
        for word in add.sources
        if not word.value.startswith(("http://", "https://", "<<"))
        and not word.value.endswith(HADOLINT_ARCHIVES)
    ]
    if not unclear or any(True for _ in add_instead_of_copy(add, stage)):
        return
    source = unclear[0].value
    yield Finding.at(
        add.keyword_word,
        f"'{source}' does not show whether ADD is needed. Use COPY if it is a plain file.",
        # hadolint treats variables and Git URLs as plain files, so DL3020 is not an alias for those. Its list of
        # archives lacks zstd, so both rules report the same problem there.
        aliases=None if source.endswith((".zst", ".tzst")) else (),
    )
