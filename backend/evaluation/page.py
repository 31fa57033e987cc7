"""The page that an evaluation writes: one table, what was not there, and how to read it."""

from __future__ import annotations

from collections.abc import Mapping

from backend.evaluation.figures import Figure, Report

_HEAD = """# Evaluation

Written by `make eval` (`interview-helper eval`): do not edit. Every figure stands with its data set, its size and a 95 %
interval (percentile bootstrap, 1,000 resamples of whole items, fixed seed). A bar in the last column is what the product
is held to; a figure without one is reported and not judged.

How much to trust it: "own" sets were written for this project by the people who wrote the rules, so they flatter.

- Parts told and kinds: answers by a writer who saw neither code nor the texts that were trained on; one writer labelled them,
  nobody a second time. The older sets hold the parts of single sentences against labels: held-out stories by the people who
  knew the rules of their time, and published answers, which are written and not spoken; on those the lists of wordings that
  were before read 0.94 (now trained weights, decision 0012). Levels go with length in all of them.
- Language practice: both halves of the sentences and the wider rules are of one writer, who wrote the sentences first and knew
  them. The second half was not run while the rules were made, but it is no independent test: the share of slips found flatters.
- Hesitations: half of the recordings were used to choose the limits, the figures are of the other half. Most of the hesitations
  are put in by us, the real ones are those of one speaker with a cold. A find is rarely wrong and many are missed, so the
  product says "at least". In ten short clips of laughter and words drawn out on purpose, which are too short for the product to
  show the figure, it finds four that are none.
- Points and next questions are what a strong coach would say of answers of many trades, with false ones among them. The proof was
  made on 62 of the answers ("made on them"), a third of which was unseen before; another set was written by others and read by
  nobody who made the proof: only the figures by kind were looked at, once, when it was done. A second look is replayed: the label of a point is its verdict, so
  the figure says what the path leaves when a model judges perfectly, and, with a tenth of the verdicts turned round at random
  (seeded), when it does not. Reactions go out at once, by code's word alone; what is shown of them, and rewrites, is looked at by its sentences.
- Passages: thirty questions with short answers over real postings and resumes of eleven trades, written from the documents
  before any of them was searched, each with the words that a person would want beside it. What is measured is the prompt that a
  remote model would get, through the product's own retrieval; "in the prompt" counts the job's and the resume's own part of it.
- Lines: the postings and resumes were written and labelled by the writer of those that the reader was trained on, before it was
  trained, in other trades and styles; they were not looked at while it was made. It reads with the multilingual model where its
  file is there.
- Words kept: the answers are the shared recordings, joined with pauses of 0.3 to 3.5 s, of one speaker or of several in turn
  (much is old prose and one speaker has a cold, so the word error rate is no forecast). Documents are real postings and resumes,
  whose names are not said in these answers: what they change there is damage. What they help with is measured on sentences
  that the product's own voice says, written for this and not used to choose how names are told. `--answers 40 --hearings 5`
  hears all of them, which takes an hour and more.
- Retest: the rules score a typed answer by its length alone, so the same answer always gets the same score, and one that is
  written otherwise gets another where its count of words crosses a limit: "I am" is two words and "I'm" is one. That is
  why other contractions miss the bar. The parts of a story were trained on most of these answers. `make eval` takes a quarter of
  them; the figures of all were measured once, on 2026-12-01.
- Stories for questions: sixty pairs of a story and a question of the bank, written and labelled by one person, who also made the
  matching; it was made on half of them, and the other half was measured once.
- Injected sentences in an answer: at first any rise of a score counted (13 of 20 answers rose, most because a longer answer
  or a stated figure scores more). Sentences to the machine are now left out of scoring, and only a rise of 2 and more is
  counted, without a bar. A second set of instructions, committed before it was measured, raised 4 of 24 answers when it was new; the rules
  were then repaired on it.

The published and shared sets were not written here. Nothing here predicts how a person will be judged in an interview.
"""


def page(report: Report, versions: Mapping[str, str], when: str, machine: str) -> str:
    """The whole page as markdown."""
    lines = [_HEAD, f"- when: {when}", f"- machine: {machine}"]
    lines += [f"- {name}: {value}" for name, value in versions.items()]
    lines += [f"- seconds: {', '.join(f'{k} {v}' for k, v in report.seconds.items())}", ""]
    lines += table(report.figures)
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
