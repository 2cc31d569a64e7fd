"""Rules about outside context."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import Instruction


@rule("DF712", severity=Severity.WARNING, on=("COPY", "ADD"), words=("..",))
def source_outside_build_context(instruction: Instruction) -> Iterator[Finding]:
    """COPY or ADD source is outside the build context.

    The builder only has what lies in the context: ``..`` above it is cut off, and the file is not found or is another.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY ../shared/app.conf /etc/
    #    ^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY shared/app.conf /etc/
    ```

    How to fix: build with the folder above as the context (``docker build -f app/Dockerfile .``), or name another context
    with ``--build-context``.

    Source: Docker docs, "Dockerfile reference", COPY.
    """
    assert isinstance(instruction, Copy | Add)
    if instruction.from_ is not None:
        return
    for word in instruction.sources:
        depth = 0
        for part in word.value.replace("\\", "/").split("/"):
            depth += -1 if part == ".." else 0 if part in ("", ".") else 1
            if depth < 0:
                yield Finding.at(
                    word,
                    f"'{word.value}' lies outside of the build context, which the builder never sees. Use a wider context.",
                )
                break
