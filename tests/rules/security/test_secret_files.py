"""Files with secrets that are copied into the image."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "copy", "count"),
    [
        pytest.param("DF509", "COPY .env /app/", 1, id="DF509-env"),
        pytest.param(
            "DF509", "copy --chown=1000 ssh/id_rsa /root/.ssh/", 1, id="DF509-flag-and-lowercase"
        ),
        pytest.param("DF509", 'COPY ["a.txt", ".netrc", "/root/"]', 1, id="DF509-json"),
        pytest.param("DF509", "ADD .aws/ /root/.aws/", 1, id="DF509-directory"),
        pytest.param("DF509", "ONBUILD COPY .npmrc /root/", 1, id="DF509-onbuild"),
        pytest.param("DF509", "COPY a \\\n  server.key /etc/", 1, id="DF509-continued"),
        pytest.param("DF509", "COPY .npmrc .pypirc /root/", 2, id="DF509-two"),
        pytest.param("DF509", "COPY id_rsa.pub /root/.ssh/", 0, id="DF509-public-key"),
        pytest.param("DF509", "COPY .env.example /app/", 0, id="DF509-example"),
        pytest.param("DF509", "COPY rds-ca.pem /etc/ssl/", 0, id="DF509-certificate"),
        pytest.param("DF509", "COPY --from=build /root/.npmrc /root/", 0, id="DF509-from-a-stage"),
        pytest.param("DF509", "COPY environment /app/.env", 0, id="DF509-destination"),
    ],
)
def test_copied_files(code: str, copy: str, count: int) -> None:
    assert len(lines(code, f"FROM debian:12\n{copy}\n")) == count


def test_df509_stage_that_is_not_in_the_final_image() -> None:
    assert (
        lines("DF509", "FROM a AS build\nCOPY .npmrc /root/\nFROM a\nCOPY --from=build /a /a\n")
        == []
    )


def test_df509_key_of_a_package_repository() -> None:
    text = "FROM a\nCOPY repository.key /tmp/\nRUN apt-key add /tmp/repository.key\n"
    assert lines("DF509", text) == []
    assert lines("DF509", text.replace("apt-key add", "cat")) == [2]
