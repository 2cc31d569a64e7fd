"""Fixes of single rules: what they write, and where they hold back."""

from __future__ import annotations

import pytest
from one_rule import fixed

TGZ = "https://example.com/a.tgz"


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF705",
            "FROM a AS build\nFROM b\nCOPY --from=0 /x /x\n",
            "FROM a AS build\nFROM b\nCOPY --from=build /x /x\n",
            id="DF705-stage-by-name",
        ),
        pytest.param(
            "DF705",
            "FROM a AS one\nFROM b AS one\nFROM c\nCOPY --from=0 /x /x\n",
            "FROM a AS one\nFROM b AS one\nFROM c\nCOPY --from=0 /x /x\n",
            id="DF705-name-of-another-stage-too",
        ),
        pytest.param(
            "DF626",
            "FROM debian\nRUN ln -sf /bin/bash /bin/sh\n",
            'FROM debian\nSHELL ["/bin/bash", "-c"]\n',
            id="DF626-shell",
        ),
        pytest.param(
            "DF626",
            "FROM debian\nRUN rm /bin/sh && ln -s bash /bin/sh\n",
            'FROM debian\nSHELL ["/bin/bash", "-c"]\n',
            id="DF626-shell-in-the-place-of-one",
        ),
        pytest.param(
            "DF626",
            "FROM debian\nRUN ln -sf bash /bin/sh && make\n",
            "FROM debian\nRUN ln -sf bash /bin/sh && make\n",
            id="DF626-shell-and-more",
        ),
        pytest.param(
            "DF626",
            "FROM debian\nRUN ln -sf /bin/dash /bin/sh\n",
            "FROM debian\nRUN ln -sf /bin/dash /bin/sh\n",
            id="DF626-another-shell",
        ),
        pytest.param(
            "DF308",
            f"FROM debian\nRUN curl -fO {TGZ} && tar xf a.tgz && make\n",
            f"FROM debian\nRUN curl -fO {TGZ} && tar xf a.tgz && rm a.tgz && make\n",
            id="DF308-archive",
        ),
        pytest.param(
            "DF308",
            f"FROM debian\nRUN curl -fO {TGZ} \\\n  && tar xf a.tgz \\\n  && make\n",
            f"FROM debian\nRUN curl -fO {TGZ} \\\n  && tar xf a.tgz \\\n  && rm a.tgz \\\n  && make\n",
            id="DF308-archive-on-lines",
        ),
        pytest.param(
            "DF308",
            f"FROM debian\nRUN curl -fO {TGZ} && \\\n  tar xf a.tgz && \\\n  make\n",
            f"FROM debian\nRUN curl -fO {TGZ} && \\\n  tar xf a.tgz && \\\n  rm a.tgz && \\\n  make\n",
            id="DF308-archive-with-signs-last",
        ),
        pytest.param(
            "DF205",
            "FROM debian\nRUN apt-get update && \\\n  apt-get install -y a\n",
            "FROM debian\nRUN apt-get update && \\\n  apt-get install -y a && \\\n  rm -rf /var/lib/apt/lists/*\n",
            id="DF205-lists-with-signs-last",
        ),
        pytest.param(
            "DF308",
            f"FROM debian\nRUN curl -fO {TGZ}; tar xf a.tgz\n",
            f"FROM debian\nRUN curl -fO {TGZ}; tar xf a.tgz\n",
            id="DF308-archive-not-in-a-chain",
        ),
        pytest.param(
            "DF709",
            "FROM debian\nENV HOME_DIR=/a BIN=$HOME_DIR/bin\n",
            "FROM debian\nENV HOME_DIR=/a\nENV BIN=$HOME_DIR/bin\n",
            id="DF709-env-of-its-own",
        ),
        pytest.param(
            "DF709",
            "FROM debian\nenv A=/a \\\n    B=$A/b \\\n    C=$B/c\n",
            "FROM debian\nenv A=/a\nenv B=$A/b\nenv C=$B/c\n",
            id="DF709-env-on-lines",
        ),
        pytest.param(
            "DF709",
            "FROM debian\nENV A=/a \\\n# the tools\n    B=$A/b\n",
            "FROM debian\nENV A=/a \\\n# the tools\n    B=$A/b\n",
            id="DF709-env-with-comment",
        ),
        pytest.param(
            "DF709",
            "FROM debian\nENV B=$A/b A=/a\n",
            "FROM debian\nENV B=$A/b A=/a\n",
            id="DF709-env-in-wrong-order",
        ),
        pytest.param(
            "DF512",
            'FROM python:3.13\nRUN useradd -m web\nCMD ["python", "/a.py"]\n',
            'FROM python:3.13\nRUN useradd -m web\nUSER web\nCMD ["python", "/a.py"]\n',
            id="DF512-user",
        ),
        pytest.param(
            "DF642",
            'FROM a\nCMD ["flask", "run", "--host", "127.0.0.1"]\n',
            'FROM a\nCMD ["flask", "run", "--host", "0.0.0.0"]\n',
            id="DF642-address",
        ),
        pytest.param(
            "DF642",
            "FROM a\nCMD gunicorn --bind=localhost:8000 a:b\n",
            "FROM a\nCMD gunicorn --bind=0.0.0.0:8000 a:b\n",
            id="DF642-address-and-port",
        ),
        pytest.param(
            "DF315",
            "FROM a\nCOPY b c .\nCOPY b c .. \n",
            "FROM a\nCOPY b c ./\nCOPY b c ../ \n",
            id="DF315-slash",
        ),
        pytest.param(
            "DF315",
            'FROM a\nCOPY ["b", "c", "."]\n',
            'FROM a\nCOPY ["b", "c", "."]\n',
            id="DF315-slash-in-an-array",
        ),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, before) == after
