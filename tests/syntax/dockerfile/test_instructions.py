"""Instructions and what they hold: words, flags, pairs, arrays, scripts; each marks its text in the file."""

from __future__ import annotations

from typing import Any

import pytest

from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Word
from dockerlint_rules.syntax.source import LogicalText, Source


def last(text: str) -> Any:
    return Document(Source(f"FROM a\n{text}\n")).instructions[-1]


def marked(one: Any, of: Instruction) -> str | None:
    return None if one is None else of.source.text[one.start : one.end]


def test_what_every_instruction_has() -> None:
    it = last("# why\n  Copy --from=b \\\n # c\n  --chown=1 d  e ")
    assert (it.keyword, it.keyword_word.text) == ("COPY", "Copy")
    assert (it.line, it.end_line) == (3, 5)
    assert marked(it, it) == "Copy --from=b \\\n # c\n  --chown=1 d  e"
    assert it.original == "Copy --from=b   --chown=1 d  e "
    assert it.text == "d  e"
    assert marked(it.arguments, it) == "d  e"
    assert [(one.name, one.value, marked(one, it)) for one in it.flags] == [
        ("from", "b", "--from=b"),
        ("chown", "1", "--chown=1"),
    ]
    assert it.args == ["d", "e"]
    assert [marked(one, it) for one in it.words] == ["d", "e"]
    assert it.comments == ["why"]
    assert [one.text for one in it.inner_comments] == ["# c"]
    assert it.inner_comments[0].inside is it
    assert it.form is None
    assert it.stage is None
    assert it.escape == "\\"


def test_flags_by_name() -> None:
    it = last("RUN --mount=a --network=none --mount=b --security c")
    assert it.flag("mount").value == "a"
    assert [one.value for one in it.flags_named("mount")] == ["a", "b"]
    assert it.flag("device") is None
    assert it.flags_named("device") == []
    assert (it.flag("security").value, it.flag("security").value_text) == ("", None)
    assert last("COPY --link= a b").flag("link").value_text == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a'", "a"),
        ('"a b"', "a b"),
        ("''", ""),
        ("'", "'"),
        ("", ""),
        ("'a\"", "'a\""),
        ("XaX", "XaX"),
        ("a'b'", "a'b'"),
        ("'a'b'", "a'b"),
    ],
)
def test_value_of_a_word(text: str, value: str) -> None:
    assert Word(text, 3, 9).value == value


def test_words_in_messages() -> None:
    assert repr(Word("a", 1, 2)) == "Word('a', 1, 2)"


# -- FROM, COPY and lists --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "image", "name", "name_word"),
    [
        ("FROM b:1", "b:1", None, None),
        ("FROM b AS Build", "b", "build", "Build"),
        ("from --platform=c b as d", "b", "d", "d"),
        ("FROM b is d", "b", None, None),
        ("FROM b AS", "b", None, None),
        ("FROM b AS c d", "b", None, None),
        ("FROM", None, None, None),
    ],
)
def test_from(text: str, image: str | None, name: str | None, name_word: str | None) -> None:
    it = last(text)
    assert marked(it.image, it) == image
    assert it.name == name
    assert marked(it.name_word, it) == name_word


@pytest.mark.parametrize(
    ("text", "sources", "destination", "from_"),
    [
        ("COPY a b c", ["a", "b"], "c", None),
        ("COPY a", [], None, None),
        ("COPY", [], None, None),
        ("ADD --from=b a c", ["a"], "c", "b"),
        ("COPY --from a c", ["a"], "c", ""),
        ('COPY ["a b", "c"]', ['"a b"'], '"c"', None),
        ('COPY ["a"]', [], None, None),
    ],
)
def test_copy(text: str, sources: list[str], destination: str | None, from_: str | None) -> None:
    it = last(text)
    assert [marked(one, it) for one in it.sources] == sources
    assert marked(it.destination, it) == destination
    assert it.from_ == from_


def test_other_words() -> None:
    assert [one.text for one in last("VOLUME /a /b").paths] == ["/a", "/b"]
    assert [one.text for one in last("EXPOSE 80 443/udp").ports] == ["80", "443/udp"]
    assert last("WORKDIR /a b ").path.text == "/a b"
    assert last("USER a:b").user.text == "a:b"
    assert last("STOPSIGNAL 9").argument.text == "9"
    assert last("MAINTAINER a <b@c>").argument.text == "a <b@c>"
    assert last("WORKDIR").path is None
    assert last("USER").args == []
    assert last("NOPE a b").words == []
    assert last("NOPE a b").args == []


# -- JSON ------------------------------------------------------------------------------------------------


def test_items_of_an_array() -> None:
    it = last('RUN ["a\\u0041\\n", \\\n  "b c", ""]')
    assert it.form == "json"
    assert it.args == ["aA\n", "b c", ""]
    assert [(one.text, marked(one, it)) for one in it.words] == [
        ("aA\n", '"a\\u0041\\n"'),
        ("b c", '"b c"'),
        ("", '""'),
    ]
    first, second, third = (one.logical for one in it.words)
    assert (first.text, second.text, third.text) == ("aA\n", "b c", "")
    text = it.source.text
    assert [text[first.offset(at)] for at in range(3)] == ["a", "\\", "\\"]
    assert first.offset(2) == text.index("\\n")
    assert marked(second.span(0, 3), it) == "b c"
    assert first.end_offset == text.index('",')


def test_an_array_of_other_things() -> None:
    it = last("CMD [1, 2]")
    (error,) = it.errors
    assert error.message == "when using JSON array syntax, arrays must be comprised of strings only"
    assert (error.kind, error.stage, marked(error, it)) == ("json", 1, "[1, 2]")
    assert it.form == "json"
    assert it.args == []


# -- pairs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("ENV a=b", [("a=b", "a", "b", False)]),
        ("ENV a=b=c \"d e\"='f g'", [("a=b=c", "a", "b=c", False), ("\"d e\"='f g'", '"d e"', "'f g'", False)]),
        ("LABEL a=", [("a=", "a", "", False)]),
        ("ENV a b c ", [("a b c", "a", "b c", True)]),
        ("ENV a b=c", [("a b=c", "a", "b=c", True)]),
        ("ENV a", [("a", "a", None, True)]),
        ("ENV", []),
        ("ARG a b=c=d", [("a", "a", None, False), ("b=c=d", "b", "c=d", False)]),
        ("ARG a=", [("a=", "a", "", False)]),
    ],
)  # fmt: skip
def test_pairs(text: str, pairs: list[tuple[str, str, str | None, bool]]) -> None:
    it = last(text)
    assert [
        (marked(one, it), marked(one.key, it), marked(one.value, it), one.legacy)
        for one in it.pairs
    ] == pairs
    assert [one.name for one in it.pairs] == [key for _, key, _, _ in pairs]


def test_arguments_of_pairs() -> None:
    assert last("ENV a=b c=d").args == ["a", "b", "=", "c", "d", "="]
    assert last("ENV a b c").args == ["a", "b c", ""]
    assert last("ARG a b=c").args == ["a", "b=c"]


def test_a_value_that_goes_on_is_joined() -> None:
    it = last("ENV a=b\\\nc \\\n  d=e\\")
    assert [(one.value.text, marked(one.value, it)) for one in it.pairs] == [
        ("bc", "b\\\nc"),
        ("e", "e"),
    ]
    it = last("ARG a=b\\ c\\")
    assert [(one.value.text, marked(one.value, it)) for one in it.pairs] == [("b\\ c", "b\\ c")]


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("ENV a=b c", 'Syntax error - can\'t find = in "c". Must be of the form: name=value', "c"),
        ("LABEL a", "LABEL must have two arguments", "a"),
        ("ONBUILD ENV a", "ENV must have two arguments", "a"),
    ],
)
def test_errors_of_the_line_parser(text: str, message: str, place: str) -> None:
    it = last(text)
    (error,) = it.errors
    assert (error.message, marked(error, it), error.kind, error.stage) == (
        message,
        place,
        "pair",
        1,
    )


# -- programs --------------------------------------------------------------------------------------------


def shown(script: LogicalText | None) -> str | None:
    return None if script is None else script.text


@pytest.mark.parametrize(
    ("text", "form", "script", "argv"),
    [
        ("RUN a  b ", "shell", "a  b", ["a  b"]),
        ("RUN --network=none a", "shell", "a", ["a"]),
        ('CMD ["a", "b"]', "json", None, ["a", "b"]),
        ("CMD a b", "shell", "a b", ["a b"]),
        ("ENTRYPOINT [a", "shell", "[a", ["[a"]),
        ("CMD", None, None, []),
        ("HEALTHCHECK CMD a b", "shell", "a b", ["CMD", "a b"]),
        ("HEALTHCHECK --interval=1s cmd  CMD b", "shell", "CMD b", ["cmd", "CMD b"]),
        ('HEALTHCHECK CMD ["a"]', "json", None, ["CMD", "a"]),
        ("HEALTHCHECK NONE", None, None, ["NONE"]),
        ("HEALTHCHECK", None, None, []),
    ],
)
def test_programs(text: str, form: str | None, script: str | None, argv: list[str]) -> None:
    it = last(text)
    assert (it.form, shown(it.script), it.args) == (form, script, argv)


def test_commands_are_read_once_and_again_for_another_shell() -> None:
    it = last("RUN a && b")
    assert it.dialect == "sh"
    assert it.known_script is None
    assert [one.name for one in it.commands] == ["a", "b"]
    known = it.known_script
    assert known is it.shell_script
    it.read_as("sh")
    assert it.known_script is known
    it.read_as("cmd")
    assert it.known_script is None
    assert it.commands == []


def test_the_command_of_an_array() -> None:
    it = last('ENTRYPOINT ["a\\\\b", "$C d"]')
    (command,) = it.commands
    assert (command.before, command.after) == ("", "")
    assert [(one.text, one.value, one.literal) for one in command.words] == [
        ("a\\b", "a\\b", True),
        ("$C d", "$C d", True),
    ]
    assert [marked(one, it) for one in command.words] == ['"a\\\\b"', '"$C d"']
    (inner,) = [one for one in last('RUN ["sh", "-c", "x && y"]').commands if one.name == "y"]
    assert marked(inner, last('RUN ["sh", "-c", "x && y"]')) == "y"


def test_kind_of_a_health_check() -> None:
    it = last("HEALTHCHECK --retries=1 Cmd a")
    assert (it.kind, it.kind_word.text, marked(it.kind_word, it)) == ("CMD", "Cmd", "Cmd")
    it = last("HEALTHCHECK --retries=1")
    assert (it.kind, it.kind_word) == ("", None)


def test_script_of_a_heredoc() -> None:
    it = last("RUN <<-E\n\ta\n\t\tb\n\tE")
    assert it.script.text == "a\nb\n"
    assert it.file_heredoc is it.heredocs[0]
    assert [marked(one, it) for one in it.commands] == ["a", "b"]


@pytest.mark.parametrize(
    "text", ["RUN cat <<E\na\nE", "RUN <<E cat\na\nE", "RUN <<E <<F\na\nE\nb\nF"]
)
def test_heredocs_that_are_not_the_script(text: str) -> None:
    it = last(text)
    assert it.file_heredoc is None
    assert it.script.text == text[len("RUN ") :]
    assert it.script.offset(text.index("\n") - 4) == it.heredocs[0].start - 1
    assert it.script.offset(text.index("a\nE") - 4) == it.heredocs[0].start


@pytest.mark.parametrize(
    ("flag", "kind", "target"),
    [
        ("type=cache,target=/a", "cache", "/a"),
        ("TYPE=Secret, DST = '/a' ", "secret", ""),
        ("type=tmpfs,dst=/b", "tmpfs", "/b"),
        ("destination=/c", "bind", "/c"),
        ("dst=/b,target=/a,destination=/c", "bind", "/a"),
        ("dst=/b,destination=/c", "bind", "/b"),
        ("readonly", "bind", ""),
    ],
)
def test_mounts(flag: str, kind: str, target: str) -> None:
    (mount,) = last(f"RUN --mount={flag} --network=none a").mounts
    assert (mount.type, mount.target) == (kind, target)
    assert mount.flag.name == "mount"


def test_quotes_and_blanks_in_mounts() -> None:
    (mount,) = last("RUN --mount='ID = \"a\" ,source=b=c,ro' d").mounts
    assert mount.options == {"id": "a", "source": "b=c", "ro": ""}


# -- ONBUILD ---------------------------------------------------------------------------------------------


def test_trigger() -> None:
    it = last("onbuild \\\n  copy --from=a b c")
    assert (it.trigger.keyword, it.trigger.from_) == ("COPY", "a")
    assert [marked(one, it) for one in it.trigger.words] == ["b", "c"]
    assert it.args == ["copy --from=a b c"]
    assert it.trigger.source is it.source
    assert it.trigger.escape == it.escape
    assert (it.trigger.line, it.trigger.end_line) == (2, 3)
    assert it.errors == []
    assert last("ONBUILD").trigger is None


@pytest.mark.parametrize("count", [1, 49, 50, 51, 60])
def test_triggers_in_triggers(count: int) -> None:
    it = last("ONBUILD " * count + "RUN a")
    levels = 0
    while getattr(it, "trigger", None) is not None:
        it, levels = it.trigger, levels + 1
    assert levels == min(count, 50)


def test_only_errors_of_the_line_parser_are_those_of_onbuild() -> None:
    it = last("ONBUILD COPY a")
    assert it.errors == []
    it = last("ONBUILD CMD [1]")
    assert [one.kind for one in it.errors] == ["json"]
    assert last("ONBUILD RUN a").raw_line.nesting == 0
    assert last("ONBUILD ONBUILD RUN a").raw_line.nesting == 0
