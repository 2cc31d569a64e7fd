"""Archives that stay in a layer, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines

TAR = "https://example.com/a.tar.gz"
TGZ = "https://example.com/a.tgz"


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF307", "COPY a.tar.gz /\nRUN tar xzf /a.tar.gz", [2]),
        ("DF307", "COPY --from=b a.tar.gz /\nRUN tar xzf /a.tar.gz", []),
        ("DF307", "copy a.zip \\\n  /tmp/\nrun unzip /tmp/a.zip", [2]),
        ("DF307", "COPY a.tar.gz /\nRUN tar czf /a.tar.gz /x", []),
        ("DF307", "COPY a.tar.gz /b.tgz\nRUN tar --extract --file=/b.tgz", [2]),
        ("DF307", "COPY a.gz /\nRUN <<E\ngunzip /a.gz\nE", [2]),
        ("DF308", f"RUN wget {TAR} && tar xzf a.tar.gz", [2]),
        ("DF308", f"RUN wget {TAR} && tar xzf a.tar.gz && del a.tar.gz", []),
        ("DF308", f"RUN wget {TAR} && tar xzf a.tar.gz && rm *.tar.gz", []),
        ("DF308", f"run wget {TAR} \\\n  && tar xf a.tar.gz", [3]),
        (
            "DF308",
            f"RUN --mount=type=cache,target=/c wget -O /c/a.tar.gz {TAR} && tar xf /c/a.tar.gz",
            [],
        ),
        ("DF308", f"RUN wget -O - {TAR} | tar xz", []),
        ("DF319", f"RUN wget {TAR}\nRUN tar xzf a.tar.gz", [3]),
        ("DF319", f"ADD {TAR} /tmp/\nRUN tar xzf /tmp/a.tar.gz", [3]),
        ("DF319", f"ADD {TAR} /tmp/b.tgz\nRUN tar xzf /tmp/b.tgz", [3]),
        ("DF319", f"RUN wget {TAR}\nRUN tar xzf a.tar.gz && rm a.tar.gz", []),
        ("DF319", f"RUN wget {TAR}\nRUN tar xzf a.tar.gz\nRUN rm -rf /tmp/*", []),
        ("DF319", f"RUN wget {TAR}\nRUN tar czf a.tar.gz .", []),
        ("DF319", f"add {TAR} /tmp/\r\nrun tar xzf /tmp/a.tar.gz", [3]),
        ("DF319", f"RUN wget {TAR}\nRUN wget {TAR} && tar xzf a.tar.gz", []),
        ("DF319", "COPY a.tar.gz /\nRUN tar xzf /a.tar.gz", []),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{text}\n") == expected


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF308",
            f"FROM debian\nRUN curl -fO {TGZ} && tar xf a.tgz && make\n",
            f"FROM debian\nRUN curl -fO {TGZ} && tar xf a.tgz && rm a.tgz && make\n",
            id="DF308-in-a-line",
        ),
        pytest.param(
            "DF308",
            f"FROM debian\nRUN curl -fO {TGZ} \\\n  && tar xf a.tgz \\\n  && make\n",
            f"FROM debian\nRUN curl -fO {TGZ} \\\n  && tar xf a.tgz \\\n  && rm a.tgz \\\n  && make\n",
            id="DF308-on-lines",
        ),
        pytest.param(
            "DF308",
            f"FROM debian\nRUN curl -fO {TGZ} && \\\n  tar xf a.tgz && \\\n  make\n",
            f"FROM debian\nRUN curl -fO {TGZ} && \\\n  tar xf a.tgz && \\\n  rm a.tgz && \\\n  make\n",
            id="DF308-with-signs-last",
        ),
        pytest.param(
            "DF308",
            f"FROM debian\nRUN curl -fO {TGZ}; tar xf a.tgz\n",
            f"FROM debian\nRUN curl -fO {TGZ}; tar xf a.tgz\n",
            id="DF308-not-in-a-chain",
        ),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, before) == after
