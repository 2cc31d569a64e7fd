"""What a word of a script holds, as far as the file tells."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction


def variable_value(text: str, at: Instruction, stage: Stage | None) -> str | None:
    """Give the value of a word that is one variable (``${NAME}``); None where the file does not tell."""
    if stage is None or not (text.startswith("${") and text.endswith("}")):
        return None
    return stage.scope.value_at(at, text[2:-1])
