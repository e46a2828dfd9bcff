"""What a run comes to, and what of it is shown."""

import subprocess
import sys

from bench.cpu import cpu_seconds
from bench.findings import findings
from bench.page import BEGIN, END, PAGE, PICTURE, section
from bench.plot import plot
from bench.results import load
from bench.row import Contender, Judged, Row, Sample


def a_contender(name: str, kind: str) -> Contender:
    return Contender(name, kind, "", lambda _: None)  # type: ignore[arg-type,return-value] # never opened


def a_sample(rate: float) -> Sample:
    return Sample(units=100, seconds=100 / rate, cpu=1, broker_cpu=0, database_cpu=0)


def test_ratios_are_taken_turn_by_turn() -> None:
    judged = Judged("x", "x", "/s", lambda sample: sample.rate, must=1, aim=1)
    row = Row("x", [a_contender("most", "limit"), a_contender("we", "ours")], [judged], units=1, warm_up=1)
    noisy = {"most": [100, 10, 50], "we": [50, 5, 50]}

    (found,) = findings(row, {name: [a_sample(rate) for rate in rates] for name, rates in noisy.items()})

    ours = found.contenders[1]
    assert ours.ratio is not None
    assert (ours.ratio.median, ours.ratio.least, ours.ratio.most) == (0.5, 0.5, 1.0)
    assert ours.value.median == 50


def test_processor_time_of_children_counts_also_when_they_have_ended() -> None:
    child = "for _ in range(5_000_000): pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{child}']); print(); input()"
    with subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()

        used = cpu_seconds([process.pid])
        process.stdin.close()

    assert used > 0.1


def test_the_page_and_the_picture_show_the_latest_run() -> None:
    latest = load()

    shown = PAGE.read_text().partition(BEGIN)[2].partition(END)[0].strip()

    assert shown == section(latest).strip(), "python -m bench.page"
    assert PICTURE.read_text() == plot(latest.findings), "python -m bench.page"
