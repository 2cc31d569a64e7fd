"""What must hold of every file after it was fixed, over files made up of pieces that have something to fix."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from types import ModuleType

BASES = (
    "debian:13", "debian", "ubuntu:latest", "alpine:3.22", "alpine", "python:3.13", "python:3.13-alpine", "node:24", "fedora:43", "scratch",
    "registry.example.com:5000/a/b", "--platform=linux/amd64 debian:13", "--platform=$TARGETPLATFORM debian:13",
    "mcr.microsoft.com/windows/servercore:ltsc2025",
)  # fmt: skip
PIECES = (
    "RUN apt-get update",
    "RUN apt-get install -y curl",
    "RUN apt-get update && apt-get install curl nginx",
    "RUN apt-get update \\\n    && apt-get install -y \\\n    # for downloads\n    curl \\\n    git",
    "RUN apt-get update; apt-get -y install curl; rm -rf /tmp/*",
    "RUN set -ex; apt-get update; apt-get install -y curl",
    'RUN ["apt-get", "install", "curl"]',
    "RUN sudo apt install curl",
    "RUN apt-get install -y --force-yes curl",
    "RUN apk add curl",
    "RUN apk update && apk add --no-cache curl",
    "RUN apk add curl && wget -qO- https://example.com/a.tgz | tar xz",
    "RUN dnf install nginx",
    "RUN yum -y install nginx; yum clean all",
    "RUN pip install --upgrade pip && pip install -r requirements.txt",
    'RUN ["pip", "install", "flask==3.0"]',
    'RUN sh -c "pip install flask==3.0"',
    "RUN pip install a==1 \\\n  b==2 \\\n  && rm -rf /root/.cache",
    "COPY package.json package-lock.json ./\nRUN npm install",
    "COPY . .\nRUN npm install",
    "COPY . .\nRUN pip install -r requirements.txt",
    "RUN curl -O http://example.com/a.tgz",
    "RUN curl -skL https://example.com/a.sh | sh",
    "RUN wget --no-check-certificate https://example.com/a.tgz",
    "RUN curl -sL https://example.com/a.tgz | tar xz",
    "RUN cd /opt",
    "RUN <<EOF\napt-get update\napt-get install -y curl\nEOF",
    "RUN useradd -u 1234567 webapp",
    "ADD app.py /app/",
    "add a.tar.gz /a/",
    "COPY start.sh /start.sh\nRUN chmod +x /start.sh",
    "MAINTAINER Ann <ann@example.com>",
    'MAINTAINER "Ann $Example"',
    "LABEL a=b a=c",
    "ENV A 1",
    "ENV B two words\\",
    'ENV C "q\'s" D=2',
    "ENV DEBIAN_FRONTEND noninteractive",
    "EXPOSE 80/TCP 8080:8080",
    "WORKDIR /srv",
    "WORKDIR app",
    "USER root",
    "VOLUME ['/data']",
    "CMD python app.py",
    "CMD exec gunicorn --bind :$PORT app",
    "CMD nginx -g 'daemon off;'",
    "CMD ['a', 'b']",
    "ENTRYPOINT ./run.sh $A && ./b",
    "HEALTHCHECK CMD curl -f http://localhost/",
    "ONBUILD RUN apt-get install curl",
    "ONBUILD ADD a.py /b/",
    "run echo hello",
    "# dockerlint: ignore=DF102 for a reason\nRUN true",
    "# a remark\n",
    "",
    "RUN a \\\n\n  && b",
    "RUN apt-get update && apt-get install -y redis-server",
    "COPY --from=0 /a /b",
    "FROM debian:13 as Builder",
    "FROM builder AS x",
    "FORM debian",
)  # fmt: skip


@cache
def bench() -> ModuleType:
    place = Path(__file__).parents[2] / "benchmarks" / "fixes.py"
    spec = importlib.util.spec_from_file_location("fix_real_files", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@st.composite
def files(draw: st.DrawFn) -> bytes:
    text = draw(
        st.sampled_from(("", "# syntax=docker/dockerfile:1\n", "ARG VERSION=1\n", "# escape=`\n"))
    )
    text += f"FROM {draw(st.sampled_from(BASES))}\n"
    text += "\n".join(draw(st.lists(st.sampled_from(PIECES), max_size=12)))
    if draw(st.booleans()):
        text += "\n"
    if draw(st.integers(0, 4)) == 0:
        text = text.replace("\n", "\r\n")
    if draw(st.integers(0, 6)) == 0:
        text = text.replace("    ", "\t")
    data = text.encode()
    return b"\xef\xbb\xbf" + data if draw(st.integers(0, 6)) == 0 else data


def examined(data: bytes, folder: Path, *, unsafe: bool, select: str = "") -> dict[str, Any]:
    file = folder / "Dockerfile"
    file.write_bytes(data)
    module = bench()
    module._given.update(unsafe=unsafe, select=select, shellcheck=False, show=1)
    return module.examine(str(file))


@given(data=files())
@settings(max_examples=150, deadline=None)
def test_safe_fixes_keep_what_a_file_is(data: bytes, tmp_path_factory: Any) -> None:
    said = examined(data, tmp_path_factory.getbasetemp(), unsafe=False)
    assert said["wrong"] == [], said["diff"]


@given(data=files())
@settings(max_examples=150, deadline=None)
def test_unsafe_fixes_leave_nothing_behind(data: bytes, tmp_path_factory: Any) -> None:
    said = examined(data, tmp_path_factory.getbasetemp(), unsafe=True)
    assert said["wrong"] == [], said["diff"]
