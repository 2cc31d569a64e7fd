"""Rules about add."""

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
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Word


_ARCHIVES = (
    ".tar", ".z", ".bz2", ".gz", ".lz", ".lzma", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz", ".txz", ".xz",
    ".zst", ".tzst",
)  # fmt: skip


_REMOTE = ("http://", "https://", "git://", "git@", "ssh://", "ftp://")


_COPY_FLAGS = frozenset({"chown", "chmod", "link", "exclude"})


@rule("DF303", severity=Severity.WARNING, aliases=("DL3020",), fix="safe", on=("ADD", "ONBUILD"))
def add_instead_of_copy(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """ADD is used where COPY is sufficient.

    ADD unpacks archives and fetches URLs. A file that happens to be an archive is taken apart
    without a word, so readers have to know which of the two was meant.

    Bad::

    ```dockerfile
    FROM debian:12
    ADD app.conf /etc/app.conf
    #^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY app.conf /etc/app.conf
    ```

    Good (an archive is unpacked)::

    ```dockerfile
    FROM scratch
    ADD rootfs.tar.xz /
    ```

    How to fix: write COPY.

    Fix safety: safe, except where a pattern could match an archive.

    Source: Docker docs, "Building best practices", section "ADD or COPY".
    """
    add = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if not isinstance(add, Add) or add.errors or add.destination is None:
        return
    plain = [word for word in add.sources if _is_plain(_value(word, instruction, stage))]
    if not plain:
        return
    yield Finding.at(
        add.keyword_word,
        f"ADD of '{plain[0].value}' does nothing that COPY does not, and would unpack an archive unasked. Write COPY.",
        fix=_copy_fix(add, plain),
    )


def _value(word: Word, at: Instruction, stage: Stage | None) -> str:
    """The source with the variables put in that this file tells."""
    text = word.value
    if "$" not in text or stage is None:
        return text
    from dockerlint_rules.model.variables import expand_known

    return expand_known(text, stage.scope.before(at), at.escape)


def _is_plain(source: str) -> bool:
    """Whether a source is a local file or folder, and surely no archive."""
    if source.lower().startswith(_REMOTE) or source.lower().endswith(_ARCHIVES):
        return False
    return not source.startswith("$")


def _copy_fix(add: Add, plain: list[Word]) -> Fix | None:
    if len(plain) != len(add.sources) or any(flag.name not in _COPY_FLAGS for flag in add.flags):
        return None
    if any("$" in word.value for word in plain):
        return None
    new = "copy" if add.keyword_word.text.islower() else "COPY"
    is_safe = not any(has_wildcard(word.value) for word in plain)
    return Fix("Write COPY.", [Edit.replace(add.keyword_word, new)], safe=is_safe)


@rule("DF320", severity=Severity.INFO, default=False, aliases=("DL3020",), words=("add",))
def ambiguous_add_source(add: Add, stage: Stage | None) -> Iterator[Finding]:
    """Source does not show whether ADD is needed.

    The wider form of DF303: variables, Git addresses and zstd archives, which hadolint reports as well.

    Bad::

    ```dockerfile
    FROM debian:12
    ARG PACKAGE
    ADD $PACKAGE /opt/
    #^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ADD package.tar.xz /opt/
    ```

    How to fix: write COPY where it is a plain file.

    Known problems: off by default; ADD is right for archives and addresses.

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
    if unclear and not any(True for _ in add_instead_of_copy(add, stage)):
        yield Finding.at(
            add.keyword_word,
            f"Whether ADD of '{unclear[0].value}' does more than COPY is not to be seen. Write COPY for a plain file.",
            # The peer takes variables and Git addresses for plain files; only its list of endings is a matter of taste.
            aliases=None if unclear[0].value.endswith((".zst", ".tzst")) else (),
        )
