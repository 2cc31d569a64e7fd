"""Words that messages share: lists of lines and names, and what a call is called."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockerlint_rules.model.images.reference import ImageReference
    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.syntax.dockerfile.instructions import Word


def short(call: PackageCall) -> str:
    """Name the tool and what it does: "apt-get upgrade"."""
    return f"{call.tool} {call.action_word.value}" if call.action_word else call.tool


def lines(numbers: Sequence[int]) -> str:
    """Write "line 4", "lines 4 and 5", "lines 4, 5 and 6"; of many only the first."""
    distinct = list(dict.fromkeys(numbers))
    if len(distinct) == 1:
        return f"line {distinct[0]}"
    if len(distinct) > 5:
        return f"lines {', '.join(map(str, distinct[:3]))} and {len(distinct) - 3} more"
    head = ", ".join(str(one) for one in distinct[:-1])
    return f"lines {head} and {distinct[-1]}"


def names(words: Sequence[str]) -> str:
    """Quote the first names, and say how many more there are."""
    shown = [f"'{one}'" for one in words[:3]]
    if len(words) > 3:
        return f"{', '.join(shown)} and {len(words) - 3} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def image_label(image: Word, base: ImageReference) -> str:
    """The image in quotes, with what was written where a variable stood for it."""
    if image.value != base.text:
        return f"'{base.text}' (from '{image.text}')"
    return f"'{base.text}'"
