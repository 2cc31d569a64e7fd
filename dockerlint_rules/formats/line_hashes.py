"""The line hash that GitHub uses to recognize an alert after the file has changed.

It must equal the hash that ``codeql-action`` computes for uploads (``src/fingerprints.ts``): otherwise changing the
way of upload closes all alerts and opens new ones.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.syntax.source import Source

_BLOCK = 100
_MOD = 1 << 64


def line_hashes(text: str) -> list[str]:
    """Return ``hash:occurrence`` for every line of *text*, in order.

    It is a polynomial hash of base 37 modulo 2⁶⁴ over the 100 UTF-16 units that begin with the line,
    without spaces and tabs and with a line feed for every line end.  A lone carriage return ends a
    line here, unlike everywhere else in dockerlint.
    """
    units, starts = _units(text)
    powers = [pow(37, _BLOCK - 1 - k, _MOD) for k in range(_BLOCK)]
    seen: dict[str, int] = {}
    hashes = []
    for at in starts:
        block = units[at : at + _BLOCK]
        key = f"{sum(unit * power for unit, power in zip(block, powers, strict=True)) % _MOD:x}"
        seen[key] = seen.get(key, 0) + 1
        hashes.append(f"{key}:{seen[key]}")
    return hashes


def source_hashes(source: Source) -> list[str]:
    """Return the hashes of a file as the uploader computes them, which decodes with U+FFFD."""
    return line_hashes(source.to_bytes().decode("utf-8", "replace"))


def _units(text: str) -> tuple[list[int], list[int]]:
    """UTF-16 units of the text without blanks, and the index at which each line starts."""
    import sys

    codec = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"
    units: list[int] = []
    starts: list[int] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        starts.append(len(units))
        raw = line.replace(" ", "").replace("\t", "").encode(codec, "surrogatepass")
        units += memoryview(raw).cast("H").tolist()
        units.append(10)
    units[-1] = 0xFFFF
    units += [0] * _BLOCK
    return units, starts
