"""Servers behind scripts and supervisord, uploads, and data on Elastic Beanstalk."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_rule import run

from dockerlint_rules import lint


def found(folder: Path, code: str = "DF415") -> list[str]:
    config = {"select": [code], "isolated": True}
    return [one.message.split(",")[0] for one in lint(str(folder / "Dockerfile"), config=config)]


@pytest.mark.parametrize(
    ("dockerfile", "files", "expected"),
    [
        pytest.param(
            'COPY start.sh /\nCMD ["/start.sh"]', {"start.sh": "#!/bin/sh\nset -e\nexec mongod --bind_ip_all\n"},
            ["'start.sh' starts mongod"], id="exec",
        ),
        pytest.param(
            "COPY bin/ /srv/bin/\nWORKDIR /srv\nCMD ./bin/go.sh", {"bin/go.sh": "mysqld_safe &\napp\n"},
            ["'bin/go.sh' starts mysqld_safe"], id="folder-and-workdir",
        ),
        pytest.param(
            'COPY start.sh /usr/bin/start\nENTRYPOINT ["tini", "--", "/usr/bin/start"]', {"start.sh": "exec gosu mysql mysqld\n"},
            ["'start.sh' starts mysqld"], id="renamed-behind-tini",
        ),
        pytest.param(
            'COPY start.sh /\nCMD ["/start.sh"]', {"start.sh": "exec mongod --dbpath /srv/db\n"}, ["'start.sh' starts mongod"], id="moved",
        ),
        pytest.param(
            'COPY start.sh /\nVOLUME /srv\nCMD ["/start.sh"]', {"start.sh": "exec mongod --dbpath /srv/db\n"}, [], id="volume",
        ),
        pytest.param(
            'COPY start.sh /\nCMD ["/start.sh"]', {"start.sh": "# mongod is elsewhere\necho mongod\n"}, [], id="only-named",
        ),
        pytest.param(
            'COPY start.sh /\nCMD ["/start.sh"]', {"start.sh": "exec mongod --dbpath $DB\n"}, [], id="variable",
        ),
        pytest.param(
            'COPY start.sh /\nCMD ["/start.sh"]', {"start.sh": "#!/usr/bin/env python3\nmongod\n"}, [], id="python",
        ),
        pytest.param(
            'COPY supervisord.conf /etc/supervisor/conf.d/\nCMD ["supervisord", "-n"]',
            {"supervisord.conf": "[program:db]\ncommand = /usr/bin/mongod --quiet\n[program:web]\ncommand=app\n"},
            ["'supervisord.conf' starts mongod"], id="supervisord",
        ),
        pytest.param(
            'COPY etc/s.conf /s.conf\nCMD ["supervisord", "-c", "/s.conf"]', {"etc/s.conf": "command=mongod\n"},
            ["'etc/s.conf' starts mongod"], id="supervisord-named",
        ),
        pytest.param('COPY start.sh /\nCMD ["/start.sh"]', {}, [], id="no-file"),
        pytest.param('COPY start.sh /\nCMD ["/start.sh"]', {"start.sh": "mongod\n" + "x" * 70_000}, [], id="too-long"),
        pytest.param('COPY start.sh /\nCMD ["/start.sh"]', {"start.sh": "\x7fELF\0mongod\n"}, [], id="binary"),
        pytest.param('COPY --from=x start.sh /\nCMD ["/start.sh"]', {"start.sh": "mongod\n"}, [], id="of-a-stage"),
        pytest.param('COPY ../start.sh /\nCMD ["/start.sh"]', {"../start.sh": "mongod\n"}, [], id="outside"),
    ],
)  # fmt: skip
def test_df415_server_behind_a_script(
    tmp_path: Path, dockerfile: str, files: dict[str, str], expected: list[str]
) -> None:
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "Dockerfile").write_text(f"FROM debian:12\n{dockerfile}\n")
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.encode())
    assert found(folder) == expected


def test_df415_a_link_out_of_the_context_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.sh").write_text("mongod\n")
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "start.sh").symlink_to("../secret.sh")
    (folder / "Dockerfile").write_text('FROM debian:12\nCOPY start.sh /\nCMD ["/start.sh"]\n')
    assert found(folder) == []


def test_df415_what_a_compose_file_mounts_is_kept(tmp_path: Path) -> None:
    (tmp_path / "start.sh").write_text("mongod\n")
    (tmp_path / "Dockerfile").write_text('FROM debian:12\nCOPY start.sh /\nCMD ["/start.sh"]\n')
    assert found(tmp_path) == ["'start.sh' starts mongod"]
    (tmp_path / "compose.yaml").write_text(
        "services:\n  web:\n    build: .\n    volumes: ['data:/data/db']\n"
    )
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("ENV UPLOAD_FOLDER=/srv/u", [2]),
        ("ENV UPLOAD_FOLDER=/tmp/u", []),
        ("ENV UPLOAD_FOLDER=$X/u", []),
        ("ENV UPLOAD_FOLDER=/srv/u\nVOLUME /srv", []),
        ("ENV UPLOAD_FOLDER=/srv/u\nVOLUME $X", []),
        ("WORKDIR /app\nRUN mkdir -p public/uploads", [3]),
        ("RUN mkdir -p uploads", []),
        ("RUN mkdir -p /home/user/uploads", []),
        ("RUN mkdir /srv/uploads-old", []),
        ("RUN mkdir -p /srv/uploads\nFROM y", []),
    ],
)
def test_df414_uploads(text: str, lines: list[int]) -> None:
    assert [one.line for one in run("DF414", f"FROM x\n{text}\n").findings] == lines
