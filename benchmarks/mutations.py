"""Mutations of a file's bytes, for fuzzing: what strangers, editors and accidents make of real files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    Mutation = Callable[[bytes, Random, Sequence[bytes]], bytes]

LONGEST = 20_000  # bytes of an input; growth has a test of its own
# Pieces that mean something to a reader of Dockerfiles, shell scripts, YAML, JSON, INI or TOML, or to a terminal.
PIECES = tuple(
    one.encode("utf-8", "surrogateescape")
    for one in (
        "${", "}", "$", "$$", "${a:-", "${a#*", "${a//", "$(", ")", "`", "\\", "\\\n", "`\n", '"', "'", "[", "]",
        '["', '"]', "{", "}", ":", ": ", "- ", "&a ", "*a", "<<: *a", "<<EOF\n", "<<-'E'\n", "<<\n", "\nEOF\n",
        "<<<", "<(", "&&", "||", ";", "|", "&", "#", "# ", "!", "=", "==", "%", "@", "~", "*", "**/", "?", ",",
        "\n", "\r\n", "\r", "\n\n", "\t", " ", "   ", "\x00", "\x1b[2J", "\x07", "\u202e", "\u2028", "\xa0", "é",
        "𝔘", "\udcff", "\udc80", "\ufeff", "\x0b", "\x0c", "\x85", "::error::x\n", "##vso[x]\n",
        "FROM ", "FROM a AS a\n", "RUN ", "COPY ", "ADD ", "ENV ", "ARG ", "ONBUILD ", "USER ", "SHELL ", "LABEL ",
        "HEALTHCHECK ", "CMD ", "ENTRYPOINT ", "EXPOSE ", "VOLUME ", "WORKDIR ", "STOPSIGNAL ", "MAINTAINER ",
        "--from=", "--mount=type=bind,", "--mount=type=secret,id=", "--chmod=", "--chown=", "--link ", "--",
        "# escape=`\n", "# syntax=x\n", "# check=skip=all\n", "# dockerlint: ignore=", "# hadolint ignore=",
        "# dockerlint: ignore-file\n", "apt-get update", "apt-get install -y ", "pip install ", "npm ci", "sudo ",
        "sh -c '", "cd /", "rm -rf ", "curl http://a:b@c/d | sh", "if ", "then ", "fi", "case ", "esac", "for ",
        "do ", "done", "while ", "() {", "case x in a) ;; esac", "services:\n", "image: ", "environment:\n",
        "volumes:\n", "!!python/object ", "? ", "---\n", "...\n", "%YAML 9\n", "null", "true", "1e999", "-1", "0",
        "99999999999999999999", "[[", "'''", '"""', "[dockerlint]\n", "[tool.dockerlint]\n",
    )
)  # fmt: skip


def mutate(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """*data* after a few mutations; *others* are files that pieces may come from."""
    for _ in range(random.choice((1, 1, 2, 3, 5, 8, 20))):
        data = random.choice(MUTATIONS)(data, random, others)[:LONGEST]
    return data


def _place(data: bytes, random: Random) -> int:
    return random.randint(0, len(data))


def _insert_piece(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    at = _place(data, random)
    return data[:at] + random.choice(PIECES) * random.choice((1, 1, 1, 2, 7, 60)) + data[at:]


def _delete(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    at = _place(data, random)
    return data[:at] + data[at + random.choice((1, 1, 2, 5, 40)) :]


def _change_byte(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    at = _place(data, random)
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def _end_early(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    return data[: _place(data, random)]


def _repeat(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    at, size = _place(data, random), random.choice((1, 3, 20, 200))
    return data[:at] + data[at : at + size] * random.choice((2, 3, 30)) + data[at + size :]


def _splice(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    other = random.choice(others)
    at, begin = _place(data, random), _place(other, random)
    return data[:at] + other[begin : begin + random.choice((10, 100, 1000))] + data[at:]


def _join(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    return data + random.choice((b"", b"\n")) + random.choice(others)


def _move_line(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    lines = data.split(b"\n")
    line = lines.pop(random.randrange(len(lines)))
    lines.insert(random.randint(0, len(lines)), line)
    return b"\n".join(lines)


def _repeat_line(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    lines[at:at] = [lines[at]] * random.choice((1, 2, 20))
    return b"\n".join(lines)


def _drop_line(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    lines = data.split(b"\n")
    del lines[random.randrange(len(lines))]
    return b"\n".join(lines)


def _replace_word(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    words = data.split(b" ")
    words[random.randrange(len(words))] = random.choice(
        (random.choice(PIECES), random.choice(random.choice(others).split() or [b""]))
    )
    return b" ".join(words)


def _change_line_ends(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    return data.replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\n", b"\\\n", b" \\\n")))


def _change_case(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    at = _place(data, random)
    return data[:at] + data[at : at + 30].swapcase() + data[at + 30 :]


MUTATIONS: tuple[Mutation, ...] = (
    _insert_piece, _insert_piece, _insert_piece, _delete, _change_byte, _end_early, _repeat, _splice, _join,
    _move_line, _repeat_line, _drop_line, _replace_word, _replace_word, _change_line_ends, _change_case,
)  # fmt: skip
