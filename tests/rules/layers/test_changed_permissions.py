"""chmod and chown of copied files, beyond the examples on the page."""

from __future__ import annotations

import pytest
from counted import calls
from one_rule import fixed, lines, run


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
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
        ("DF304", "copy a.sh /\nrun chmod +x \\\n  /a.sh", [3]),
        ("DF304", "COPY a.sh /\r\nRUN chmod +x /a.sh", [3]),
        ("DF304", "ADD --chmod=755 a.sh /\nRUN chmod +x /a.sh", []),
        ("DF304", "COPY a.sh /\nRUN test -x /a.sh || chmod +x /a.sh", []),
        ("DF304", "COPY <<E /a.sh\nx\nE\nRUN chmod +x /a.sh", []),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{text}\n") == expected


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
        pairs = "".join(f"COPY f{at} /d/f{at}\nRUN chown -R a /d\n" for at in range(count))
        source = f"FROM debian:12\n{pairs}"
        run("DF304", source)  # what is imported and kept at first is not counted
        return calls(run, "DF304", source)

    # Its square would be 16 times as much.
    assert work(1200) / work(300) < 5
