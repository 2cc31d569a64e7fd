"""Rules about layers and cache mounts, beyond the examples on their pages."""

from __future__ import annotations

import pytest
from counted import calls
from one_rule import fixed, run

from dockerlint_rules.registry.rule import Rule
from dockerlint_rules.rules.layers import (
    add,
    archives,
    build_numbers,
    cache_mount_outputs,
    cache_mounts,
    changed_permissions,
    consecutive_runs,
    copied_folders,
    removed_files,
)

RULES: dict[str, Rule] = {
    function.rule.code: function.rule  # type: ignore[attr-defined]
    for function in (
        removed_files.file_removed_in_later_layer,
        changed_permissions.chmod_or_chown_after_copy,
        archives.manually_unpacked_archive,
        archives.leftover_archive,
        consecutive_runs.consecutive_runs,
        cache_mount_outputs.copy_from_cache_mount,
        cache_mounts.unlocked_apt_cache_mount,
        add.ambiguous_add_source,
        cache_mounts.misplaced_cache_mount,
        cache_mounts.root_owned_cache_mount,
        copied_folders.directory_flattening_wildcard,
        copied_folders.non_recursive_chmod,
        build_numbers.volatile_arg_before_install,
        archives.archive_unpacked_in_later_layer,
        removed_files.package_removed_in_later_layer,
    )
}
TAR = "https://example.com/a.tar.gz"


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF302", "COPY . /tmp/src\nRUN make -C /tmp/src && rm -rf /tmp/src", [3]),
        ("DF302", "COPY a.whl /tmp/p/\nRUN rm -rf /tmp/p", [3]),
        ("DF302", "COPY a.whl /tmp/\nRUN rm -rf /tmp/*", [3]),
        ("DF302", "COPY a.whl /tmp/\nRUN rm -f /tmp/*", []),
        ("DF302", "COPY a.whl /tmp/\nRUN rm -r /tmpfiles", []),
        ("DF302", "COPY a.whl /tmp/\nRUN rm /tmp/a.whl\nRUN rm -f /tmp/a.whl", [3]),
        ("DF302", "COPY a.whl /tmp/\nRUN test -e x || rm /tmp/a.whl", []),
        ("DF302", f"RUN curl -o /a {TAR} && rm /a\nRUN rm -f /a", []),
        ("DF302", "WORKDIR /w\nCOPY a.deb .\nRUN rm a.deb", [4]),
        ("DF304", "COPY . /app\nRUN chown -R a:a /app", [3]),
        ("DF304", "COPY --chown=a:a . /app\nRUN chown -R a:a /app", []),
        ("DF304", "COPY --chown=a:a a.sh /\nRUN chmod +x /a.sh", [3]),
        ("DF304", "COPY a.py /app/\nRUN chown -R a /app", [3]),
        ("DF304", "COPY a.py /app/\nRUN chown a /app", []),
        ("DF304", "COPY bin/ /opt/bin/\nRUN chmod 755 /opt/bin", []),
        ("DF304", "COPY bin/ /opt/bin/\nRUN chmod -R 755 /opt/bin", [3]),
        ("DF304", "COPY a.sh /\nRUN chmod +x /other.sh /a.sh", [3]),
        ("DF304", "COPY a.sh /\nRUN cd / && chmod +x a.sh", [3]),
        ("DF304", "COPY a.sh /\nRUN cd $D && chmod +x a.sh", []),
        ("DF307", "COPY a.tar.gz /\nRUN tar xzf /a.tar.gz", [2]),
        ("DF307", "COPY --from=b a.tar.gz /\nRUN tar xzf /a.tar.gz", []),
        ("DF308", f"RUN wget {TAR} && tar xzf a.tar.gz", [2]),
        ("DF308", f"RUN wget {TAR} && tar xzf a.tar.gz && del a.tar.gz", []),
        ("DF308", f"RUN wget {TAR} && tar xzf a.tar.gz && rm *.tar.gz", []),
        ("DF309", "RUN a\nRUN b", [3]),
        ("DF309", "RUN a\nRUN b $(c)", []),
        ("DF309", "RUN a\nRUN [ -e x ] && b", [3]),
        ("DF309", "RUN a\nRUN bash -c 'b && c'", [3]),
        ("DF309", "RUN a\nRUN --mount=type=cache,target=/c b", []),
        ("DF320", "ADD $X /a", [2]),
        ("DF320", "ADD a.txt /a", []),
        ("DF320", "ADD a.tar /a", []),
        ("DF317", "COPY * /app/", [2]),
        ("DF317", "COPY ./* /app/", [2]),
        ("DF317", "COPY *.json src/* /app/", []),
        ("DF317", "COPY --parents * /app/", []),
        ("DF318", "COPY bin/ /opt/bin/\nRUN chmod +x /opt/bin", [3]),
        ("DF318", "COPY bin/ /opt/bin/\nRUN chmod -R +x /opt/bin", []),
        ("DF318", "COPY bin/ /opt/bin/\nRUN chmod +x /opt/bin/a", []),
        ("DF318", "COPY bin/ /opt/bin/\nRUN chmod 755 /opt/bin", []),
        ("DF318", "COPY Scripts /app/scripts\nRUN chmod +x /app/scripts", [3]),
        ("DF318", "WORKDIR /app\nRUN chmod +x .", [3]),
        ("DF318", "COPY start /start\nRUN chmod +x /start", []),
        ("DF314", "ARG GIT_SHA\nRUN apt-get install -y a", [2]),
        ("DF314", "ARG GIT_SHA=\nRUN apt-get install -y a", [2]),
        ("DF314", "ARG GIT_SHA=0123abc\nRUN apt-get install -y a", []),
        ("DF314", "ARG GIT_SHA\nRUN apt-get install -y a=$GIT_SHA", []),
        ("DF314", "ARG GIT_SHA\nENV A=$GIT_SHA\nRUN apt-get install -y a", []),
        ("DF314", "ARG GIT_SHA\nLABEL a=$GIT_SHA\nRUN apt-get install -y a", [2]),
        ("DF314", "ARG GIT_SHA\nCOPY . .\nRUN apt-get install -y a", []),
        ("DF314", "ARG GIT_SHA\nRUN make", []),
        ("DF319", f"RUN wget {TAR}\nRUN tar xzf a.tar.gz", [3]),
        ("DF319", f"ADD {TAR} /tmp/\nRUN tar xzf /tmp/a.tar.gz", [3]),
        ("DF319", f"ADD {TAR} /tmp/b.tgz\nRUN tar xzf /tmp/b.tgz", [3]),
        ("DF319", f"RUN wget {TAR}\nRUN tar xzf a.tar.gz && rm a.tar.gz", []),
        ("DF319", f"RUN wget {TAR}\nRUN tar xzf a.tar.gz\nRUN rm -rf /tmp/*", []),
        ("DF319", f"RUN wget {TAR}\nRUN tar czf a.tar.gz .", []),
        ("DF321", "RUN apt-get install -y gcc\nRUN apt-get purge -y gcc", [3]),
        ("DF321", "RUN apt-get install -y gcc && apt-get purge -y gcc", []),
        ("DF321", "RUN apt-get purge -y gcc", []),
        ("DF321", "RUN apk add -t .b gcc\nRUN apk del .b", [3]),
        ("DF321", "RUN apt-get install -y gcc\nRUN pip uninstall -y gcc", []),
        (
            "DF321",
            "RUN apt-get install -y gcc && apt-get purge -y gcc\nRUN apt-get purge -y gcc",
            [],
        ),
        ("DF310", "RUN --mount=type=cache,target=/c make\nCOPY --from=x /c/a /a", []),
        ("DF311", "RUN --mount=type=cache,target=/var/cache/apt apt-get update", [2]),
        (
            "DF311",
            "RUN --mount=type=cache,sharing=private,target=/var/cache/apt apt-get update",
            [],
        ),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    found = run(code, f"FROM debian:12\n{text}\n").findings
    assert [finding.line for finding in found] == expected


@pytest.mark.parametrize("code", ["DF302", "DF304", "DF319", "DF321"])
def test_stages_that_do_not_ship_are_silent(code: str) -> None:
    text = (
        f"FROM debian:12 AS b\nCOPY a.sh /\nADD {TAR} /\nRUN apt-get install -y gcc\n"
        "RUN chmod +x /a.sh && tar xf /a.tar.gz && rm /a.sh && apt-get purge gcc\nFROM debian:12\nCOPY --from=b /x /x\n"
    )
    assert run(code, text).findings == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN --mount=type=cache,target=/root/.npm npm ci", []),
        ("RUN --mount=type=cache,target=/root/.npm/ npm ci", []),
        ("RUN --mount=type=cache,target=/root/.cache npm ci", []),  # node-gyp, browsers
        ("RUN --mount=type=cache,target=/root/.cache/pip npm ci", [2]),
        ("RUN --mount=type=cache,target=/root/.cache/npm npm ci", [2]),
        ("RUN --mount=type=cache,target=/root/.cache/npm npm ci --cache /root/.cache/npm", []),
        ("RUN --mount=type=cache,target=/root/.cache/pip npm ci && ./build.sh", []),
        ("RUN --mount=type=cache,target=/root/.cache/pip npm run build", []),
        ("RUN --mount=type=cache,target=/cache npm ci", []),
        ("USER node\nRUN --mount=type=cache,target=/root/.cache/pip npm ci", []),
        ("ENV HOME=/x\nRUN --mount=type=cache,target=/root/.cache/pip npm ci", []),
        ("RUN --mount=type=cache,target=/root/.cache/yarn yarn install", [2]),
        ("RUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install", []),
        ("RUN --mount=type=bind,target=/root/.cache/pip npm ci", []),
    ],
)
def test_df312_cache_mount_elsewhere(text: str, expected: list[int]) -> None:
    found = run("DF312", f"FROM node:22\n{text}\n").findings
    # The last line is the RUN.
    last = text.count("\n") + 2
    assert [finding.line for finding in found] == ([last] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("USER node\nRUN --mount=type=cache,target=/c npm ci", 1),
        ("USER node\nRUN --mount=type=cache,target=/c,uid=1000 npm ci", 0),
        ("USER node\nRUN --mount=type=cache,target=/c,mode=0777 npm ci", 0),
        ("USER node\nUSER root\nRUN --mount=type=cache,target=/c npm ci", 0),
        ("USER 0:0\nRUN --mount=type=cache,target=/c npm ci", 0),
        ("USER $U\nRUN --mount=type=cache,target=/c npm ci", 0),
        ("ARG U=1001\nUSER $U\nRUN --mount=type=cache,target=/c npm ci", 1),
        ("RUN --mount=type=cache,target=/c npm ci\nUSER node", 0),
        ("USER node\nRUN --mount=type=cache,target=/c sudo npm ci", 0),
        ("USER node\nRUN --mount=type=secret,id=a npm ci", 0),
    ],
)
def test_df313_cache_mount_of_another_user(text: str, expected: int) -> None:
    assert len(run("DF313", f"FROM node:22\n{text}\n").findings) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("COPY a.sh /\nRUN chmod +x /a.sh\n", "COPY --chmod=755 a.sh /\n"),
        ("COPY a.sh /\nRUN chmod 0500 /a.sh", "COPY --chmod=0500 a.sh /"),
        (
            "COPY a.sh /\nRUN chown www-data:www-data /a.sh\n",
            "COPY --chown=www-data:www-data a.sh /\n",
        ),
        ("COPY a.sh b.sh /\nRUN chmod a+x /a.sh /b.sh\n", "COPY --chmod=755 a.sh b.sh /\n"),
    ],
)
def test_df304_mode_and_owner_move_to_copy(before: str, after: str) -> None:
    head = "FROM debian:12\n"
    assert fixed("DF304", head + before) == head + after


@pytest.mark.parametrize(
    "text",
    [
        "COPY a.sh b.sh /\nRUN chmod +x /a.sh\n",
        "COPY a.sh /\nRUN chmod +x /a.sh && /a.sh\n",
        "COPY a.sh /\nRUN chmod u+s /a.sh\n",
        "COPY a.sh /\nWORKDIR /x\nRUN chmod +x /a.sh\n",
        "ADD a.sh /\nRUN chmod +x /a.sh\n",
        "COPY a.sh /\nRUN chown $U /a.sh\n",
    ],
)
def test_df304_mode_and_owner_stay_where_more_is_done(text: str) -> None:
    (finding,) = run("DF304", f"FROM debian:12\n{text}").findings
    assert finding.fix is None


def test_df304_work_grows_with_the_file() -> None:
    def work(count: int) -> int:
        lines = "".join(f"COPY f{at} /d/f{at}\nRUN chown -R a /d\n" for at in range(count))
        source = f"FROM debian:12\n{lines}"
        run("DF304", source)  # what is imported and kept at first is not counted
        return calls(run, "DF304", source)

    # Its square would be 16 times as much.
    assert work(1200) / work(300) < 5
