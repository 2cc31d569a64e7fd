"""Which files are linted: what a directory search finds, what is excluded, and how a file is read."""

from __future__ import annotations

import errno
import os
import re
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The hook's manifest has the same two patterns: a test compares them.
HOOK_FILES = r"(?i)(^|/)((docker|container)file([._-][^/]*)?|[^/]+\.(docker|container)file)$"
HOOK_EXCLUDE = r"(?i)\.(dockerignore|containerignore|j2|jinja2?|tmpl|tpl|erb|mustache|md|rst|txt|py|sh|ya?ml|json|orig|rej|swp)$"
# What is looked at beside a Dockerfile that a search finds, and by a hook of its own.
HOOK_DEPLOYMENT_FILES = r"(?i)(^|/)((docker-)?compose([._-][^/]*)?\.ya?ml|dockerrun\.aws\.json)$"
NEVER = frozenset({".git", "node_modules", ".venv"})
_FILES = re.compile(HOOK_FILES)
_EXCLUDE = re.compile(HOOK_EXCLUDE)
_CLASS = r"\[(?P<not>[!^]?)(?P<body>\]?[^\]]*)\]"
_KINDS = (
    (stat.S_ISFIFO, "is a named pipe"),
    (stat.S_ISSOCK, "is a socket"),
    (stat.S_ISCHR, "is a device"),
    (stat.S_ISBLK, "is a device"),
)


class Problem:
    """A path that cannot be linted, and why."""

    __slots__ = ("message", "path")

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        self.message = message

    def __repr__(self) -> str:
        return f"Problem({self.path!r}, {self.message!r})"


def is_dockerfile(path: str) -> bool:
    """Whether a search takes a file of this name."""
    name = os.path.basename(path)
    return bool(_FILES.search(name)) and not _EXCLUDE.search(name)


def find(
    paths: Iterable[str],
    exclude: Iterable[str] = (),
    *,
    force_exclude: bool = False,
    root: str | None = None,
) -> Iterator[str | Problem]:
    """The files to lint, each once: those named, and those found in directories, sorted there.

    Patterns speak of paths below the current directory and, with *root*, of those below it.
    """
    patterns = Patterns(exclude, root)
    seen: set[str] = set()
    for path in paths:
        for found in _of(path, patterns, force_exclude=force_exclude):
            if isinstance(found, str):
                key = os.path.realpath(found)
                if key in seen:
                    continue
                seen.add(key)
            yield found


def _of(path: str, patterns: Patterns, *, force_exclude: bool) -> Iterator[str | Problem]:
    try:
        is_directory = stat.S_ISDIR(os.stat(path).st_mode)
    except (OSError, ValueError) as error:
        yield Problem(path, why_not(error))
        return
    if force_exclude and is_excluded(path, patterns):
        return
    if not is_directory:
        yield path
        return
    yield from _search(path, patterns)


def _search(directory: str, patterns: Patterns) -> Iterator[str | Problem]:
    # A stack of our own: a tree may be deeper than Python's calls may go.
    stack = [_entries(directory, patterns)]
    while stack:
        for found, below in stack[-1]:
            if below:
                stack.append(_entries(str(found), patterns))
                break
            yield found
        else:
            stack.pop()


def _entries(directory: str, patterns: Patterns) -> Iterator[tuple[str | Problem, bool]]:
    """What a directory holds for us, sorted by name, and whether that is a directory to look into."""
    try:
        with os.scandir(directory) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield Problem(directory, why_not(error)), False
        return
    has_dockerfile = any(is_dockerfile(entry.name) for entry in found)
    for entry in found:
        path = entry.name if directory == os.curdir else os.path.join(directory, entry.name)
        if path.startswith("./") and len(path) > 2:
            path = path[2:]
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in NEVER and not is_excluded(path, patterns):
                yield path, True
        elif (
            _is_wanted(entry.name, beside=has_dockerfile)
            and _is_file(entry)
            and not is_excluded(path, patterns)
        ):
            yield path, False


def _is_wanted(name: str, *, beside: bool) -> bool:
    """Whether a search takes a file: a Dockerfile, or beside one what says where it is run."""
    if is_dockerfile(name):
        return True
    return (
        beside
        and name.lower().endswith(("ml", "json"))
        and bool(re.search(HOOK_DEPLOYMENT_FILES, name))
    )


def _is_file(entry: os.DirEntry[str]) -> bool:
    # A link to nothing is kept: reading it says what is wrong.
    try:
        return entry.is_file() or (entry.is_symlink() and not os.path.exists(entry.path))
    except OSError:
        return True


class Patterns:
    """Patterns that exclude, and the directories that they are read from."""

    __slots__ = ("patterns", "roots")

    def __init__(self, patterns: Iterable[str], root: str | None = None) -> None:
        self.patterns = list(patterns)
        self.roots = [os.curdir]
        if root and os.path.abspath(root) != os.getcwd():
            self.roots.append(root)


def is_excluded(path: str, patterns: Patterns) -> bool:
    """Whether a pattern matches the path or a directory that it lies in."""
    if not patterns.patterns:
        return False
    for root in patterns.roots:
        parts = _below(path, root).split("/")
        heads = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
        if any(matches(pattern, head) for pattern in patterns.patterns for head in heads if head):
            return True
    return False


def _below(path: str, root: str) -> str:
    """The path as seen from *root* where it lies below it, with slashes."""
    if os.path.isabs(path) or root != os.curdir:
        below = os.path.relpath(path, root)
        path = path if below.startswith(os.pardir) else below
    return os.path.normpath(path).replace(os.sep, "/")


_PATTERNS: dict[str, re.Pattern[str]] = {}


def matches(pattern: str, path: str) -> bool:
    """Whether a glob matches: ``*``, ``?``, ``[…]`` inside a name, ``**`` across; no slash: the last name.

    A backslash takes the next character as itself; a slash in front means the top.
    """
    anchored = pattern.startswith("/") and not path.startswith("/")
    pattern = pattern.removeprefix("./").rstrip("/")
    if anchored and "/" in path and "/" not in pattern[1:]:
        return False
    if anchored:
        pattern = pattern[1:]
    known = _PATTERNS.get(pattern)
    if known is None:
        known = _PATTERNS[pattern] = re.compile(_translate(pattern))
    if "/" not in pattern:
        path = path.rsplit("/", 1)[-1]
    return bool(known.match(path))


def _translate(pattern: str) -> str:
    out, at = [], 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            out.append("(?:.*/)?")
            at += 3
        elif pattern.startswith("/**", at) and at + 3 == len(pattern):
            out.append("(?:/.*)?")  # the directory itself as well
            at += 3
        elif pattern.startswith("**", at):
            out.append(".*")
            at += 2
        elif pattern[at] == "*":
            out.append("[^/]*")
            at += 1
        elif pattern[at] == "?":
            out.append("[^/]")
            at += 1
        elif pattern[at] == "\\" and at + 1 < len(pattern):
            out.append(re.escape(pattern[at + 1]))
            at += 2
        elif pattern[at] == "[" and (found := re.compile(_CLASS).match(pattern, at)):
            out.append(_class(found))
            at = found.end()
        else:
            out.append(re.escape(pattern[at]))
            at += 1
    return rf"(?s:{''.join(out)})\Z"


def _class(found: re.Match[str]) -> str:
    """A class of characters as a regular expression; a range that runs backwards matches nothing."""
    body, out, at = found["body"], "", 0
    while at < len(body):
        low = high = body[at]
        if body[at + 1 : at + 2] == "-" and at + 2 < len(body):
            high = body[at + 2]
            at += 2
        if low <= high:
            out += f"{re.escape(low)}-{re.escape(high)}"
        at += 1
    if found["not"]:
        return f"[^/{out}]"
    return f"[{out}]" if out else "(?!)"


def read_bytes(path: str) -> bytes | str:
    """A file's bytes, or a sentence why there are none.  Pipes, sockets and devices are not opened."""
    try:
        words = _no_file(os.stat(path).st_mode)
        if words:
            return words
        # Were it to become a pipe in between, opening would wait for a writer without O_NONBLOCK.
        with open(path, "rb", opener=_at_once) as file:
            return _no_file(os.fstat(file.fileno()).st_mode) or file.read()
    except (OSError, ValueError) as error:
        return why_not(error)


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _no_file(mode: int) -> str:
    """What something is that is no file to be read; empty for a file."""
    if stat.S_ISDIR(mode):
        return "is a directory"
    return next((words for test, words in _KINDS if test(mode)), "")


def why_not(error: OSError | ValueError) -> str:
    """What an error of the file system means, in words."""
    if isinstance(error, ValueError):
        return "no such file"  # a NUL in the name
    known = {
        errno.ENOENT: "no such file",
        errno.ENOTDIR: "no such file",
        errno.EACCES: "cannot be read: permission denied",
        errno.EPERM: "cannot be read: permission denied",
        errno.EISDIR: "is a directory",
        errno.ELOOP: "cannot be read: too many symbolic links",
        errno.ENAMETOOLONG: "no such file",
    }
    return (
        known.get(error.errno or 0) or f"cannot be read: {(error.strerror or str(error)).lower()}"
    )
