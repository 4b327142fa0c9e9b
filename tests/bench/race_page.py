"""The page of the race: tables in Markdown, and pictures of the same as SVG.

    race_page.py RESULTS.json    writes docs/race.md and its pictures anew from an earlier race
"""

import json
import math
import re
import statistics
import sys
from pathlib import Path
from xml.sax.saxutils import escape

from race_peers import FIGURES, GROUPS

OURS = "Troupe"
# With more than this many programs running before it began, a machine is not quiet.
QUIET = 0.3
MARKED = re.compile(r"(<!-- race: (\w+) -->\n).*?(<!-- race: end -->)", re.DOTALL)

# Sizes of the pictures, in pixels.
WIDTH, LEFT, RIGHT, ROW, TITLE, TOP, BOTTOM = 780, 140, 150, 19, 30, 8, 34
# Both themes: a page is shown with the one that its reader has chosen.
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.axis { fill: #59636e; font-size: 12px }
.grid { stroke: #d1d9e0; stroke-width: 1 }
.even { stroke: #59636e; stroke-width: 1.5 }
.stem { stroke: #8c959f; stroke-width: 2 }
.dot { fill: #6e7781 }
.ours { fill: #0969da; font-weight: 600 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .axis { fill: #9198a1 }
  .grid { stroke: #3d444d }
  .even { stroke: #9198a1 }
  .stem { stroke: #656c76 }
  .dot { fill: #9198a1 }
  .ours { fill: #4493f8 }
}
"""


def short(value):
    """Three figures that count, without an exponent."""
    if value >= 1000:
        return f"{value:,.0f}"
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f}"


def values_of(results, figure, peer):
    """Round to value."""
    return {number: value for number, workload, key, name, value in results["rounds"]
            if (workload, key, name) == (figure.workload, figure.key, peer)}


def cell(results, figure, peer):
    """(median, times what Troupe takes) or None; above one is worse than Troupe, whatever the unit.

    Rounds in which one of the two is missing say nothing of the ratio.
    """
    values = values_of(results, figure, peer)
    ours = values_of(results, figure, OURS)
    ratios = [values[number] / ours[number] for number in values if number in ours]
    if not ratios:
        return None
    ratio = statistics.median(ratios)
    if ratio == 0:
        return None
    if figure.more_is_better:
        ratio = 1 / ratio
    return statistics.median(values.values()) * figure.scale, ratio


def rows_of(results, group):
    """(figure, {peer: cell}) of a group, without what was not measured."""
    for figure in FIGURES:
        cells = {peer: cell(results, figure, peer) for peer in results["peers"]}
        cells = {peer: found for peer, found in cells.items() if found}
        if figure.group == group and cells:
            yield figure, cells


def table(results, group):
    rows = list(rows_of(results, group))
    peers = [peer for peer in results["peers"] if any(peer in cells for _, cells in rows)]
    lines = ["| | " + " | ".join(peers) + " |", "|---" * (len(peers) + 1) + "|"]
    for figure, cells in rows:
        best = min(ratio for _, ratio in cells.values())
        words = [f"{figure.title}, {figure.unit}"]
        for peer in peers:
            if peer not in cells:
                words.append("")
                continue
            median, ratio = cells[peer]
            text = f"**{short(median)}**" if ratio == best else short(median)
            words.append(text if peer == OURS else f"{text} ({short(ratio)})")
        lines.append("| " + " | ".join(words) + " |")
    return "\n".join(lines) + "\n" if rows else ""


def tables(results):
    parts = [f"{title}\n\n{table(results, group)}" for group, title in GROUPS.items()
             if table(results, group)]
    return "\n" + "\n".join(parts) + "\nIn brackets: times what Troupe takes, above 1 is worse."


class Scale:
    """A logarithmic axis of ratios, in whole powers of ten."""

    def __init__(self, ratios):
        self.low = min(-1, math.floor(math.log10(min(ratios))))
        self.high = max(1, math.ceil(math.log10(max(ratios))))

    def x(self, ratio):
        share = (math.log10(ratio) - self.low) / (self.high - self.low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def ticks(self):
        return [10.0 ** power for power in range(self.low, self.high + 1)]


def panel(figure, cells, scale, top):
    """One figure: a line for each peer, the best first."""
    title = f"{figure.title}, {figure.unit}"
    yield f'<text class="title" x="0" y="{top + 18}">{escape(title)}</text>'
    for place, peer in enumerate(sorted(cells, key=lambda name: cells[name][1])):
        median, ratio = cells[peer]
        y, x = top + TITLE + place * ROW + ROW / 2, scale.x(ratio)
        ours = " ours" if peer == OURS else ""
        times = "" if peer == OURS else f"  ({short(ratio)} ×)"
        yield f'<text class="{ours.strip()}" x="12" y="{y + 4}">{escape(peer)}</text>'
        yield f'<line class="stem" x1="{scale.x(1):.1f}" x2="{x:.1f}" y1="{y}" y2="{y}"/>'
        yield f'<circle class="dot{ours}" cx="{x:.1f}" cy="{y}" r="5"/>'
        yield (f'<text class="{ours.strip()}" x="{WIDTH - RIGHT + 14}" y="{y + 4}">'
               f'{short(median)}{times}</text>')


def picture(results, group):
    rows = list(rows_of(results, group))
    scale = Scale([ratio for _, cells in rows for _, ratio in cells.values()])
    top, body = TOP, []
    for figure, cells in rows:
        body += panel(figure, cells, scale, top)
        top += TITLE + ROW * len(cells) + TOP
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + BOTTOM}" '
             f'width="{WIDTH}" height="{top + BOTTOM}" role="img">',
             f"<title>{escape(GROUPS[group])}</title>", f"<style>{STYLE}</style>"]
    for tick in scale.ticks():
        kind = "even" if tick == 1 else "grid"
        x = f"{scale.x(tick):.1f}"
        lines.append(f'<line class="{kind}" x1="{x}" x2="{x}" y1="{TOP}" y2="{top}"/>')
        lines.append(f'<text class="axis" x="{x}" y="{top + 15}" text-anchor="middle">'
                     f'{tick:,g}</text>')
    lines.append(f'<text class="axis" x="{LEFT}" y="{top + 31}">times what Troupe takes; '
                 'left of the line is better</text>')
    return "\n".join([*lines, *body, "</svg>"]) + "\n"


def facts(results):
    what = results["machine"]
    lines = [f"Measured on {what['processors']} processors of {what['processor']}, Linux "
             f"{what['system']}, in {what['rounds']} rounds at most, with a load of {what['load']} "
             "before they began."]
    if what["load"] > QUIET:
        lines.append("Others worked on the machine meanwhile: what is worth something here is the "
                     "ratios.")
    lines += [f"{trouble}." for trouble in results["troubles"]]
    return "\n".join(lines) + "\n"


def write(results, docs):
    """The marked parts of the page, and a picture for each group that has figures."""
    page = docs / "race.md"
    parts = {group: table(results, group) for group in GROUPS} | {"machine": facts(results)}

    def fill(match):
        return match[1] + "\n" + parts[match[2]] + "\n" + match[3]

    page.write_text(MARKED.sub(fill, page.read_text(encoding="utf-8")), encoding="utf-8")
    written = [page]
    for group in GROUPS:
        if parts[group]:
            path = docs / "pictures" / f"race_{group}.svg"
            path.write_text(picture(results, group), encoding="utf-8")
            written.append(path)
    return written


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as results_file:
        for written_path in write(json.load(results_file), Path(__file__).parents[2] / "docs"):
            print(f"written: {written_path}")
