# ruff: noqa: SIM905 - word lists
"""What an interview without an author asks: whole questions of the bank, found by the lines of the posting and the resume."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from backend.coaching.analysis import Source
from backend.coaching.author.plan import PlannedQuestion, mixed
from backend.coaching.citing import cite_requirement
from backend.coaching.feedback import Requirement
from backend.coaching.lines.read import LineReader
from backend.coaching.resume_lines import ResumeLine, resume_lines
from backend.coaching.technologies import TECHNOLOGIES
from backend.interview.main_questions import apart, cite_bank
from backend.interview.modes import LanguageSpec, ModeSpec
from backend.interview.question_search import Found, QuestionSearch
from backend.interview.session import Difficulty, SessionPlan
from backend.interview.suitable import protected_requirement, unsuitable
from backend.jobs.question_lines import QuestionLines
from backend.jobs.role_packs import GENERAL, Category, RolePack
from backend.rag.documents import Citation

FITS, FITS_GENERAL, FITS_BY_WORDS = 0.38, 0.36, 0.42
"""Score from which a question of the role's pack, or of the general one, is about a line: of 94 lines whose best question
was the pack's own, about 87 in 100 above it were accepted (requirements_dev.jsonl). The last: where words alone are compared."""
_EQUAL = 0.04
"""Questions whose scores differ by less fit equally; then the one of the wanted difficulty is asked."""
_MOST_POINTING = 2
"""Questions that only point at a line, in one interview."""
_MOST_QUOTED = 15
"""Words of a line of the resume that is read out; a longer one stands beside the question."""
_RESUME_KINDS = ("achievement", "position", "project", "change", "volunteer", "education", "skill")
_FEWEST_SAID = 3
"""Words of three letters and more that a line of a resume has beside its dates."""
_DATES = frozenset(
    """jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october
    november december present current company name city state""".split()
)
"""What stands in a line that is but a date and a place; the last four in resumes whose names were taken out."""
_STOP = re.compile(r"(“[^”]*[^”.?!])”(?= [A-Z])")
"""A line that is read out before the next sentence begins."""
_NAME = re.compile(r"[A-Za-z][\w+#.]*")


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What questions are found with."""

    search: QuestionSearch
    lines: QuestionLines
    reader: LineReader | None = None

    def plan(
        self,
        plan: SessionPlan,
        mode: ModeSpec,
        packs: Sequence[RolePack],
        requirements: Sequence[Requirement],
        sources: Sequence[Source],
    ) -> list[PlannedQuestion]:
        """Questions over the requirements and the resume, in the order in which they are asked; every one of them whole.

        `packs`: the role's own first. Blocking.
        """
        kinds = list(dict.fromkeys(c for stage in mode.stages if stage.requirements for c in stage.categories))
        over_job = self._over_requirements(plan, packs, kinds or ["behavioral"], requirements)
        return mixed([*over_job, *self._over_resume(sources)])

    def pointing_in(
        self, language: LanguageSpec, requirements: Sequence[Requirement], sources: Sequence[Source]
    ) -> list[PlannedQuestion]:
        """The same in another language, in which there is no bank: questions that point at a line beside them."""
        over_job = [
            PlannedQuestion(text=text, kind="behavioral", anywhere=True, citations=[cite_requirement(number, r)])
            for (number, r), text in zip(askable(requirements), language.posting_line, strict=False)
        ]
        lines = self._lines_in_turn(sources)
        over_resume = [
            _over_line(text, source, line) for (source, line), text in zip(lines, language.resume_line, strict=False)
        ]
        return mixed([*over_job[:_MOST_POINTING], *over_resume])

    # --- the posting -------------------------------------------------------------------------------------------------

    def _over_requirements(
        self,
        plan: SessionPlan,
        packs: Sequence[RolePack],
        kinds: Sequence[Category],
        requirements: Sequence[Requirement],
    ) -> list[PlannedQuestion]:
        wanted = askable(requirements)
        candidates = self.search.find([r.text for _, r in wanted], packs, kinds)
        used: set[str] = set()
        found: list[PlannedQuestion] = []
        pointing = 0
        for (number, requirement), fitting in zip(wanted, candidates, strict=True):
            cited = cite_requirement(number, requirement)
            fresh = [f for f in fitting if f.question.text not in used and self._fits(f)]
            best = _best(fresh, plan.difficulty)
            if best is not None:
                used.add(best.question.text)
                found.append(_of_bank(best, cited))
            elif (text := self._pointing(requirement, used)) is not None and pointing < _MOST_POINTING:
                pointing += 1
                used.add(text)
                found.append(PlannedQuestion(text=text, kind="behavioral", anywhere=True, citations=[cited]))
        return found

    def _fits(self, found: Found) -> bool:
        if not self.search.reads_meaning:
            return found.score >= FITS_BY_WORDS
        return found.score >= (FITS_GENERAL if found.pack.name == GENERAL else FITS)

    def _pointing(self, requirement: Requirement, used: set[str]) -> str | None:
        """A question that points at the line, or names the one skill in it that everybody knows by that name."""
        skill = named_skill(requirement.text)
        if skill is not None:
            texts = [t.replace("{skill}", skill) for t in self.lines.about["Posting: skill"]]
        else:
            texts = list(self.lines.about["Posting: line"])
        return _next(texts, used, zlib.crc32(requirement.text.encode()))

    # --- the resume --------------------------------------------------------------------------------------------------

    def _over_resume(self, sources: Sequence[Source]) -> list[PlannedQuestion]:
        """One question a line of the first resume, of all kinds of line in turn."""
        used: set[str] = set()
        return [
            _over_line(text, source, line)
            for source, line in self._lines_in_turn(sources)
            if (text := self._about(line, used)) is not None
        ]

    def _lines_in_turn(self, sources: Sequence[Source]) -> list[tuple[Source, ResumeLine]]:
        """Lines of the first resume, of all kinds of line in turn. What stands above the first place of work is said of
        oneself, and is no achievement."""
        resume = next((s for s in sources if s.kind == "resume"), None)
        if resume is None:
            return []
        by_kind: dict[str, list[ResumeLine]] = {kind: [] for kind in _RESUME_KINDS}
        lines = resume_lines(resume, self.reader)
        work = next((n for n, line in enumerate(lines) if line.kind in ("position", "project")), 0)
        for n, line in enumerate(lines):
            fit = line.kind in by_kind and _tells(line) and (line.kind != "achievement" or n >= work)
            if fit and unsuitable(line.text) is None and protected_requirement(line.text) is None:
                by_kind[line.kind].append(line)
        return [(resume, line) for row in zip_longest(*by_kind.values()) for line in row if line is not None]

    def _about(self, line: ResumeLine, used: set[str]) -> str | None:
        """A question about a line: read out where it is short and whole, else pointed at."""
        texts = self.lines.about.get(f"Resume: {line.kind}", ())
        short = len(line.text.split()) <= _MOST_QUOTED and not {"\n", '"', "“", "”"} & set(line.text)
        wanted = [t for t in texts if ("{line}" in t) == short]
        template = _next(wanted, used, zlib.crc32(line.text.encode()))
        if template is None:
            return None
        used.add(template)
        return _STOP.sub(r"\1.”", template.replace("{line}", line.text.strip().rstrip(".;,")))


def askable(requirements: Sequence[Requirement]) -> list[tuple[int, Requirement]]:
    """Lines of the posting that can be asked about, with their numbers: no conditions, nothing that is protected."""
    return [
        (number, r)
        for number, r in enumerate(requirements)
        if r.source == "document" and not r.eligibility and protected_requirement(r.text) is None
    ]


def _tells(line: ResumeLine) -> bool:
    """Whether a line says enough to be asked about: more than a date and a place; of an achievement, a figure."""
    said = [w for w in re.findall(r"[^\W\d_]{3,}", line.text) if w.casefold() not in _DATES]
    figure = any(c.isdigit() for c in line.text)
    return len(said) >= _FEWEST_SAID and (line.kind != "achievement" or figure)


def _over_line(text: str, source: Source, line: ResumeLine) -> PlannedQuestion:
    cited = cite_resume(source, line.text, line.char_start, line.char_end)
    return PlannedQuestion(text=text, kind="behavioral", anywhere=True, citations=[cited])


def cite_resume(source: Source, quote: str, char_start: int, char_end: int) -> Citation:
    """A line of the resume that stands beside a question."""
    return Citation(
        citation_id="R1", source="document", document_id=source.document_id, title=source.title, quote=quote,
        char_start=char_start, char_end=char_end,
    )  # fmt: skip


def _best(fitting: Sequence[Found], difficulty: Difficulty) -> Found | None:
    """Of the questions that fit a line the nearest; of those that fit equally the one of the wanted difficulty."""
    if not fitting:
        return None
    equal = [f for f in fitting if f.score >= fitting[0].score - _EQUAL]
    return min(equal, key=lambda f: (apart(f.question.difficulty, difficulty), -f.score))


def _of_bank(found: Found, line: Citation) -> PlannedQuestion:
    question = found.question
    return PlannedQuestion(
        text=question.text,
        kind=question.category,
        competency=question.competency,
        difficulty=question.difficulty,
        citations=[line, cite_bank(found.pack, question)],
    )


def _next(texts: Sequence[str], used: set[str], turn: int) -> str | None:
    """One of these that has not been used; which is first depends on `turn`, so that interviews differ."""
    fresh = [t for t in texts if t not in used]
    return fresh[turn % len(fresh)] if fresh else None


def named_skill(text: str) -> str | None:
    """The name of the first tool in a line that is known as one, as the line writes it; None where there is none."""
    names = [m.group().rstrip(".") for m in _NAME.finditer(text)]
    return next((n for n in names if n.casefold() in TECHNOLOGIES and n[0].isupper()), None)
