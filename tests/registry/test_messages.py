"""What can be checked of the words that rules use; CONTRIBUTING.md says how to write the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from registry.rule_texts import messages_of

from dockerlint_rules.registry.index import ROWS
from dockerlint_rules.registry.indexed import IndexedRule
from dockerlint_rules.registry.page import Page
from dockerlint_rules.testing.pages import lint_example

LONGEST_MESSAGE = 160  # of the message of an example, less what it quotes from the file
LONGEST_LITERAL = 170  # of the fixed text of a message in the code
LONGEST_TITLE = 60
# Words that read like a translation, and what to write in their place.
BANNED = {
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\banew\b": "again",
    r"\bwho(so)?ever\b": "anyone who",
    r"\bwhatsoever\b": "(nothing)",
    r"\bby which\b": "with, through",
    r"(?<!there )\b(is|are) no (?!longer\b|more\b|one\b)": "is not a",
    r"\bcontent with\b": "accepts",
    r"\bfor the asking\b": "freely",
    r"\bas one may\b": "(nothing)",
    r"\bwhat is there\b": "what exists",
    r"\bno more than\b": "only",
    r"\bthere(by|of|in|upon)\b": "(say it in a clause)",
    r"\bhence\b": "so",
    r"\bsomebody\b": "someone",
    r"\banybody\b": "anyone",
    r"\beverybody\b": "everyone",
    r"\bpragmas?\b": "ignore comment",
    r"\bthe data are\b": "the data is",
}
# Words of a message that do not say what breaks or what to do.
VAGUE = re.compile(r"\b(consider|please)\b", re.I)
CODES = [row["code"] for row in ROWS]
# Attributes that hold what somebody wrote in their file.
_WRITTEN = re.compile(r"⟨[^⟨⟩]*\.(text|value|original)⟩")


def rule_of(code: str) -> IndexedRule:
    return IndexedRule(next(row for row in ROWS if row["code"] == code))


def without_quotes(text: str) -> str:
    """A message with ⟨…⟩ in place of what stands in single quotes; apostrophes are no quotes."""
    return re.sub(r"(?<![\w⟩])'[^']*(?:'(?=s\b)[^']*)*'", "⟨quoted⟩", text)


def sentences(text: str) -> int:
    """How many sentences a message has; a full stop inside of quotes or of a name is none."""
    return len(re.findall(r"[.?!](?=\s|$)", without_quotes(text))) or 1


def banned(text: str) -> Iterator[str]:
    for pattern, instead in BANNED.items():
        found = re.search(pattern, text, re.I)
        if found:
            yield f"write {instead!r} in place of {found[0].strip()!r}: {text!r}"


def word_problems(text: str) -> Iterator[str]:
    """Words and quotes that neither a message nor the text of a fix has."""
    yield from banned(text)
    plain = without_quotes(text)
    vague = VAGUE.search(plain)
    if vague:
        yield f"{vague[0]!r} is vague; say what breaks, then what to do: {text!r}"
    if re.search(r'(^|[\s(])"', plain):
        yield f"quote with single quotes: {text!r}"


def form_problems(text: str) -> Iterator[str]:
    """What is wrong with a message, whoever shows it."""
    yield from word_problems(text)
    plain = without_quotes(text)
    if re.search(r"\S  +\S", plain):
        yield f"two blanks: {text!r}"
    if not re.search(r"([.?]|['`⟩])$", text):
        yield f"ends without a full stop: {text!r}"
    if sentences(text) > 2:
        yield f"more than two sentences: {text!r}"


def literal_problems(kind: str, text: str) -> Iterator[str]:
    if kind == "Fix":
        # It becomes the title of an editor's action, which has no full stop.
        yield from word_problems(text)
        if text.endswith("."):
            yield f"the text of a fix ends with a full stop: {text!r}"
    else:
        yield from form_problems(text)
    length = len(re.sub(r"⟨[^⟨⟩]*⟩", "", text))
    if length > LONGEST_LITERAL:
        yield f"{length} characters of fixed text, more than {LONGEST_LITERAL}: {text!r}"
    for hole in _WRITTEN.finditer(text):
        before = re.sub(r"(?<=[\w⟩])'(?=s\b)", "", text[: hole.start()])
        if before.count("'") % 2 == 0 and before.count("`") % 2 == 0:
            yield f"{hole[0]} is text of the user's file and stands without single quotes: {text!r}"


def title_problems(title: str) -> Iterator[str]:
    yield from banned(title)
    if len(title) > LONGEST_TITLE:
        yield f"the title has {len(title)} characters: {title!r}"
    if not title.endswith(".") or sentences(title) != 1:
        yield f"the title is one sentence with a full stop: {title!r}"
    if re.match(r"(A|An|The) ", title):
        yield f"the title begins with an article: {title!r}"


def page_problems(doc: str, fix: str | None) -> Iterator[str]:
    """What is wrong with the words of a page, and which of its sections are missing."""
    for paragraph in re.sub(r"```.*?```", "", doc, flags=re.S).split("\n\n"):
        yield from banned(" ".join(paragraph.split()))
    rest = Page(doc).rest
    if fix == "unsafe" and not re.search(r"^Fix safety: ", rest, re.M):
        yield "the fix is unsafe, and the page does not say why: add 'Fix safety: unsafe, because …'"
    if not re.search(r"^Sources?: ", rest, re.M):
        yield "the page does not say what its claim rests on: add 'Source: …'"


def problems_of(code: str) -> Iterator[str]:
    """Everything that is wrong with the words of a rule."""
    rule = rule_of(code)
    yield from title_problems(rule.title)
    yield from page_problems(rule.doc, rule.fix)
    for kind, text in messages_of(code):
        yield from literal_problems(kind, text)
    if rule.unit == "scripts":
        return  # ShellCheck's words
    for example in Page(rule.doc).examples_of("Bad"):
        for finding in lint_example(rule, example).findings:
            yield from form_problems(finding.message)
            length = len(without_quotes(finding.message).replace("⟨quoted⟩", ""))
            if length > LONGEST_MESSAGE:
                yield f"{length} characters, more than {LONGEST_MESSAGE}: {finding.message!r}"


@cache
def problems(code: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(problems_of(code)))


@pytest.mark.parametrize("code", CODES)
def test_words_of_a_rule(code: str) -> None:
    if problems(code):
        pytest.fail("\n".join(problems(code)), pytrace=False)


def test_messages_are_found_in_the_code() -> None:
    """Nearly every rule has a literal; those without one take their message from what refused the file."""
    assert sum(bool(messages_of(code)) for code in CODES) > 0.9 * len(CODES)


# -- the checks themselves -----------------------------------------------------------------------------

WRONG = {
    "mended": ("3 can be mended.", "write 'fix'"),
    "no-date": ("'2024-13-01' is no date.", "write 'is not a'"),
    "blanks": ("One.  Two.", "two blanks"),
    "open-end": ("Pin it", "ends without a full stop"),
    "consider": ("Consider a tag.", "'Consider' is vague"),
    "please": ("'a' moves. Please pin it.", "'Please' is vague"),
    "double-quotes": ('"a" moves. Pin it.', "quote with single quotes"),
    "three": ("One. Two. Three.", "more than two sentences"),
}


@pytest.mark.parametrize(("text", "problem"), WRONG.values(), ids=WRONG)
def test_a_message_that_is_refused(text: str, problem: str) -> None:
    assert any(problem in one for one in form_problems(text))


@pytest.mark.parametrize(
    "text",
    [
        "Base image 'a.b  c' has no tag. Pin a version.",
        "'please consider \"a\"' is unknown. Remove it.",
        "'DL3007' is unknown; did you mean 'DL3006'?",
        "The image's data is lost, as there is no VOLUME. Add one for '/data'.",
        "Python 3.8 is no longer supported. Use 3.13.",
        "Replace it with 'apt-get install -y curl'",
    ],
)
def test_a_message_that_is_right(text: str) -> None:
    assert list(form_problems(text)) == []


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("Base image '⟨image.text⟩' moves.", True),
        ("Base image ⟨image.text⟩ moves.", False),
        ("The stage's '⟨a.text⟩' and '⟨b.text⟩' move.", True),
        ("'⟨a.text⟩' moves ⟨b.text⟩.", False),
        ("Run 'pip install ⟨a.text⟩'.", True),
        ("Line ⟨number⟩ is late.", True),
        ("x" * 171 + ".", False),
    ],
)
def test_a_literal_of_the_code(text: str, is_right: bool) -> None:
    assert (list(literal_problems("Finding", text)) == []) is is_right


@pytest.mark.parametrize(
    ("fix", "rest", "problem"),
    [
        ("unsafe", "Fix safety: unsafe, because a.\n\nSource: b.", None),
        ("safe", "Source: b.", None),
        (None, "Sources: b, c.", None),
        ("unsafe", "Source: b.", "add 'Fix safety: unsafe, because …'"),
        (None, "", "add 'Source: …'"),
        (None, "Resource: b.", "add 'Source: …'"),
    ],
)
def test_sections_of_a_page(fix: str | None, rest: str, problem: str | None) -> None:
    doc = f"It moves.\n\nWhy.\n\nBad::\n\n```dockerfile\nFROM a\n#    ^\n```\n\n{rest}\n"
    said = list(page_problems(doc, fix))
    assert len(said) == (problem is not None)
    assert problem is None or problem in said[0]
