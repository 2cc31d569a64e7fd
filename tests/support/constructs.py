"""Texts of any size: one construct of a file, repeated, chained or nested n times.

``CONSTRUCTS`` names them; each has the file's name and a function from n to the text.  ``page_constructs`` makes more
of the examples in the rules' pages, so that no rule is left out.  Numbers have a fixed width, so that a text of 8n has
eight times the length.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Text = Callable[[int], str]


class Construct(NamedTuple):
    """One construct: the name of its file, its text for n, and the text of the context's ignore file."""

    filename: str
    text: Text
    ignored: Text | None = None


CONSTRUCTS: dict[str, Construct] = {}
BASE = "FROM debian:13\n"


def each(piece: str, joint: str = "") -> Text:
    """The piece n times; ``@`` stands for the number, ``~`` for the number before it."""

    def text(count: int) -> str:
        return joint.join(
            piece.replace("@", f"{number:05}").replace("~", f"{max(number - 1, 0):05}")
            for number in range(count)
        )

    return text


def around(before: str, inner: Text, after: str = "\n") -> Text:
    """A text between two others."""
    return lambda count: before + inner(count) + after


def nested(opening: str, closing: str, middle: str = "x") -> Text:
    """The middle inside n pairs."""
    return lambda count: each(opening)(count) + middle + closing * count


def _dockerfile(name: str, text: Text, ignored: Text | None = None) -> None:
    assert name not in CONSTRUCTS, name
    CONSTRUCTS[name] = Construct("Dockerfile", text, ignored)


def _lines(name: str, piece: str) -> None:
    """Instructions in one stage."""
    _dockerfile(name, around(BASE, each(piece + "\n"), 'CMD ["a"]\n'))


def _script(name: str, command: str, base: str = BASE) -> None:
    """Commands: in one RUN with each operator, on continued lines, in a heredoc, each in a RUN of its own."""
    for joint, word in ((" && ", "and"), ("; ", "semicolon"), (" && \\\n    ", "continued")):
        _dockerfile(f"{name}-{word}", around(base + "RUN ", each(command, joint)))
    _dockerfile(f"{name}-heredoc", around(base + "RUN <<EOF\n", each(command + "\n"), "EOF\n"))
    _dockerfile(f"{name}-runs", around(base, each(f"RUN {command}\n")))


# -- instructions ------------------------------------------------------------------------------------

for _name, _piece in {
    "add": "ADD a@ /b@/",
    "add-url": "ADD https://example.com/a@.tar.gz /b/",
    "add-archive": "ADD a@.tar.gz /b/",
    "arg": "ARG A@=b",
    "arg-same": "ARG A=b",
    "arg-chained": "ARG A@=$A~",
    "arg-bare": "ARG A@",
    "cmd": 'CMD ["a@"]',
    "cmd-shell": "CMD a@ && b",
    "copy": "COPY a@ /b@/",
    "copy-all": "COPY . /a@",
    "copy-same": "COPY . .",
    "copy-chmod": "COPY --chmod=755 --chown=a:b a@ /b/",
    "copy-heredoc": "COPY <<EOF /a@\nb\nEOF",
    "copy-image": "COPY --from=alpine:3.@ /a /b",
    "copy-parents": "COPY --parents a/@/b c",
    "copy-manifests": "COPY package.json ./\nCOPY . .\nRUN npm ci",
    "entrypoint": 'ENTRYPOINT ["a@"]',
    "entrypoint-shell": "ENTRYPOINT a@",
    "env": "ENV A@=b",
    "env-same": "ENV A=b",
    "env-chained": "ENV A@=$A~",
    "env-growing": "ENV PATH=$PATH:/a@",
    "env-legacy": "ENV A@ b c",
    "env-secret": "ENV PASSWORD@=secret",
    "env-used": "ENV A@=b\nRUN echo $A@",
    "expose": "EXPOSE 8@",
    "expose-same": "EXPOSE 80",
    "expose-variable": "ARG P@=80\nEXPOSE $P@",
    "healthcheck": "HEALTHCHECK CMD curl -f http://localhost:@/",
    "label": "LABEL a.b@=c",
    "label-same": "LABEL a.b=c",
    "maintainer": "MAINTAINER a@",
    "onbuild": "ONBUILD RUN apt-get update && apt-get install -y a@",
    "onbuild-copy": "ONBUILD COPY a@ /b@/",
    "run": "RUN a@",
    "run-exec": 'RUN ["a@", "b"]',
    "run-cd": "RUN cd /a@ && make",
    "run-mount": "RUN --mount=type=cache,target=/a@ make",
    "run-mount-secret": "RUN --mount=type=secret,id=a@ cat /run/secrets/a@",
    "run-mount-bind": "RUN --mount=type=bind,source=a@,target=/b make",
    "run-users": "RUN useradd a@\nUSER a@",
    "run-heredoc": "RUN <<EOF\na@\nEOF",
    "run-heredocs": "RUN <<A <<B\na@\nA\nb\nB",
    "run-empty-lines": "RUN a@ \\\n\n  b",
    "run-comments": "RUN a@ \\\n# c\n  b",
    "run-chown": "COPY a@ /b@\nRUN chown -R app /b@",
    "run-removed": "RUN wget https://example.com/a@.tar.gz\nRUN rm a@.tar.gz",
    "run-unpacked": "COPY a@.tar.gz /a@.tar.gz\nRUN tar xf /a@.tar.gz && rm /a@.tar.gz",
    "shell": 'SHELL ["/bin/bash", "-c"]',
    "shell-run": 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN a@ | b',
    "stopsignal": "STOPSIGNAL SIGTERM",
    "user": "USER a@",
    "user-root": "USER root\nUSER app",
    "volume": "VOLUME /a@",
    "volume-same": "VOLUME /a",
    "volume-written": "VOLUME /a@\nRUN touch /a@/b",
    "volume-nested": "VOLUME /a\nCOPY b /a/b@",
    "workdir": "WORKDIR /a@",
    "workdir-relative": "WORKDIR a@",
    "workdir-variable": "ENV D@=/a\nWORKDIR $D@/b\nCOPY . .",
    "unknown": "RUNN a@",
    "without-arguments": "RUN",
    "lowercase": "run a@",
    "mixed-case": "run a@\nRUN b",
    "bad-json": "CMD ['a@']",
    "bad-flag": "COPY --fromm=a@ b c",
    "bad-pair": "ENV a@",
    "comment": "# a@",
    "comment-code": "# RUN apt-get install a@",
    "ignore-unused": "# dockerlint: ignore=DF201\nRUN a@",
    "ignore-used": "# dockerlint: ignore=DF309,DF210\nRUN apt-get install a@",
    "ignore-unknown": "# dockerlint: ignore=DF@\nRUN a",
    "ignore-alone": "# dockerlint: ignore=DF201",
    "ignore-inside": "RUN a@ \\\n# dockerlint: ignore=DF201\n  b",
    "ignore-noqa": "# noqa: DF201\nRUN a@",
    "ignore-hadolint": "# hadolint ignore=DL3008\nRUN apt-get install a@",
    "ignore-global": "# hadolint global ignore=DL3008",
    "ignore-file": "# dockerlint: ignore-file=DF201",
    "ignore-stage": "# dockerlint: ignore-stage=DF201",
    "ignore-in-heredoc": "RUN <<EOF\n# dockerlint: ignore=DF201\na@\nEOF",
    "ignore-shell": "# hadolint shell=bash\nRUN a@",
    "ignore-misspelt": "# dockerlint: ignroe=DF201\nRUN a@",
    "blank-lines": "",
    "blank-with-spaces": "   ",
    "trailing-spaces": "RUN a@   ",
    "tabs": "\tRUN a@",
    "carriage-returns": "RUN a@\r",
    "null": "RUN a\0@",
    "byte-order-mark": "\ufeffRUN a@",
    "surrogate": "RUN a\udcff@",
    "letters": "RUN echo äöü@ 🐳",
    "continuation-at-end": "RUN a@ \\  ",
    "heredoc-open": "RUN <<EOF@",
}.items():
    _lines(_name, _piece)

# -- stages --------------------------------------------------------------------------------------------

for _name, _piece in {
    "independent": "FROM a AS s@\nRUN a\n",
    "unnamed": "FROM a\nRUN a\n",
    "chained": "FROM s~ AS s@\nRUN a\n",
    "chained-users": "FROM s~ AS s@\nUSER a@\nRUN useradd b@\n",
    "chained-env": "FROM s~ AS s@\nENV A@=b\nRUN echo $A@ $A~\n",
    "chained-arg": "FROM s~ AS s@\nARG A@\nRUN echo $A@ $B\n",
    "chained-volumes": "FROM s~ AS s@\nVOLUME /a@\nRUN touch /a~/b\n",
    "chained-workdir": "FROM s~ AS s@\nWORKDIR a\nCOPY . .\n",
    "chained-shell": 'FROM s~ AS s@\nSHELL ["bash", "-c"]\nRUN a | b\n',
    "chained-installs": "FROM s~ AS s@\nRUN apt-get update && apt-get install -y nginx@\n",
    "chained-copies": "FROM s~ AS s@\nCOPY a@ /a@\nRUN rm /a~\nCMD python /a@\n",
    "chained-onbuild": "FROM s~ AS s@\nONBUILD RUN a\n",
    "chained-labels": 'FROM s~ AS s@\nLABEL a@=b\nEXPOSE 8@\nCMD a\nENTRYPOINT ["b"]\nHEALTHCHECK NONE\n',
    "chained-servers": "FROM s~ AS s@\nRUN apt-get install -y redis-server\nCMD redis-server\n",
    "copied": "FROM a AS s@\nCOPY --from=s~ /a /b@\n",
    "copied-file-system": "FROM a AS s@\nCOPY --from=s~ / /\n",
    "copied-by-number": "FROM a\nCOPY --from=0 /a /b\n",
    "copied-itself": "FROM a AS s@\nCOPY --from=s@ /a /b\n",
    "copied-later": "FROM a AS t@\nCOPY --from=s@ /a /b\n",
    "copied-unknown": "FROM a AS s@\nCOPY --from=z@ /a /b\n",
    "mounted": "FROM a AS s@\nRUN --mount=type=bind,from=s~,target=/b make\n",
    "same-name": "FROM a AS s\nRUN a\n",
    "same-base": "FROM debian:13 AS s@\nRUN apt-get update && apt-get install -y nginx\n",
    "platform": "FROM --platform=linux/amd64 a AS s@\nRUN a\n",
    "scratch": "FROM scratch AS s@\nCOPY --from=s~ /a /b\n",
    "scratch-only": "FROM scratch\nCOPY a@ /a\n",
    "variable": "FROM ${A:-a@}\nRUN a\n",
    "argument": "FROM a AS s@\nARG A\nRUN echo $A\n",
    "unused": "FROM a AS s@\nRUN a\n",
    "case": "FROM a AS S@\nFROM s@ as T@\n",
    "release": "FROM python:3.6.@\nRUN pip install a\n",
    "digest": "FROM a@sha256:deadbeef\nRUN a\n",
    "ignored": "# dockerlint: ignore-stage=DF201\nFROM a AS s@\nRUN a\n",
    "entry": "FROM a AS s@\nENTRYPOINT a@\nCMD b\nUSER c\nEXPOSE 80\n",
}.items():
    _dockerfile(f"stages-{_name}", around("FROM debian:13 AS s00000\n", each(_piece), ""))
_dockerfile(
    "stages-one-copies-all",
    lambda n: each("FROM a AS s@\n")(n) + "FROM b\n" + each("COPY --from=s@ /a /b@\n")(n),
)
_dockerfile(
    "stages-one-copied-by-all", around("FROM a AS z\n", each("FROM b\nCOPY --from=z /a /b\n"), "")
)
_dockerfile(
    "stages-all-from-one", around("FROM a AS z\nUSER b\n", each("FROM z AS s@\nRUN a\n"), "")
)
_dockerfile(
    "stages-global-arguments",
    lambda n: each("ARG A@=a\n")(n) + each("FROM $A@ AS s@\nARG A@\nRUN echo $A@\n")(n),
)
_dockerfile(
    "stages-long-then-short",
    lambda n: BASE + each("RUN a@\nENV B@=c\n")(n) + each("FROM 0\nRUN a\n")(n),
)
_dockerfile(
    "stages-parent-with-all",
    lambda n: (
        "FROM a AS z\n"
        + each(
            'ENV B@=c\nVOLUME /d@\nRUN useradd u@\nEXPOSE 8@\nWORKDIR e\nSHELL ["a"]\nCOPY f /g@\n'
        )(n)
        + each("FROM z\nRUN echo $B@\nUSER u@\nCOPY f /d@/g\n")(n)
    ),
)
_dockerfile("instructions-before-from", lambda n: each("RUN a@\n")(n) + BASE)
_dockerfile("arguments-before-from", lambda n: each("ARG A@=b\n")(n) + BASE + each("ARG A@\n")(n))
_dockerfile("copies-with-ignore-file", around(BASE, each("COPY a@ /b/\n"), ""), each("c@\n"))
_dockerfile(
    "copy-sources-with-ignore-file", around(BASE + "COPY ", each("a@ "), "/b/\n"), each("!a@\n")
)

# -- many of something in one instruction --------------------------------------------------------------

for _name, (_before, _piece, _after) in {
    "pairs-env": ("ENV ", "A@=b ", ""),
    "pairs-env-used": ("ENV ", "A@=$A~ ", ""),
    "pairs-env-continued": ("ENV ", "A@=b \\\n    ", "C=d"),
    "pairs-label": ("LABEL ", "a.b@=c ", ""),
    "pairs-label-same": ("LABEL ", "a.b=c ", ""),
    "pairs-label-continued": ("LABEL ", "a.b@=c \\\n    ", "c=d"),
    "pairs-arg": ("ARG ", "A@=b ", ""),
    "pairs-secret": ("ENV ", "PASSWORD@=b ", ""),
    "ports": ("EXPOSE ", "8@ ", ""),
    "ports-ranges": ("EXPOSE ", "8000-8@/tpc ", ""),
    "volumes": ("VOLUME ", "/a@ ", ""),
    "volumes-json": ('VOLUME ["/a"', ', "/a@"', "]"),
    "sources": ("COPY ", "a@ ", "/b/"),
    "sources-json": ("COPY [", '"a@", ', '"/b/"]'),
    "sources-same": ("COPY ", "a ", "/b/"),
    "sources-patterns": ("COPY ", "a@*.py ", "/b/"),
    "sources-manifests": ("COPY ", "a@/package.json ", "/b/"),
    "sources-add": ("ADD ", "a@.tar.gz ", "/b/"),
    "sources-up": ("COPY ", "../a@ ", "/b/"),
    "heredocs": ("COPY ", "<<A@ ", "/b/"),
    "exec-words": ('CMD ["a"', ', "b@"', "]"),
    "exec-words-run": ('RUN ["a"', ', "b@"', "]"),
    "shell-words": ('SHELL ["a"', ', "b@"', "]"),
    "mounts": ("RUN ", "--mount=type=cache,target=/a@ ", "make"),
    "mounts-same": ("RUN ", "--mount=type=cache,target=/a ", "make"),
    "mounts-apt": ("RUN ", "--mount=type=cache,target=/var/cache/apt@ ", "apt-get install -y a"),
    "mounts-secret": ("RUN ", "--mount=type=secret,id=a@ ", "make"),
    "mount-options": ("RUN --mount=type=cache", ",a@=b", " make"),
    "flags": ("COPY ", "--chmod=755 ", "a b"),
    "flags-unknown": ("RUN ", "--a@=b ", "c"),
    "flags-exclude": ("COPY ", "--exclude=a@ ", "b c"),
    "words": ("RUN a ", "b@ ", ""),
    "words-same": ("RUN a ", "b ", ""),
    "words-options": ("RUN a ", "--b@=c ", ""),
    "words-quoted": ("RUN a ", "'b @' ", ""),
    "words-double-quoted": ("RUN a ", '"b $c@" ', ""),
    "words-variables": ("RUN a ", "$B@ ", ""),
    "words-assignments": ("RUN ", "A@=b ", "c"),
    "words-continued": ("RUN a ", "b@ \\\n    ", "c"),
    "words-continued-comments": ("RUN a ", "b@ \\\n# d\n    ", "c"),
    "words-continued-empty": ("RUN a ", "b@ \\\n\n    ", "c"),
    "words-ignored": ("RUN a ", "b@ \\\n# dockerlint: ignore=DF201\n", "c"),
    "words-from": ("FROM a ", "b@ ", ""),
    "words-user": ("USER a ", "b@ ", ""),
    "words-healthcheck": ("HEALTHCHECK --interval=5s CMD a ", "b@ ", ""),
    "words-onbuild": ("ONBUILD RUN a ", "b@ ", ""),
    "words-windows": ('SHELL ["powershell"]\nRUN a ', "b@; ", ""),
    "words-cmd-shell": ("CMD a ", "b@ ", ""),
    "word-long": ("RUN a ", "b@", ""),
    "word-long-path": ("COPY a ", "/b@", ""),
    "word-long-image": ("FROM ", "b@", ""),
    "word-long-reference": ("FROM ", "b@/", "c:1"),
    "word-long-tag": ("FROM a:", "b@.", "c"),
    "word-long-colons": ("FROM a", ":b@", ""),
    "word-long-hyphens": ("FROM a:1", "-b@", ""),
    "word-long-dots": ("FROM python:3", ".@", ""),
    "word-long-user": ("USER ", "b@", ""),
    "word-long-port": ("EXPOSE ", "8@", ""),
    "word-long-key": ("LABEL ", "b@.", "c=d"),
    "word-long-value": ("ENV A=", "b@", ""),
    "word-long-url": ("ADD https://a/", "b@/", " /c"),
    "word-long-host": ("ADD https://a", ".b@", "/c /d"),
    "word-long-at": ("RUN curl https://", "a:b@@", "c"),
    "word-long-pairs": ("RUN npm config set ", "a@=", ""),
    "word-long-stage": ("FROM a AS ", "b@", ""),
    "word-long-flag": ("COPY --", "b@", "=a b c"),
    "word-long-keyword": ("", "RUN@", " a"),
    "word-long-slashes": ("WORKDIR ", "/", "a"),
    "word-long-dots-and-slashes": ("WORKDIR ", "../", "a"),
    "word-long-blanks": ("RUN a", " ", "b"),
    "word-long-tabs": ("RUN a", "\t", "b"),
    "word-long-numbers": ("STOPSIGNAL ", "@", ""),
    "word-long-commas": ("RUN --mount=", ",", " a"),
    "word-long-equals": ("ENV A", "=", ""),
    "word-long-braces": ("RUN a {", "b@,", "c}"),
    "variables-in-word": ("RUN a ", "$B@", ""),
    "variables-in-pair": ("ENV A=", "$B@", ""),
    "variables-in-copy": ("COPY ", "$B@", " c"),
    "variables-in-braces": ("ENV A=", "${B@}", ""),
    "variables-with-default": ("ENV A=", "${B@:-c}", ""),
    "variables-with-pattern": ("ENV A=", "${B@#c*}", ""),
    "variables-replaced": ("ENV A=", "${B@/c/d}", ""),
    "variables-in-from": ("FROM ", "$B@", ""),
    "variables-same": ("ARG B=c\nENV A=", "$B", ""),
    "variables-same-run": ("ARG B=c\nRUN a ", "$B ", ""),
    "variables-open": ("ENV A=", "${B@", ""),
    "variables-open-default": ("ENV A=", "${B@:-", ""),
    "quotes": ("RUN a ", "'", ""),
    "quotes-pairs": ("RUN a ", "''", ""),
    "quotes-double": ("RUN a ", '"', ""),
    "quotes-double-pairs": ("RUN a ", '""', ""),
    "quotes-mixed": ("RUN a ", "'\"", ""),
    "quotes-env": ("ENV A=", "'\"", ""),
    "quotes-label": ("LABEL A=", '"', ""),
    "backslashes": ("RUN a ", "\\", "b"),
    "backslashes-env": ("ENV A=", "\\", "b"),
    "backslashes-pairs": ("ENV A=", "\\b", "b"),
    "backslashes-json": ('CMD ["', "\\\\", '"]'),
    "backslashes-lines": ("RUN a ", "\\\n", "b"),
    "backticks": ("RUN a ", "`", ""),
    "backticks-pairs": ("RUN a ", "`b@` ", ""),
    "substitutions": ("RUN a ", "$(b@) ", ""),
    "substitutions-quoted": ("RUN a ", '"$(b@)" ', ""),
    "substitutions-open": ("RUN a ", "$(", ""),
    "arithmetic": ("RUN a ", "$((1 + @)) ", ""),
    "arithmetic-open": ("RUN a ", "$((", ""),
    "brackets-open": ("RUN a ", "(", ""),
    "brackets-close": ("RUN a ", ")", ""),
    "brackets-square": ("RUN a ", "[", ""),
    "brackets-square-pairs": ("COPY ", "[a]", " b"),
    "brackets-curly": ("RUN a ", "{", ""),
    "brackets-json": ("CMD ", "[", ""),
    "brackets-json-closed": ("CMD [", "[],", "[]]"),
    "angles": ("RUN a ", "<", ""),
    "angles-closing": ("RUN a ", ">", ""),
    "heredoc-signs": ("RUN a ", "<<B@ ", ""),
    "heredoc-signs-strings": ("RUN a ", "<<<b@ ", ""),
    "redirects": ("RUN a ", "> b@ ", ""),
    "redirects-numbers": ("RUN a ", "2>&1 ", ""),
    "redirects-here-string": ("RUN cat ", "<<< b@ ", ""),
    "globs": ("COPY ", "*", " a"),
    "globs-double": ("COPY ", "**/", "a b"),
    "globs-questions": ("COPY ", "?a", " b"),
    "hashes": ("RUN a ", "#", ""),
    "hashes-words": ("RUN a ", "# b@ ", ""),
    "semicolons": ("RUN a", ";", "b"),
    "ampersands": ("RUN a", "&", "b"),
    "ampersands-pairs": ("RUN a ", "&& ", "b"),
    "bars": ("RUN a", "|", "b"),
    "bangs": ("RUN ", "! ", "b"),
    "percents": ("RUN echo ", "%", ""),
    "dollars": ("RUN echo ", "$", ""),
    "dollars-env": ("ENV A=", "$", ""),
    "tildes-": ("RUN echo ", "^", ""),
    "wrappers": ("RUN ", "sudo ", "a"),
    "wrappers-env": ("RUN ", "env A@=b ", "a"),
    "wrappers-xargs": ("RUN ", "xargs ", "a"),
    "wrappers-time": ("RUN ", "time nice nohup ", "a"),
    "pipe": ("RUN a", " | b@", ""),
    "pipe-continued": ("RUN a", " \\\n | b@", ""),
    "pipe-both": ("RUN a", " |& b@", ""),
    "alternatives": ("RUN a", " || b@", ""),
    "background": ("RUN a", " & b@", ""),
    "find-tests": ("RUN find /", " -name a@", " -delete"),
    "sed-expressions": ("RUN sed", " -e s/a@/b/", " c"),
    "removed-files": ("RUN rm -rf", " /a@", ""),
    "removed-lists": ("RUN apt-get update && rm -rf", " /var/lib/apt/lists/*", ""),
    "touched-files": ("RUN touch", " /a@", ""),
    "made-directories": ("RUN mkdir -p", " /a@", ""),
    "chmod-files": ("RUN chmod 777", " /a@", ""),
    "pip-options": ("RUN pip install", " --index-url https://a:b@@c", " d"),
    "curl-urls": ("RUN curl", " https://a/@.tar.gz", ""),
    "echo-keys": ("RUN echo", " AKIAIOSFODNN7EXAMPLE@", ""),
    "check-directive": ("", "# check=skip=A@\n", ""),
    "commands-empty": ("RUN a", "\\\n;", "b"),
}.items():
    _dockerfile(_name, around(BASE + _before, each(_piece), _after + "\n"))
for _name, _before in {
    "directives": "# syntax=a@\n",
    "directives-unknown": "# a@=b\n",
    "directives-escape": "# escape=\\\n",
    "directives-check": "# check=skip=A@;error=true\n",
}.items():
    _dockerfile(_name, lambda n, before=_before: each(before)(n) + BASE)
_dockerfile("directive-check-names", lambda n: "# check=skip=" + each("A@,")(n) + "\n" + BASE)
_dockerfile("directive-long", lambda n: "# syntax=" + each("a@/")(n) + "\n" + BASE)
_dockerfile(
    "ignore-codes", around(BASE + "# dockerlint: ignore=", each("DF201,"), "DF202\nRUN a\n")
)
_dockerfile(
    "ignore-codes-unknown", around(BASE + "# dockerlint: ignore=", each("DFX@,"), "DF202\nRUN a\n")
)
_dockerfile(
    "ignore-codes-hadolint", around(BASE + "# hadolint ignore=", each("DL3@,"), "DF202\nRUN a\n")
)
_dockerfile(
    "ignore-reason-long", around(BASE + "# dockerlint: ignore=DF201 ", each("why @ "), "\nRUN a\n")
)
_dockerfile("ignore-blanks", around(BASE + "# dockerlint:", each(" "), "ignore=DF201\nRUN a\n"))
_dockerfile(
    "ignore-stacked", around(BASE, each("# dockerlint: ignore=DF201\n"), "RUN apt-get update\n")
)
_dockerfile("comment-long", around(BASE + "# ", each("a@ "), "\nRUN a\n"))
_dockerfile("comments-only", each("# a@\n"))
_dockerfile("empty-lines-only", each("\n"))
_dockerfile(
    "escape-backtick-lines", around("# escape=`\n" + BASE + "RUN a ", each("b@ `\n"), "c\n")
)
_dockerfile("one-line-of-keywords", around("", each("FROM a@ "), "\n"))
_dockerfile("no-newline", around(BASE, each("RUN a@\n"), "RUN b"))
_dockerfile("template-marks", around(BASE, each("{{ a@ }}\n"), ""))
_dockerfile("conflict-marks", around(BASE, each("<<<<<<< a\n=======\n>>>>>>> b\n"), ""))

# -- nesting ---------------------------------------------------------------------------------------------

for _name, (_before, _open, _close) in {
    "defaults": ("ENV A=", "${a@:-", "}"),
    "defaults-run": ("RUN echo ", "${a@:-", "}"),
    "defaults-from": ("FROM ", "${a@:-", "}"),
    "defaults-quoted": ("ENV A=", '"${a@:-', '}"'),
    "substitution": ("RUN echo ", "$(a@ ", ")"),
    "substitution-quoted": ("RUN echo ", '"$(a@ ', ')"'),
    "subshell": ("RUN ", "(a@ && ", ")"),
    "subshell-heredoc": ("RUN <<EOF\n", "(a@\n", "\n)"),
    "group": ("RUN ", "{ a@; ", "; }"),
    "if": ("RUN ", "if a@; then ", "; fi"),
    "else": ("RUN ", "if a@; then b; else ", "; fi"),
    "while": ("RUN ", "while a@; do ", "; done"),
    "for": ("RUN ", "for i in a@; do ", "; done"),
    "case": ("RUN ", "case a@ in b) ", ";; esac"),
    "function": ("RUN ", "f@() { ", "; }"),
    "arithmetic": ("RUN echo $((", "(1 + ", ")"),
    "braces": ("RUN echo ", "{a@,", "}"),
    "sh-c": ("RUN ", "sh -c ", ""),
    "eval": ("RUN ", "eval ", ""),
    "json": ("CMD ", "[", "]"),
    "json-objects": ("CMD ", '{"a":', "}"),
    "onbuild": ("", "ONBUILD ", ""),
    "not": ("RUN ", "! (", ")"),
    "test": ("RUN ", "[[ ( ", " ) ]]"),
    "process": ("RUN cat ", "<(a@ ", ")"),
    "backticks": ("RUN ", "`a@ ", "`"),
}.items():
    _dockerfile(f"nested-{_name}", around(BASE + _before, nested(_open, _close)))
_dockerfile("nested-elif", around(BASE + "RUN if a; then b; ", each("elif c@; then d@; "), "fi\n"))
_dockerfile("nested-case-arms", around(BASE + "RUN case $a in ", each("b@) c@ ;; "), "esac\n"))
_dockerfile("nested-case-words", around(BASE + "RUN case $a in ", each("b@|"), "c) d ;; esac\n"))
_dockerfile("nested-functions", around(BASE + "RUN ", each("f@() { a@; }; "), "f00001\n"))
_dockerfile("nested-loops-words", around(BASE + "RUN for i in ", each("a@ "), "; do b $i; done\n"))

# -- commands --------------------------------------------------------------------------------------------

_COMMANDS = {
    "plain": "a@",
    "cd": "cd /a@",
    "export": "export A@=b",
    "assignment": "A@=b",
    "variable": "A@=b; echo $A@",
    "echo-to-file": "echo a@ > /b@",
    "echo-append": "echo a@ >> /b",
    "touch-and-rm": "touch /a@; rm /a@",
    "mkdir": "mkdir -p /a@",
    "ln": "ln -s /a@ /b@",
    "cp": "cp /a@ /b@",
    "mv": "mv /a~ /a@",
    "chmod": "chmod 777 /a@",
    "chown": "chown -R a:b /a@",
    "set": "set -e",
    "set-pipefail": "set -o pipefail; a@ | b",
    "curl": "curl -fsSL https://example.com/a@.tar.gz -o a@.tar.gz",
    "curl-pipe": "curl https://example.com/a@ | sh",
    "wget": "wget https://example.com/a@.zip; unzip a@.zip; rm a@.zip",
    "tar": "tar xzf a@.tar.gz",
    "git": "git clone https://example.com/a@.git",
    "git-clean": "git clone https://example.com/a@.git; rm -rf a@/.git",
    "useradd": "useradd a@",
    "groupadd": "groupadd a@; useradd -g a@ b@",
    "adduser": "adduser -D a@",
    "passwd": "echo root:a@ | chpasswd",
    "sudo": "sudo a@",
    "su": "su a@ -c 'b'",
    "sh-c": "sh -c 'a@ && b'",
    "bash-c": 'bash -c "a@ | b"',
    "bash-heredoc": "bash -c 'cat a@'",
    "eval": "eval 'a@ b'",
    "service": "service a@ start",
    "sleep": "sleep 1@ &",
    "ssh": "ssh-keyscan a@ >> /root/.ssh/known_hosts",
    "sed": "sed -i s/a@/b/ /etc/c",
    "if": "if a@; then b; fi",
    "for": "for i in a@; do b $i; done",
    "while": "while read a@; do b; done",
    "case": "case a@ in b) c ;; esac",
    "subshell": "(a@; b)",
    "substitution": "a@ $(b@)",
    "quoted-substitution": 'a@ "$(b@)"',
    "pipe": "a@ | b",
    "or-true": "a@ || true",
    "test": "[ -f a@ ]",
    "double-test": "[[ -f a@ ]]",
    "glob": "rm -rf /a@/*",
    "quote": "echo 'a @'",
    "double-quote": 'echo "a $b @"',
    "make": "make -j a@ install",
    "python": "python -m a@",
    "manage": "python manage.py collectstatic",
    "node": "node a@.js",
    "debconf": "echo a@ | debconf-set-selections",
    "redis": "redis-server /a@",
    "mysql": "mysqld --datadir=/var/lib/mysql@",
    "kill": "kill @",
    "locale": "locale-gen a@",
    "true": "true",
    "colon": ": a@",
    "unreadable": "if a@",
    "time": "time a@",
}
for _name, _command in _COMMANDS.items():
    _script(f"command-{_name}", _command)

_MANAGERS = {
    "apt-get-update": "apt-get update",
    "apt-get-install": "apt-get install -y a@",
    "apt-get-install-same": "apt-get install -y nginx",
    "apt-get-remove": "apt-get remove -y a@",
    "apt-get-purge": "apt-get install -y a@; apt-get purge -y a@",
    "apt-get-clean": "apt-get clean",
    "apt-get-lists": "apt-get update; apt-get install -y a@; rm -rf /var/lib/apt/lists/*",
    "apt-get-upgrade": "apt-get dist-upgrade -y",
    "apt-install": "apt install a@",
    "apt-key": "apt-key add a@",
    "add-apt-repository": "add-apt-repository ppa:a@/b",
    "sources-list": "echo deb https://a@ b c > /etc/apt/sources.list.d/a@.list",
    "dpkg": "dpkg -i a@.deb",
    "aptitude": "aptitude install a@",
    "apk-add": "apk add a@",
    "apk-add-cached": "apk add --no-cache a@",
    "apk-update": "apk update; apk add a@",
    "apk-del": "apk add a@; apk del a@",
    "apk-virtual": "apk add --no-cache --virtual .a@ b@; apk del .a@",
    "apk-repository": "echo https://a@ >> /etc/apk/repositories",
    "yum": "yum install -y a@",
    "yum-clean": "yum install -y a@; yum clean all",
    "dnf": "dnf install -y a@",
    "dnf-module": "dnf module enable -y a@",
    "microdnf": "microdnf install a@",
    "zypper": "zypper install -y a@",
    "zypper-refresh": "zypper refresh; zypper in -y a@; zypper clean",
    "pacman": "pacman -Sy --noconfirm a@",
    "emerge": "emerge a@",
    "tdnf": "tdnf install -y a@",
    "pip": "pip install a@",
    "pip-same": "pip install flask",
    "pip-requirements": "pip install -r a@.txt",
    "pip-upgrade": "pip install --upgrade pip",
    "pip-editable": "pip install -e .",
    "pip-cache": "pip cache purge",
    "uv": "uv pip install --system a@",
    "poetry": "poetry install",
    "pipenv": "pipenv install a@",
    "conda": "conda install -y a@",
    "conda-clean": "conda install -y a@; conda clean -a",
    "npm-install": "npm install a@",
    "npm-global": "npm install -g a@",
    "npm-ci": "npm ci",
    "npm-cache": "npm cache clean --force",
    "yarn": "yarn add a@",
    "yarn-install": "yarn install",
    "pnpm": "pnpm add a@",
    "bun": "bun add a@",
    "gem": "gem install a@",
    "bundle": "bundle install",
    "composer": "composer require a@",
    "cargo": "cargo install a@",
    "go": "go install example.com/a@@latest",
    "go-build": "go build ./a@",
    "mvn": "mvn package",
    "gradle": "gradle build",
    "dotnet": "dotnet restore a@",
    "nuget": "dotnet add package a@",
    "cpan": "cpanm a@",
    "r": "R -e \"install.packages('a@')\"",
    "luarocks": "luarocks install a@",
    "snap": "snap install a@",
    "brew": "brew install a@",
    "mix": "mix deps.get",
    "helm": "helm repo add a@ https://b",
}
for _name, _command in _MANAGERS.items():
    _script(f"packages-{_name}", _command)
for _name, _command in {
    "apt-get": "apt-get install -y",
    "apk": "apk add",
    "yum": "yum install -y",
    "dnf": "dnf install -y",
    "zypper": "zypper in -y",
    "pacman": "pacman -S --noconfirm",
    "pip": "pip install",
    "npm": "npm install",
    "yarn": "yarn add",
    "gem": "gem install",
    "cargo": "cargo install",
    "go": "go install",
    "conda": "conda install -y",
    "composer": "composer require",
    "apt-get-remove": "apt-get remove -y",
    "apk-del": "apk del",
}.items():
    _install = f"{BASE}RUN {_command} "
    _dockerfile(f"packages-list-{_name}", around(_install, each("a@ ")))
    _dockerfile(
        f"packages-list-{_name}-reversed",
        lambda n, first=_install: first + " ".join(f"a{n - one:05}" for one in range(n)) + "\n",
    )
    _dockerfile(f"packages-list-{_name}-same", around(_install, each("nginx ")))
    _dockerfile(f"packages-list-{_name}-pinned", around(_install, each("a@=1.0 ")))
    _dockerfile(
        f"packages-list-{_name}-pinned-in-its-way", around(_install, each("a@==1.0 b@@1.0 c@:1 "))
    )
    _dockerfile(f"packages-list-{_name}-continued", around(_install, each("\\\n    a@ ")))
    _dockerfile(f"packages-list-{_name}-commented", around(_install, each("\\\n# b\n    a@ ")))
    _dockerfile(f"packages-list-{_name}-options", around(_install, each("--a@ b ")))
    _dockerfile(f"packages-list-{_name}-variables", around(_install, each("$A@ ")))
    _dockerfile(f"packages-list-{_name}-urls", around(_install, each("https://a/b@ ")))
    _dockerfile(
        f"packages-list-{_name}-exec",
        around(
            BASE + "RUN [" + ", ".join(f'"{one}"' for one in _command.split()),
            each(', "a@"'),
            "]\n",
        ),
    )
_dockerfile(
    "packages-known-servers",
    around(BASE + "RUN apt-get install -y ", each("redis-server postgresql mysql-server ")),
)
_dockerfile(
    "packages-known-tools",
    around(
        BASE + "RUN apt-get install -y ", each("curl wget gcc build-essential sudo vim libssl-dev ")
    ),
)
_dockerfile(
    "packages-and-users-of-them",
    lambda n: BASE + "RUN apt-get install -y " + each("a@ ")(n) + "\n" + each("RUN a@ b\n")(n),
)
_dockerfile(
    "packages-several-managers",
    around(
        BASE,
        each(
            "RUN apt-get update && apt-get install -y a@ && pip install b@ && npm install c@ && rm -rf /var/lib/apt/lists/*\n"
        ),
        "",
    ),
)

# -- pairs of constructs that look at each other -----------------------------------------------------------

for _name, _text in {
    "updates-then-installs": lambda n: (
        BASE + "RUN " + "apt-get update; " * n + "true\n" + each("RUN apt-get install -y a@\n")(n)
    ),
    "installs-and-mounts": lambda n: (
        BASE
        + "RUN "
        + each("--mount=type=cache,target=/a@ ")(n)
        + each("pip install b@", " && ")(n)
        + "\n"
    ),
    "installs-and-cache-directories": lambda n: (
        BASE + "RUN " + each("pip install --cache-dir=/a@ b@; rm -rf /c@", " && ")(n) + "\n"
    ),
    "installs-then-removals": lambda n: (
        BASE
        + "RUN "
        + each("apt-get install -y gcc redis-server a@", " && ")(n)
        + each(" && apt-get purge -y b@")(n)
        + "\n"
    ),
    "removals-with-braces": lambda n: BASE + "RUN rm -rf /a" + "{b,c}" * n + "\n",
    "removals-with-open-braces": lambda n: BASE + "RUN rm -rf /a" + "{" * n + "\n",
    "chain-then-variables": lambda n: (
        "FROM a AS s00000\n"
        + each("FROM s~ AS s@x\nENV A@=b\n".replace("s@x", "s@"))(n)
        + each("EXPOSE $A@\nWORKDIR $A@\n")(n)
    ),
    "volumes-and-directories": lambda n: (
        BASE + each("VOLUME /a@\n")(n) + each("ENV MEDIA_ROOT=/b@\nENV PGDATA=/c@\n")(n) + "CMD a\n"
    ),
    "releases-and-uses": lambda n: (
        BASE + each("ENV APP_VERSION=@\n")(n) + each("RUN apt-get install -y a@\n")(n)
    ),
    "variables-of-one-word": lambda n: BASE + "ENV A=b\nENV C=" + "$A" * n + "\n",
    "values-doubled": lambda n: BASE + "ENV A=" + "a" * 5000 + "\n" + "ENV A=$A$A\n" * n,
    "values-doubled-in-arguments": lambda n: (
        "ARG A=" + "a" * 5000 + "\n" + "ARG A=$A$A\n" * n + BASE
    ),
    "users-and-groups": lambda n: (
        BASE + each("RUN useradd a@ && chown -R a@ /b@\nUSER a@\nCOPY --chown=a@ c /d@\n")(n)
    ),
    "copies-and-removals": lambda n: BASE + each("COPY a@ /a@\n")(n) + each("RUN rm -rf /a@\n")(n),
    "downloads-and-checks": lambda n: (
        BASE
        + "RUN "
        + each("curl -o a@ https://b/a@", " && ")(n)
        + each(" && sha256sum -c a@")(n)
        + "\n"
    ),
}.items():
    _dockerfile(f"pairs-of-{_name}", _text)

# -- Compose files -------------------------------------------------------------------------------------------


def _compose(name: str, text: Text) -> None:
    CONSTRUCTS[f"compose-{name}"] = Construct("compose.yaml", text)


for _name, _piece in {
    "images": "    image: a@:1\n",
    "builds": "    build: ./a@\n",
    "builds-long": "    build:\n      context: .\n      dockerfile: a@\n      args:\n        A: b\n",
    "commands": "    image: a\n    command: redis-server\n",
    "dependencies": "    image: a\n    depends_on: [s~]\n",
    "dependencies-long": "    image: a\n    depends_on:\n      s~:\n        condition: service_healthy\n",
    "dependencies-on-next": "    image: a\n    depends_on: [s@]\n",
    "links": "    image: a\n    links: [s~]\n",
    "extends": "    extends: s~\n",
    "extends-long": "    extends:\n      service: s~\n    image: a\n",
    "networks": "    image: a\n    networks: [n@]\n",
    "network-of-service": "    image: a\n    network_mode: service:s~\n",
    "volumes-from": "    image: a\n    volumes_from: [s~]\n",
    "ports": "    image: a\n    ports: ['8@:80']\n",
    "ports-same": "    image: a\n    ports: ['80:80']\n",
    "ports-host-network": "    image: a\n    network_mode: host\n    ports: ['80:80']\n",
    "volumes": "    image: postgres:16\n    volumes: ['v@:/var/lib/postgresql/data']\n",
    "volumes-same": "    image: postgres:16\n    volumes: ['v:/var/lib/postgresql/data']\n",
    "volumes-bind": "    image: a\n    volumes: ['./a@:/b']\n",
    "volumes-socket": "    image: a\n    volumes: ['/var/run/docker.sock:/var/run/docker.sock']\n",
    "volumes-long": "    image: a\n    volumes:\n      - type: volume\n        source: v@\n        target: /a\n",
    "environment": "    image: a\n    environment:\n      PASSWORD: b@\n",
    "environment-list": "    image: a\n    environment: ['PASSWORD=b@']\n",
    "labels": "    image: a\n    labels:\n      a: b@\n",
    "privileged": "    image: a\n    privileged: true\n    cap_add: [ALL]\n    pid: host\n",
    "health": "    image: a\n    healthcheck:\n      test: curl -f http://localhost\n",
    "names": "    image: a\n    container_name: c@\n",
    "names-same": "    image: a\n    container_name: c\n",
    "profiles": "    image: a\n    profiles: [p@]\n",
    "secrets": "    image: a\n    secrets: [s@]\n",
    "anchors": "    &a@\n    image: a\n",
    "merged": "    <<: *b\n    image: a@\n",
    "variables": "    image: ${A@:-b}\n    environment:\n      A: ${B@:?c}\n",
    "inline": "    build:\n      context: .\n      dockerfile_inline: |\n        FROM a\n        RUN b@\n",
    "ignored": "    # dockerlint: ignore=DF404\n    image: redis\n",
    "unknown-keys": "    image: a\n    imgae@: b\n",
    "restart": "    image: a\n    restart: always\n    deploy:\n      replicas: 2\n",
    "stateful": "    image: redis:7\n    command: redis-server --appendonly yes\n",
}.items():
    _compose(
        f"services-{_name}",
        around(
            "x-b: &b\n  image: a\nservices:\n  s00000:\n    image: a\n",
            each("  s@s:\n".replace("@s", "@") + _piece),
            "",
        ),
    )
for _name, (_before, _piece, _after) in {
    "environment": ("    environment:\n", "      A@: b\n", ""),
    "environment-list": ("    environment:\n", "      - A@=b\n", ""),
    "environment-same": ("    environment:\n", "      - A=b\n", ""),
    "environment-secrets": ("    environment:\n", "      PASSWORD@: b\n", ""),
    "labels": ("    labels:\n", "      a@: b\n", ""),
    "ports": ("    ports:\n", "      - '8@:80'\n", ""),
    "ports-unquoted": ("    ports:\n", "      - 22:22\n", ""),
    "ports-long": ("    ports:\n", "      - target: 80\n        published: @\n", ""),
    "expose": ("    expose:\n", "      - '8@'\n", ""),
    "volumes": ("    volumes:\n", "      - v@:/a@\n", ""),
    "volumes-bind": ("    volumes:\n", "      - ./a@:/b@\n", ""),
    "volumes-anonymous": ("    volumes:\n", "      - /a@\n", ""),
    "volumes-flow": ("    volumes: [", "'v@:/a@', ", "]\n"),
    "tmpfs": ("    tmpfs:\n", "      - /a@\n", ""),
    "depends": ("    depends_on:\n", "      - s@\n", ""),
    "command": ("    command:\n", "      - a@\n", ""),
    "command-shell": ("    command: a", " && b@", "\n"),
    "command-words": ("    command: a", " b@", "\n"),
    "cap-add": ("    cap_add:\n", "      - A@\n", ""),
    "security": ("    security_opt:\n", "      - seccomp:unconfined\n", ""),
    "devices": ("    devices:\n", "      - /dev/a@\n", ""),
    "env-files": ("    env_file:\n", "      - a@.env\n", ""),
    "build-arguments": ("    build:\n      context: .\n      args:\n", "        A@: b\n", ""),
    "build-contexts": (
        "    build:\n      context: .\n      additional_contexts:\n",
        "        a@: b\n",
        "",
    ),
    "networks": ("    networks:\n", "      n@:\n        aliases: [a@]\n", ""),
    "extra-hosts": ("    extra_hosts:\n", "      - a@:127.0.0.1\n", ""),
    "keys": ("", "    x-a@: b\n", ""),
    "keys-same": ("", "    x-a: b\n", ""),
    "comments": ("", "    # a@\n", ""),
    "ignore-comments": ("", "    # dockerlint: ignore=DF404\n    x-a@: b\n", ""),
    "ignore-unknown": ("", "    # dockerlint: ignore=DFX@\n    x-a@: b\n", ""),
    "ignore-alone": ("", "    # dockerlint: ignore=DF404\n", ""),
    "ignore-file": ("", "    # dockerlint: ignore-file=DF404\n", ""),
    "ignore-behind": ("", "    x-a@: b # dockerlint: ignore=DF404\n", ""),
    "blank-lines": ("", "\n", "    x-a: b\n"),
    "text-block": ("    x-a: |\n", "      a@\n", ""),
    "text-folded": ("    x-a: >\n", "      a@\n", ""),
    "text-plain": ("    x-a:", " a@", "\n"),
    "text-quoted": ('    x-a: "', "a\\n", '"\n'),
    "text-quotes": ("    x-a: '", "''", "'\n"),
    "text-hashes": ("    x-a: '", "# dockerlint: ignore=DF404 ", "'\n"),
    "variables": ("    x-a: ", "${A@:-b}", "\n"),
    "variables-open": ("    x-a: ", "${A@:-", "\n"),
    "aliases": ("", "    x-a@: *b\n", ""),
    "aliases-list": ("    x-a: [", "*b, ", "*b]\n"),
    "aliases-unknown": ("", "    x-a@: *c@\n", ""),
    "anchors": ("", "    x-a@: &a@ b\n", ""),
    "anchors-chained": ("    x-a: &a00000 {b: c}\n", "    x-a@x: &a@ [*a~]\n", ""),
    "anchors-nested-twice": ("    x-a: &a00000 {b: c}\n", "    x-a@x: &a@ [*a~, *a~]\n", ""),
    "merge-list": ("    <<: [", "*b, ", "*b]\n"),
    "merge-keys": ("", "    <<: *b\n", ""),
    "merge-chained": (
        "    x-a: &a00000 {b: c}\n",
        "    x-a@x: &a@\n      <<: *a~\n      k@: v\n",
        "",
    ),
    "merge-twice": ("    x-a: &a00000 {b: c}\n", "    x-a@x: &a@\n      <<: [*a~, *a~]\n", ""),
    "lists": ("    x-a:\n", "      - a@\n", ""),
    "lists-flow": ("    x-a: [", "a@, ", "]\n"),
    "maps-flow": ("    x-a: {", "a@: b, ", "}\n"),
    "tags": ("", "    x-a@: !t b\n", ""),
    "dates": ("", "    x-a@: 2020-01-01\n", ""),
    "numbers-long": ("    x-a: ", "1234567890", "\n"),
    "sexagesimal": ("    x-a: 1", ":11", "\n"),
}.items():
    _compose(
        _name,
        around(
            "x-b: &b\n  image: a\nservices:\n  s:\n    image: a\n" + _before, each(_piece), _after
        ),
    )
_compose(
    "merge-list-large",
    lambda n: (
        "x-b: &b\n"
        + each("  k@: v\n")(n)
        + "services:\n  s:\n    image: a\n    <<: ["
        + "*b, " * n
        + "*b]\n"
    ),
)
_compose(
    "merge-large-in-services",
    lambda n: (
        "x-b: &b\n  environment:\n"
        + each("    K@: v\n")(n)
        + "services:\n"
        + each("  s@:\n    <<: *b\n    image: a\n")(n)
    ),
)
_compose(
    "alias-large-in-services",
    lambda n: (
        "x-b: &b\n"
        + each("  PASSWORD@: v\n")(n)
        + "services:\n"
        + each("  s@:\n    image: a\n    environment: *b\n")(n)
    ),
)
_compose(
    "top-volumes",
    lambda n: (
        "services:\n"
        + each("  s@:\n    image: postgres:16\n    volumes: ['v@:/var/lib/postgresql/data']\n")(n)
        + "volumes:\n"
        + each("  v@: {}\n")(n)
    ),
)
_compose(
    "top-networks",
    lambda n: (
        "services:\n"
        + each("  s@:\n    image: a\n    networks: [n@]\n")(n)
        + "networks:\n"
        + each("  n@: {}\n")(n)
    ),
)
_compose(
    "top-secrets",
    lambda n: (
        "services:\n"
        + each("  s@:\n    image: a\n    secrets: [n@]\n")(n)
        + "secrets:\n"
        + each("  n@: {file: a@}\n")(n)
    ),
)
_compose(
    "environment-on-one-line",
    lambda n: (
        "services:\n  s:\n    image: a\n    environment: {" + each("PASSWORD@: b, ")(n) + "}\n"
    ),
)
_compose(
    "undefined-dependencies",
    lambda n: "services:\n" + each("  s@:\n    image: a\n    depends_on: [t@]\n")(n),
)
_compose(
    "local-hosts",
    lambda n: (
        "services:\n"
        + each("  s@:\n    image: a\n    environment: {A: 'postgres://localhost/b'}\n")(n)
        + "  d:\n    image: postgres\n"
    ),
)
_compose(
    "keys-at-the-top",
    lambda n: each("x-a@: b\n")(n) + "services:\n" + each("  s@:\n    image: a\n")(n),
)
_compose("documents", each("---\nservices:\n  s:\n    image: a@\n"))
_compose(
    "nested-maps",
    lambda n: "services:\n  s:\n    image: a\n    x-a: " + "{a: " * n + "b" + "}" * n + "\n",
)
_compose(
    "nested-lists", lambda n: "services:\n  s:\n    image: a\n    x-a: " + "[" * n + "]" * n + "\n"
)
_compose("nested-open", lambda n: "services:\n  s:\n    image: a\n    x-a: " + "[" * n + "\n")
_compose(
    "nested-dashes", lambda n: "services:\n  s:\n    image: a\n    x-a:\n      " + "- " * n + "a\n"
)
_compose("broken-lines", each("a@: b: c\n"))
_compose("tabs", each("\ta@: b\n"))
_compose("no-map", each("- a@\n"))

# -- Dockerrun.aws.json ------------------------------------------------------------------------------------------


def _dockerrun(name: str, text: Text) -> None:
    CONSTRUCTS[f"dockerrun-{name}"] = Construct("Dockerrun.aws.json", text)


def _containers(count: int, **values: object) -> str:
    containers = [
        {
            "name": f"c{one:05}",
            "image": "a:1",
            "memory": 128,
            **{key: make(one) if callable(make) else make for key, make in values.items()},
        }
        for one in range(count)
    ]
    volumes = [{"name": f"v{one:05}", "host": {"sourcePath": "/a"}} for one in range(count)]
    return json.dumps(
        {"AWSEBDockerrunVersion": 2, "volumes": volumes, "containerDefinitions": containers},
        indent=1,
    )


def _one_container(count: int, key: str, make: Callable[[int], object]) -> str:
    container = {
        "name": "a",
        "image": "redis:7",
        "memory": 128,
        key: [make(one) for one in range(count)],
    }
    return json.dumps({"AWSEBDockerrunVersion": 2, "containerDefinitions": [container]}, indent=1)


_dockerrun("containers", lambda n: _containers(n))
_dockerrun(
    "containers-stateful",
    lambda n: _containers(
        n,
        image="redis:7",
        mountPoints=lambda one: [{"sourceVolume": f"v{one:05}", "containerPath": "/data"}],
    ),
)
_dockerrun(
    "containers-linked",
    lambda n: _containers(n, links=lambda one: [f"c{max(one - 1, 0):05}"], essential=False),
)
_dockerrun(
    "containers-ports",
    lambda n: _containers(n, portMappings=lambda one: [{"hostPort": 80, "containerPort": 80}]),
)
_dockerrun("containers-same-name", lambda n: _containers(n, name="a"))
_dockerrun(
    "containers-commands",
    lambda n: _containers(
        n, command=["redis-server"], environment=[{"name": "PASSWORD", "value": "a"}]
    ),
)
_dockerrun(
    "mounts",
    lambda n: _one_container(
        n, "mountPoints", lambda one: {"sourceVolume": f"v{one}", "containerPath": f"/a{one:05}"}
    ),
)
_dockerrun(
    "ports",
    lambda n: _one_container(
        n, "portMappings", lambda one: {"hostPort": one, "containerPort": one}
    ),
)
_dockerrun(
    "environment",
    lambda n: _one_container(
        n, "environment", lambda one: {"name": f"PASSWORD{one:05}", "value": "a"}
    ),
)
_dockerrun("command", lambda n: _one_container(n, "command", lambda one: f"a{one:05}"))
_dockerrun("links", lambda n: _one_container(n, "links", lambda one: f"a{one:05}"))
_dockerrun(
    "version-1-volumes",
    lambda n: json.dumps(
        {
            "AWSEBDockerrunVersion": "1",
            "Image": {"Name": "redis"},
            "Ports": [{"ContainerPort": "80"}] * n,
            "Volumes": [
                {"HostDirectory": "/a", "ContainerDirectory": f"/b{one:05}"} for one in range(n)
            ],
        }
    ),
)
_dockerrun("nested-lists", lambda n: '{"AWSEBDockerrunVersion": 2, "a": ' + "[" * n + "]" * n + "}")
_dockerrun(
    "nested-objects",
    lambda n: '{"AWSEBDockerrunVersion": 2, "a": ' + '{"a": ' * n + "1" + "}" * n + "}",
)
_dockerrun("keys-same", lambda n: '{"AWSEBDockerrunVersion": 2' + ', "a": 1' * n + "}")
_dockerrun("text-long", lambda n: '{"AWSEBDockerrunVersion": 2, "a": "' + "\\u0041" * n + '"}')
_dockerrun("open", lambda n: '{"AWSEBDockerrunVersion": 2, "a": ' + "[" * n)
_dockerrun("blank-lines", lambda n: '{"AWSEBDockerrunVersion": 2' + "\n" * n + "}")
_dockerrun("broken", lambda n: '{"a": 1,}' * n)


# -- the examples of the rules' pages -----------------------------------------------------------------------------------


def page_constructs(pages: dict[str, str]) -> Iterator[tuple[str, Construct]]:
    """Each example of each page (by code), repeated: as it is, its stage's body, and the commands of its RUNs.

    A text whose first stage is needed by the second is repeated as a whole with other names.
    """
    from dockerlint_rules.registry.page import Page

    for code, doc in pages.items():
        for number, example in enumerate(Page(doc).examples):
            if example.kind == "Fixed" or not example.text.strip():
                continue
            name = f"{code}-{example.kind}-{number}"
            if example.filename != "Dockerfile":
                yield from _data_example(name, example.filename, example.text)
                continue
            ending = "" if example.text.endswith("\n") else "\n"
            text = example.text + ending
            head, body = _first_stage(text)
            yield f"{name}-whole", Construct("Dockerfile", lambda n, text=text: text * n)
            if body and "FROM " not in body.upper():
                yield (
                    f"{name}-body",
                    Construct("Dockerfile", lambda n, head=head, body=body: head + body * n),
                )
            scripts = _scripts(text)
            if scripts:
                yield (
                    f"{name}-commands",
                    Construct(
                        "Dockerfile",
                        lambda n, head=head, scripts=scripts: (
                            head + "RUN " + " && ".join(scripts * n) + "\n"
                        ),
                    ),
                )
                yield (
                    f"{name}-heredoc",
                    Construct(
                        "Dockerfile",
                        lambda n, head=head, scripts=scripts: (
                            head + "RUN <<EOF\n" + "\n".join(scripts * n) + "\nEOF\n"
                        ),
                    ),
                )


def _first_stage(text: str) -> tuple[str, str]:
    """The lines up to the first FROM, and those after it."""
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.lstrip().upper().startswith("FROM "):
            return "".join(lines[: number + 1]), "".join(lines[number + 1 :])
    return "FROM debian:13\n", text


def _scripts(text: str) -> list[str]:
    """The scripts of RUNs in shell form, each in one line."""
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.source import Source

    return [
        run.script.text
        for run in Dockerfile.read(Source(text)).instructions
        if run.keyword == "RUN"
        and run.form == "shell"
        and not run.heredocs
        and run.script is not None
        and "\n" not in run.script.text
    ]


def _data_example(name: str, filename: str, text: str) -> Iterator[tuple[str, Construct]]:
    """Compose files and Dockerrun.aws.json: the services or containers again and again."""
    if filename.endswith(".json"):
        value = json.loads(text) if _is_json(text) else None
        if isinstance(value, dict) and isinstance(value.get("containerDefinitions"), list):
            yield (
                f"{name}-containers",
                Construct(
                    filename,
                    lambda n, value=value: json.dumps(
                        {**value, "containerDefinitions": value["containerDefinitions"] * n},
                        indent=1,
                    ),
                ),
            )
        return
    before, separator, rest = text.partition("services:\n")
    inner = [line for line in rest.splitlines(keepends=True) if line.startswith((" ", "\n", "#"))]
    after = "".join(rest.splitlines(keepends=True)[len(inner) :])
    if separator and inner:
        lines = "".join(inner)

        def services(n: int, before: str = before, lines: str = lines, after: str = after) -> str:
            import re

            numbered = (
                re.sub(r"^  ([\w-]+):", rf"  \1-{one:05}:", lines, flags=re.M) for one in range(n)
            )
            return before + "services:\n" + "".join(numbered) + after

        yield f"{name}-services", Construct(filename, services)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
