"""The page that an evaluation writes: one table, what was not there, and how to read it."""

from __future__ import annotations

from collections.abc import Mapping

from backend.evaluation.figures import Figure, Report
from backend.evaluation.side_by_side import AREA as MODELS

_HEAD = """# Evaluation

Written by `make eval` (`interview-helper eval`): do not edit. Every figure stands with its data set, its size and a 95 %
interval (percentile bootstrap, 1,000 resamples of whole items, fixed seed). A bar in the last column is what the product
is held to; a figure without one is reported and not judged. A second language model is put next to the embedded one by
`interview-helper eval --other-llm-url http://host:port/v1 --model NAME`.

How much to trust it: "own" sets were written for this project by the people who wrote the rules, so they flatter.

- Held-out stories: the third set, thirty stories written before the third round of the STAR rules by the people who knew the
  second; no rule and no weight was made from them, and only their figures were looked at, when the rules were done. The rules
  before that round read 0.65 on them (0.64 without punctuation), with 0.15 for tasks. The two earlier sets are development
  data now: one read 0.94 and one 0.67 when they were new. Same hands, so a stranger's stories may read lower.
- The trained part (`make train`) sees where a sentence stands, its small words and its subject, nothing of any trade: 61
  numbers a label, learned from 120 development stories in a second. In five-fold cross-validation on those it lifted macro F1
  from 0.90 to 0.94 (0.82 to 0.84 without punctuation). MiniLM embeddings on top were tried: 0.95 and 0.84 there, 0.92 instead
  of 0.94 on the published answers (0.88 instead of 0.87 without punctuation), for some tens of milliseconds an answer; so
  they were left out. Whether a result is told is not left to it: an opinion may stand last too.
- Language models are asked one call at a time, without the reading ahead that a live turn does, and are waited for: a call past
  the deadline of a turn would have been given up there.
- Hesitations: half of the recordings were used to choose the limits, the figures are of the other half. Most of the hesitations
  are put in by us, the real ones are those of one speaker with a cold. A find is rarely wrong and many are missed, so the
  product says "at least". In ten short clips of laughter and words drawn out on purpose, which are too short for the product to
  show the figure, it finds four that are none.
- The grounding bed is what the rules were repaired on: its zero is a regression bar and says nothing about unseen sentences.
  Four more sets were each committed before they were measured. The first three show in the table as they were when new, with the
  commit of the rules of the day, and once more after the rules were repaired on them; the fourth, `grounding_held_out`,
  stands beside the older rules' figures on it and no rule was made from it. Expect its figures, not the bed's zero. Most true
  sentences held are arithmetic that the answer only implies ("seven points more"), "you" for what "we" did, and a paraphrase
  in other words: held on purpose. Written by the hands that knew the rules, so a stranger's sentences may read worse.
- Injected sentences in an answer: at first any rise of a score counted (13 of 20 answers rose, most because a longer answer
  or a stated figure scores more). Sentences to the machine are now left out of scoring, and only a rise of 2 and more is
  counted, without a bar. A second set of instructions, committed before it was measured, let 6 of 48 obedient sentences pass
  and raised 4 of 24 answers when it was new; the rules were then repaired on it.

The published and shared sets were not written here. Nothing here predicts how a person will be judged in an interview.
"""


def page(report: Report, versions: Mapping[str, str], when: str, machine: str) -> str:
    """The whole page as markdown."""
    lines = [_HEAD, f"- when: {when}", f"- machine: {machine}"]
    lines += [f"- {name}: {value}" for name, value in versions.items()]
    lines += [f"- seconds: {', '.join(f'{k} {v}' for k, v in report.seconds.items())}", ""]
    lines += table(report.figures)
    lines += side_by_side(report.figures)
    if report.absent:
        lines += ["", "## Not measured", "", "These were not there, so nothing was measured with them:", ""]
        lines += [f"- {a.area}: {a.what}" for a in report.absent]
    if report.notes:
        lines += ["", "## Cases that went wrong", ""]
        lines += [f"- {note}" for note in report.notes[:60]]
    return "\n".join(lines) + "\n"


def table(figures: list[Figure]) -> list[str]:
    """One row a figure."""
    lines = [
        "| area | figure | value | 95 % interval | data set | size | bar |",
        "| --- | --- | ---: | ---: | --- | ---: | --- |",
    ]
    for f in figures:
        bounds = f"{f.low:.3f} to {f.high:.3f}" if f.low is not None and f.high is not None else ""
        bar = f"{f.wanted} {'met' if f.ok else '**missed**'}" if f.wanted else ""
        lines.append(f"| {f.area} | {f.name} | {f.value:.3f} | {bounds} | {f.data} | {f.size} {f.of} | {bar} |")
    return lines


def side_by_side(figures: list[Figure]) -> list[str]:
    """Language models as columns; nothing for fewer than two."""
    mine = [f for f in figures if f.area == MODELS]
    models = list(dict.fromkeys(f.data for f in mine))
    if len(models) < 2:
        return []
    values = {(f.name, f.data): f"{f.value:.3g}" for f in mine}
    lines = ["", "## Language models side by side", "", f"| figure | {' | '.join(models)} |"]
    lines.append(f"| --- |{' ---: |' * len(models)}")
    for name in dict.fromkeys(f.name for f in mine):
        lines.append(f"| {name} | {' | '.join(values.get((name, m), 'not told') for m in models)} |")
    return lines
