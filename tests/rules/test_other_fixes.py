"""Fixes of single rules: what they write, and where they hold back."""

from __future__ import annotations

import pytest
from one_rule import fixed

TGZ = "https://example.com/a.tgz"


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
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
            "DF308",
            f"FROM debian\nRUN curl -fO {TGZ}; tar xf a.tgz\n",
            f"FROM debian\nRUN curl -fO {TGZ}; tar xf a.tgz\n",
            id="DF308-archive-not-in-a-chain",
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
