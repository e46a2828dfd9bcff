"""The ratios to the limit as bars, in SVG, drawn by hand: the limit is 1, and marks show what must be reached."""

from collections.abc import Iterable, Iterator
from html import escape

from bench.findings import Finding, Found

LABEL, BAR, LINE, GAP, MARGIN = 330, 470, 20, 44, 16
#: How many times the limit the bars have room for, at least.
ROOM = 1.0
COLOURS = {"limit": "#8a8f98", "ours": "#1f6feb", "peer": "#d29922"}
STYLE = "text{font:13px system-ui,sans-serif;fill:#24292f}.t{font-weight:600}.s{fill:#57606a}"


def plot(findings: list[Finding]) -> str:
    """All that is the better the higher its ratio, as one picture."""
    shown = [each for each in findings if each.against_limit and each.better == "more"]
    parts: list[str] = []
    top = MARGIN
    for finding in shown:
        bars = [each for each in finding.contenders if each.kind in COLOURS]
        parts += _group(finding, bars, top)
        top += GAP + LINE * len(bars)
    width = LABEL + BAR + 90
    size = f'viewBox="0 0 {width} {top}" width="{width}" height="{top}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    title = "<title>Events and orders a second, for each one of the limit</title>"
    background = f'<rect width="{width}" height="{top}" fill="#ffffff"/>'
    return "\n".join([head, title, f"<style>{STYLE}</style>", background, *parts, "</svg>"]) + "\n"


def _group(finding: Finding, bars: list[Found], top: int) -> Iterator[str]:
    scale = BAR / max([ROOM, finding.aim, *(each.ratio.most for each in bars if each.ratio)])
    yield f'<text class="t" x="{MARGIN}" y="{top + 14}">{escape(finding.what)}, for each one of the limit</text>'
    first = top + LINE + 2
    for number, found in enumerate(bars):
        yield from _bar(found, first + number * LINE, scale)
    yield from _marks({"must": finding.must, "aim": finding.aim}.items(), first, LINE * len(bars), scale)


def _bar(found: Found, top: int, scale: float) -> Iterator[str]:
    assert found.ratio is not None
    length, middle = found.ratio.median * scale, top + LINE / 2 - 1
    yield f'<text x="{LABEL - 8}" y="{top + 13}" text-anchor="end">{escape(found.name)}</text>'
    yield f'<rect x="{LABEL}" y="{top + 1}" width="{length:.1f}" height="{LINE - 5}" fill="{COLOURS[found.kind]}"/>'
    least, most = (LABEL + each * scale for each in (found.ratio.least, found.ratio.most))
    yield f'<path d="M{least:.1f} {middle}H{most:.1f}" stroke="#24292f"/>'
    yield f'<text class="s" x="{max(most, LABEL + length) + 6:.1f}" y="{top + 13}">{found.ratio.median:.2f}</text>'


def _marks(marks: Iterable[tuple[str, float]], top: int, height: int, scale: float) -> Iterator[str]:
    for name, value in marks:
        x = LABEL + value * scale
        yield f'<path d="M{x:.1f} {top - 4}v{height}" stroke="#cf222e" stroke-dasharray="3 3"/>'
        yield f'<text class="s" x="{x + 3:.1f}" y="{top - 6}">{name} {value:g}</text>'
