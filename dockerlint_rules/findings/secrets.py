"""Secrets in the text of a linted file, and the same text without them.

What counts as a secret: the user and password of a URL, parameters such as ``?token=``, values of variables, keys and
options that are named like secrets, and the tokens that well-known services hand out.  Every pattern takes time in
proportion to the text.
"""

from __future__ import annotations

import re
from functools import cache

from dockerlint_rules.findings.secret_hints import NAME_WORDS, has_secret_names, may_hold_secrets
from dockerlint_rules.knowledge.secret_names import SWITCH_VALUES, is_secret_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.syntax.source import Source

MASK = "***"

# How the tokens of well-known services begin, and what follows.
_TOKENS = (
    ("ghp_", r"\w{16,}"), ("gho_", r"\w{16,}"), ("ghu_", r"\w{16,}"), ("ghs_", r"\w{16,}"), ("ghr_", r"\w{16,}"),
    ("github_pat_", r"\w{20,}"), ("glpat-", r"[\w.-]{16,}"), ("gldt-", r"[\w-]{16,}"), ("glrt-", r"[\w.-]{16,}"),
    ("glptt-", r"[\w-]{16,}"), ("AKIA", "[0-9A-Z]{16}"), ("ASIA", "[0-9A-Z]{16}"), ("xoxa-", r"[\w-]{10,}"),
    ("xoxb-", r"[\w-]{10,}"), ("xoxp-", r"[\w-]{10,}"), ("xoxr-", r"[\w-]{10,}"), ("xoxs-", r"[\w-]{10,}"),
    ("sk_live_", r"\w{10,}"), ("rk_live_", r"\w{10,}"), ("sk-", r"[\w-]{20,}"), ("npm_", r"[A-Za-z0-9]{30,}"),
    ("pypi-", r"[\w-]{30,}"), ("dckr_pat_", r"[\w-]{20,}"), ("dckr_oat_", r"[\w-]{20,}"), ("hf_", "[A-Za-z]{30,}"),
    ("AIza", r"[\w-]{30,}"), ("ya29.", r"[\w-]{20,}"), ("SG.", r"[\w-]{16,}\.[\w-]{16,}"),
    ("eyJ", r"[\w-]{8,}\.[\w-]{8,}\.[\w-]{4,}"), ("dop_v1_", "[a-f0-9]{32,}"), ("shpat_", "[a-fA-F0-9]{16,}"),
    ("-----BEGIN ", "[A-Z ]*PRIVATE KEY-----(?:(?!-----).)*"),
)  # fmt: skip
# Passwords that the form of a command tells: a word of it, and a pattern whose group is the password.
_COMMANDS = (
    ("-u", r"(?<![^\s\"'])-(?:u|-user)[ =][^\s:'\"$]+:([^\s'\"]+)"),
    ("sshpass", r"\bsshpass[ \t]{1,20}-p[ \t]{0,20}([^\s|;&]+)"),
    (" login", r"\blogin\b[^\n|;&]{0,200}?\s-p[ =]([^\s|;&]+)"),
    ("mysql", r"\bmysql\w{0,20}\b[^\n|;&]{0,200}?\s-p([^\s|;&\"']+)"),
    (
        "chpasswd",
        r"(?<![\w.-])[\w.-]{1,64}:([^\s\"'|:]{1,200})[\"']?[ \t]{0,20}\|[ \t]{0,20}(?:sudo[ \t]{1,20})?chpasswd",
    ),
    ("identified", r"\bidentified[ \t]{1,20}by[ \t]{1,20}[\"'\\`]{0,3}([^\s\"'\\`;]+)"),
)
_PARAMETERS = (
    "token|[a-z]+[_-]?token|auth|apikey|api[_-]?key|key|sig|signature|password|passwd|pwd|secret|client[_-]?secret|"
    "x-(?:amz|goog)-(?:signature|credential|security-token)|awsaccesskeyid|code"
)
_URL_PASSWORD = r"://[^\s/?#'\"<>`@:]{1,200}:(?!\d+[/?#])([^\s'\"<>`]{1,200})@"
# Lists of names in YAML, and the word of sudo's configuration.
_NO_NAMES = ("secret", "secrets", "tokens", "nopasswd")
# A character that ends an unquoted value; commas separate the options of a mount.
_VALUE = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s"',;&|)]+)"""


def secret_spans(text: str, *, prose: bool = False) -> list[tuple[int, int]]:
    """Places of the secrets in a text, in order and apart from each other.

    In *prose*, such as a message, a colon after a word does not mean that a value follows.
    """
    if not may_hold_secrets(text):
        return []
    spans = sorted([*_spans(text), *_named_values(text, prose=prose)])
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        elif start < end:
            joined.append((start, end))
    return joined


def masked(text: str) -> str:
    """A message with ``***`` for each secret."""
    return _replaced(text, secret_spans(text, prose=True), None)


def masked_in_place(text: str) -> str:
    """The text of a file with an asterisk for each character of a secret, so that every place in it stays the same."""
    return _replaced(text, secret_spans(text), "*")


def masked_source(source: Source) -> Source:
    """A source for showing: its secrets are masked, and every place in it is the same."""
    if not may_hold_secrets(source.text):
        return source
    text = masked_in_place(source.text)
    if text == source.text:
        return source
    from dockerlint_rules.syntax.source import Source

    return Source(text, source.filename)


def mask_findings(findings: list[Finding], source: Source) -> None:
    """Mask the secrets in what findings say.  An edit stays as it is, and its fix is marked."""
    # What a message could quote without the name that tells that it is a secret.
    values = _Values(source if has_secret_names(source.text) else None)
    for finding in findings:
        _mask(finding, values)


class _Values:
    """The secrets of a file that have names, to be found in what is said of it."""

    def __init__(self, source: Source | None) -> None:
        self._lines: dict[int, set[str]] = {}  # by the line where each begins
        # Those that are unlikely to be words that messages about other lines use, by length.  perf: a lookup for each
        # length and place of a message, because both values and messages may be thousands.
        self._distinctive: dict[int, set[str]] = {}
        for start, end in _named_values(source.text, prose=False) if source is not None else ():
            assert source is not None
            value = source.text[start:end]
            if len(value) >= 4:  # short ones are too likely to be a part of other words
                self._lines.setdefault(source.line_of(start), set()).add(value)
                if _is_distinctive(value):
                    self._distinctive.setdefault(len(value), set()).add(value)

    def in_text(self, text: str, finding: Finding) -> list[str]:
        """Those that a text holds, the longest first."""
        found = {
            text[at : at + length]
            for length, values in self._distinctive.items()
            for at in range(len(text) - length + 1)
            if text[at : at + length] in values
        }
        if self._lines:
            for line in range(finding.line, min(finding.end_line, finding.line + _MOST_LINES) + 1):
                found.update(one for one in self._lines.get(line, ()) if one in text)
        return sorted(found, key=len, reverse=True)


_MOST_LINES = 1000  # of a finding, whose ordinary words are looked for in its message


def _is_distinctive(value: str) -> bool:
    """Whether a value is unlikely to be a word that messages about other lines use, such as ``postgres``."""
    mixed = not value.isalpha() and not value.isdigit()
    return len(value) >= 12 or (len(value) >= 6 and mixed)


def _mask(finding: Finding, values: _Values) -> None:
    def without(text: str) -> str:
        for value in values.in_text(text, finding):
            text = _without(text, value)
        return masked(text)

    finding.message = without(finding.message)
    if finding.stage is not None:
        finding.stage = without(finding.stage)
    fix = finding.fix
    if fix is not None:
        fix.message = without(fix.message)
        fix.holds_secret = any(
            secret_spans(edit.text) or values.in_text(edit.text, finding) for edit in fix.edits
        )
    for related in finding.related:
        related.message = without(related.message)


def _without(text: str, value: str) -> str:
    """A message without a value.  An ordinary word, such as ``secret``, stays where the message says it itself."""
    if _is_distinctive(value):
        return text.replace(value, MASK)
    quoted = [found.span() for found in _pattern(r"(?<!\w)'[^']*+'").finditer(text)]
    out, at = [], 0
    for found in _pattern(re.escape(value)).finditer(text):
        start, end = found.span()
        if text[start - 1 : start] in _BEFORE_VALUES or any(a <= start < b for a, b in quoted):
            out += [text[at:start], MASK]
            at = end
    return "".join([*out, text[at:]])


_BEFORE_VALUES = ("=", ":", "@", "/", '"', "`", "'")


def _replaced(text: str, spans: list[tuple[int, int]], sign: str | None) -> str:
    if not spans:
        return text
    out, at = [], 0
    for start, end in spans:
        out.append(text[at:start])
        if sign is None:
            out.append(MASK)
        else:  # line ends keep the lines apart
            out.append("".join(char if char in "\r\n" else sign for char in text[start:end]))
        at = end
    return "".join([*out, text[at:]])


# -- patterns ----------------------------------------------------------------------------------------


@cache
def _pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(text, flags)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    if "://" in text:
        yield from _url_users(text)
        if "?" in text:
            for found in _pattern(rf"[?&;](?:{_PARAMETERS})=([^\s&#'\"]+)", re.I).finditer(text):
                if not _is_reference(found[1]):
                    yield found.span(1)
    yield from _tokens(text)
    lower = text.lower()
    for word, pattern in _COMMANDS:
        if word in lower:
            for found in _pattern(pattern, re.I).finditer(text):
                if not found[1].isdigit() and not _is_reference(found[1].strip("\"'")):
                    yield found.span(1)


def _url_users(text: str) -> Iterator[tuple[int, int]]:
    """The part before the ``@`` of each URL.  A user of SSH without a password is no secret."""
    # A password may hold "/", which it should not, but a number after the colon is a port.
    for found in _pattern(_URL_PASSWORD).finditer(text):
        if not _is_reference(found[1]):
            yield found.start() + 3, found.end(1)
    for found in _pattern(r"://([^\s/?#'\"<>`]+)@").finditer(text):
        user = found[1]
        scheme = text[max(found.start() - 20, 0) : found.start()].lower()
        is_login = scheme.endswith(("ssh", "sftp")) and ":" not in user
        if not is_login and not all(_is_reference(part) or not part for part in user.split(":")):
            yield found.span(1)


def _tokens(text: str) -> Iterator[tuple[int, int]]:
    for start, rest in _TOKENS:
        if start in text:
            # Several parts are not tried within a word, where they could read the same text again and again.
            before = r"\w-" if "." in rest else "A-Za-z0-9"
            pattern = _pattern(f"(?<![{before}]){re.escape(start)}{rest}", re.S)
            for found in pattern.finditer(text):
                yield found.span()


def _named_values(text: str, *, prose: bool) -> Iterator[tuple[int, int]]:
    """The values of variables, keys and options whose names are those of secrets."""
    end = 0
    for at in _places_of_words(text):
        # perf: what is a part of the last name or value is not read again, so that the time is linear.
        if at < end:
            continue
        start = at
        while start > end and (text[start - 1].isalnum() or text[start - 1] in "_.-"):
            start -= 1
        name, value, end = _value_after(text, start, prose=prose)
        if value is not None and _may_be_secret(name, text[slice(*value)]):
            yield value


def _places_of_words(text: str) -> list[int]:
    lower = text.lower() if text.isascii() else text.translate(_LOWER)
    places: set[int] = set()
    for word in NAME_WORDS:
        at = lower.find(word)
        while at >= 0:
            places.add(at)
            at = lower.find(word, at + len(word))
    return sorted(places)


_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
"""For ``str.translate``, which keeps the length of the text, as ``lower()`` may not."""


def _value_after(text: str, start: int, *, prose: bool) -> tuple[str, tuple[int, int] | None, int]:
    """The name at an offset, the place of its value without quotes, and the end of both."""
    found = _pattern(r"[\w.-]+").match(text, start)
    assert found is not None
    name, end = found[0], found.end()
    sign = _pattern(r"[\"']?[ \t]*([=:])[ \t]*").match(text, end)
    if sign is not None:
        if prose and sign[1] == ":" and not name.isupper():
            return name, None, end
        return name, *_value_at(text, sign.end())
    space = _pattern(r"[ \t]+(?!-)").match(text, end)
    if space is None:
        return name, None, end
    if name.startswith("--"):
        return name, *_value_at(text, space.end())
    if _pattern(r"(?:^|[\n'])[ \t]*ENV[ \t]+\Z", re.I).search(text[max(start - 64, 0) : start]):
        rest = _pattern(r"[^\n]*").match(text, space.end())
        assert rest is not None
        return name, rest.span(), rest.end()
    return name, None, end


def _value_at(text: str, at: int) -> tuple[tuple[int, int] | None, int]:
    """The place of a value without its quotes, and where it ends with them."""
    found = _pattern(_VALUE).match(text, at)
    if found is None:
        return None, at
    quoted = found[0][0] in "\"'"
    return (found.start() + quoted, found.end() - quoted), found.end()


def _may_be_secret(name: str, value: str) -> bool:
    name = name.lstrip("-").replace("-", "_").replace(".", "_").lower()
    return (
        is_secret_name(name)
        and name not in _NO_NAMES
        and not name.endswith(("stdin", "_env"))
        and any(map(str.isalnum, value))
        and value.lower() not in SWITCH_VALUES
        and not value.startswith(("id=", "type=", "…"))  # "…" stands for a value in our messages
        and not _is_reference(value)
    )


def _is_reference(value: str) -> bool:
    """Whether a value only names a variable or a command: ``$TOKEN``, ``${TOKEN}``, ``$(cat …``, ``{{ token }}``."""
    return bool(_pattern(r"(?:\$\w+|\$\{\w+\})+|\$\(.*|`.*|\{\{.*|%\w+%").fullmatch(value))
