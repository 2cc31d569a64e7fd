"""Which instructions make a layer, and which only write metadata.

Source: BuildKit's ``dispatch`` functions.  WORKDIR makes a layer because it creates the directory.
"""

from __future__ import annotations

from dockerlint_rules.syntax.dockerfile.instruction import Instruction
from dockerlint_rules.syntax.dockerfile.instructions import Workdir

_FILES = frozenset({"RUN", "COPY", "ADD"})


def makes_layer(instruction: Instruction) -> bool:
    """Whether building *instruction* adds a layer to the image."""
    if isinstance(instruction, Workdir):
        return instruction.path is not None and instruction.path.value.rstrip("/") != ""
    return instruction.keyword in _FILES and bool(instruction.words or instruction.heredocs)
