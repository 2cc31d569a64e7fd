"""Versions of Python packages and their specifiers, as PEP 440 orders them, for ``--require-plugins``.

``packaging`` would be a dependency for this alone.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    Key = tuple[int, tuple[int, ...], tuple[str, int], int, int]

_VERSION = re.compile(
    r"v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<pre>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?P<pre_number>\d*))?"
    r"(?:-(?P<post_alone>\d+)|[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_number>\d*))?"
    r"(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_number>\d*))?"
    r"(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?\Z",
    re.I,
)
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(.*)\Z")
_CLAUSE = re.compile(r"\s*(===|==|!=|<=|>=|~=|<|>)\s*([^\s,]+)\s*\Z")
_PRE = {"alpha": "a", "beta": "b", "preview": "rc", "pre": "rc", "c": "rc"}
_LAST = 1 << 60


class VersionError(ValueError):
    """A version or specifier that cannot be read."""


def split_requirement(text: str) -> tuple[str, str]:
    """A distribution's name and its specifier (may be empty).  Raises VersionError."""
    found = _REQUIREMENT.match(text)
    if not found:
        raise VersionError(f"'{text}' is not the name of a distribution")
    return found[1], found[2].strip()


def key_of(version: str) -> Key:
    """The sort key of a version: epoch, release, pre, post, dev.  Raises VersionError."""
    found = _VERSION.match(version.strip())
    if not found:
        raise VersionError(f"'{version}' is not a version")
    release = [int(part) for part in found["release"].split(".")]
    while len(release) > 1 and not release[-1]:
        release.pop()
    pre = ("z", 0)
    if found["pre"]:
        word = found["pre"].lower()
        pre = (_PRE.get(word, word), int(found["pre_number"] or 0))
    post = (
        int(found["post_alone"] or found["post_number"] or 0) + 1
        if found["post"] or found["post_alone"]
        else 0
    )
    dev = int(found["dev_number"] or 0) if found["dev"] else _LAST
    if found["dev"] and not found["pre"] and not post:
        pre = ("", 0)  # 1.0.dev1 comes before 1.0a1
    return int(found["epoch"] or 0), tuple(release), pre, post, dev


def satisfies(version: str, specifier: str) -> bool:
    """Whether a version satisfies a specifier such as ``>=1.0,<2``.  Raises VersionError."""
    return all(_meets(version, clause) for clause in specifier.split(",") if clause.strip())


def _meets(version: str, clause: str) -> bool:
    found = _CLAUSE.match(clause)
    if not found:
        raise VersionError(f"'{clause.strip()}' is not a version specifier such as >=1.0")
    sign, wanted = found[1], found[2]
    if sign == "===":
        return version == wanted
    if wanted.endswith(".*") and sign in ("==", "!="):
        return _begins(version, wanted[:-2]) is (sign == "==")
    have, want = key_of(version), key_of(wanted)
    if sign == "~=":
        found = _VERSION.match(wanted)
        parts = found["release"].split(".") if found else []
        if len(parts) < 2:
            raise VersionError("'~=' takes a version with at least two parts")
        epoch = f"{want[0]}!" if want[0] else ""
        return have >= want and _begins(version, epoch + ".".join(parts[:-1]))
    if sign in ("==", "!="):
        return (have == want) is (sign == "==")
    if sign in (">=", "<="):
        return have >= want if sign == ">=" else have <= want
    # "<2" leaves out 2.0rc1 and ">1.0" leaves out 1.0.post1, as PEP 440 has it.
    alike = have[:2] == want[:2]
    if sign == "<":
        return have < want and not (alike and _is_early(have) and not _is_early(want))
    return have > want and not (alike and have[3] and not want[3])


def _is_early(key: Key) -> bool:
    return key[2] != ("z", 0) or key[4] != _LAST


def _begins(version: str, wanted: str) -> bool:
    have, want = key_of(version), key_of(wanted)
    parts = len(wanted.split("!")[-1].split("."))
    pad = (0,) * parts
    return have[0] == want[0] and (have[1] + pad)[:parts] == (want[1] + pad)[:parts]
