"""Phrases that the messages of several rules share: lists of lines and names, and what a call is called."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockerlint_rules.model.images.reference import ImageReference
    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.syntax.dockerfile.instruction import Word

# Longer lists are cut after the first three.
_MOST_LINES = 5
_MOST_NAMES = 3


def call_name(call: PackageCall) -> str:
    """Name the tool and its action: "apt-get upgrade"."""
    return f"{call.tool} {call.action_word.value}" if call.action_word else call.tool


def line_list(numbers: Sequence[int]) -> str:
    """Write "line 4", "lines 4 and 5", "lines 4, 5 and 6"; of many only the first three and a count."""
    distinct = list(dict.fromkeys(numbers))
    if len(distinct) == 1:
        return f"line {distinct[0]}"
    if len(distinct) > _MOST_LINES:
        return f"lines {', '.join(map(str, distinct[:3]))} and {len(distinct) - 3} more"
    head = ", ".join(str(number) for number in distinct[:-1])
    return f"lines {head} and {distinct[-1]}"


def quoted_list(names: Sequence[str]) -> str:
    """Quote the names: "'a'", "'a' and 'b'"; of many only the first three and a count."""
    shown = [f"'{name}'" for name in names[:_MOST_NAMES]]
    if len(names) > _MOST_NAMES:
        return f"{', '.join(shown)} and {len(names) - _MOST_NAMES} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def no_pinned_version(names: Sequence[str], *, certain: bool = True) -> str:
    """Write "'a' has no pinned version" or "'a' and 'b' have no pinned version"; "may have" where it is not certain."""
    verb = ("has" if len(names) == 1 else "have") if certain else "may have"
    return f"{quoted_list(names)} {verb} no pinned version"


def image_label(image: Word, base: ImageReference) -> str:
    """Quote the image, and add the text of the file if that contains a variable."""
    if image.value != base.text:
        return f"'{base.text}' (from '{image.text}')"
    return f"'{base.text}'"
