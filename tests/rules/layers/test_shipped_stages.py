"""Layers that do not ship need not be small."""

from __future__ import annotations

import pytest
from one_rule import run

TAR = "https://example.com/a.tar.gz"


@pytest.mark.parametrize("code", ["DF302", "DF304", "DF319", "DF321"])
def test_stages_that_do_not_ship_are_silent(code: str) -> None:
    text = (
        f"FROM debian:12 AS b\nCOPY a.sh /\nADD {TAR} /\nRUN apt-get install -y gcc\n"
        "RUN chmod +x /a.sh && tar xf /a.tar.gz && rm /a.sh && apt-get purge gcc\nFROM debian:12\nCOPY --from=b /x /x\n"
    )
    assert run(code, text).findings == []
