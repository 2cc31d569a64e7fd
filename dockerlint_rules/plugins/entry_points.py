"""Which plugins are installed: entry points, read from the metadata files that installers write.

``importlib.metadata`` takes 35 to 60 ms for this; reading ``entry_points.txt`` takes about one.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EXTENSION, REPORT = "dockerlint.extension", "dockerlint.report"
PATH_VARIABLE = "DOCKERLINT_PLUGIN_PATH"
"""Environment variable with the only directories to search for plugins."""
_GROUPS = (EXTENSION, REPORT)
_SIGN = b"dockerlint."
_ENDS = (".dist-info", ".egg-info")


class Entry:
    """One entry point of a distribution: its group, name and value (``module:attribute``).

    *home* is the distribution's home page.  *local* entries come from a configuration file.  *longer* are the names of
    other entries that begin with this one's: codes below those names are theirs.
    """

    __slots__ = ("distribution", "group", "home", "local", "longer", "name", "value", "version")

    def __init__(
        self,
        group: str,
        name: str,
        value: str,
        distribution: str,
        version: str = "",
        *,
        home: str = "",
        local: bool = False,
    ) -> None:
        self.group = group
        self.name = name
        self.value = value
        self.distribution = distribution
        self.version = version
        self.home = home
        self.local = local
        self.longer: list[str] = []

    @property
    def origin(self) -> str:
        """The distribution and its version."""
        return f"{self.distribution} {self.version}".rstrip()

    def __str__(self) -> str:
        return f"plugin {self.origin} [{self.name}]"

    def __repr__(self) -> str:
        return f"Entry({self.group!r}, {self.name!r}, {self.value!r}, {self.origin!r})"


def installed_entries(paths: Iterable[str] | None = None) -> list[Entry]:
    """Every entry point for dockerlint on the import path, sorted by distribution, version and name.

    Of a distribution that is installed twice the first one counts, as for an import.
    """
    seen: list[str] = []  # directory names of the distributions so far
    entries: list[Entry] = []
    for path in _metadata_folders() if paths is None else paths:
        try:
            names = [name for name in os.listdir(path) if name.endswith(_ENDS) and name[0] != "~"]
        except OSError:  # a zip file, or nothing
            continue
        for name in names:
            text = _entry_points(f"{path}/{name}")
            if text is not None and not any(is_same_distribution(one, name) for one in seen):
                entries += _read(text, f"{path}/{name}", name)
        seen += names
    entries.sort(key=lambda one: (one.distribution, one.version, one.name))
    return entries


def _metadata_folders() -> Iterator[str]:
    """The directories of the import path, each once, without those that hold no distributions or must not be trusted.

    The current directory, which ``python -m`` puts first, is the tree that is linted.  Tests set
    ``DOCKERLINT_PLUGIN_PATH``, so that plugins which happen to be installed do not change their results.
    """
    if PATH_VARIABLE in os.environ:
        yield from filter(None, os.environ[PATH_VARIABLE].split(os.pathsep))
        return
    library = os.path.dirname(os.__file__)
    passed = {library, f"{library}/lib-dynload"}
    for at, place in enumerate(sys.path):
        if at == 0 and not sys.flags.safe_path and (not place or place == os.getcwd()):
            continue
        if place and place not in passed and not place.endswith(".zip"):
            passed.add(place)
            yield place


def _entry_points(directory: str) -> str | None:
    try:
        # perf: io's layers double the time of so small a read.
        descriptor = os.open(f"{directory}/entry_points.txt", os.O_RDONLY)
    except OSError:
        return None
    try:
        data = os.read(descriptor, 1 << 20)
    finally:
        os.close(descriptor)
    return data.decode("utf-8", "replace") if _SIGN in data else None


def normalised(name: str) -> str:
    """A distribution's name in the form for comparison: lower case, ``-`` for every run of ``-_.``."""
    return "-".join(
        part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part
    )


def is_same_distribution(one: str, other: str) -> bool:
    """Whether two metadata directories are of the same distribution."""
    return _stem(one) == _stem(other)


def _stem(directory: str) -> str:
    return normalised(directory.rpartition(".")[0].partition("-")[0])


def _read(text: str, directory: str, name: str) -> Iterator[Entry]:
    head = _metadata(directory)
    stem, _, rest = name.rpartition(".")[0].partition("-")
    distribution = head.get("name") or stem.replace("_", "-")
    version = head.get("version") or rest.partition("-py")[0]
    for group, entry, value in sections(text):
        if group in _GROUPS:
            yield Entry(group, entry, value, distribution, version, home=head.get("home", ""))


def sections(text: str) -> Iterator[tuple[str, str, str]]:
    """Group, name and value of each line of an ``entry_points.txt``."""
    group = ""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1].strip()
        elif line and line[0] not in "#;":
            name, sign, value = line.partition("=")
            if sign:
                yield group, name.strip(), value.partition("[")[0].strip()


def _metadata(directory: str) -> dict[str, str]:
    """Name, version and home page from the package's metadata."""
    head: dict[str, str] = {}
    for file in ("METADATA", "PKG-INFO"):
        try:
            with open(f"{directory}/{file}", encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    if not line.strip():
                        break
                    _take(line, head)
        except OSError:
            continue
        break
    return head


def _take(line: str, head: dict[str, str]) -> None:
    key, _, value = line.partition(":")
    key, value = key.lower(), value.strip()
    if key in ("name", "version"):
        head.setdefault(key, value)
    elif key == "home-page" and value.startswith("http"):
        head.setdefault("home", value)
    elif key == "project-url":
        label, _, address = value.partition(",")
        if label.strip().lower() in ("homepage", "home", "documentation", "source"):
            head.setdefault("home", address.strip())
