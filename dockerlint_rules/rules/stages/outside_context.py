"""Rules about sources outside the build context."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instruction import Instruction


@rule("DF712", severity=Severity.WARNING, on=("COPY", "ADD"), words=("..",))
def source_outside_build_context(instruction: Instruction) -> Iterator[Finding]:
    """COPY or ADD source is outside the build context.

    BuildKit can only read files inside the build context. It drops a ``..`` that leads out of the context, so it
    finds no file, or the wrong one.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY ../shared/app.conf /etc/
    #    ^^^^^^^^^^^^^^^^^^ '../shared/app.conf' is outside the build context
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY shared/app.conf /etc/
    ```

    How to fix: use the parent directory as the build context (``docker build -f app/Dockerfile .``), or add
    another context with ``--build-context``.

    Source: Docker docs, "Dockerfile reference", COPY.
    """
    assert isinstance(instruction, Copy | Add)
    if instruction.from_ is not None:
        return
    for word in instruction.sources:
        if _leaves_context(word.value):
            yield Finding.at(
                word,
                f"'{word.value}' is outside the build context, so BuildKit cannot read it. "
                "Use a parent directory as the build context.",
            )


def _leaves_context(path: str) -> bool:
    depth = 0
    for part in path.replace("\\", "/").split("/"):
        depth += -1 if part == ".." else 0 if part in ("", ".") else 1
        if depth < 0:
            return True
    return False
