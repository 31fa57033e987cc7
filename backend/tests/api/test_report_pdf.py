"""The report on paper says what the report says, on pages that a reader opens and a mentor reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2
import pytest
from pypdf import PdfReader

from backend.app import create_app
from backend.coaching.typefaces import FETCHED
from backend.config import Settings
from backend.tests.client import ANSWER, JOB, RESUME, ContractClient
from backend.tests.conftest import LoopbackServer, fast_settings

OTHER = (
    "We had an outage at night & I was on call <b>. I found the broken index [add: x], rebuilt it and wrote a note. "
    "Привет, #let $x$ *y* @z. " + "The next morning the team thanked me. " * 40
)
CHINESE = "在上一份工作中，每周的库存报告要花掉大半个星期五，所以领导让我想办法加快。之后只需要二十分钟。"
SPOKEN = {
    "zh": CHINESE,
    "ja": "前の仕事では毎週の在庫報告に金曜日のほとんどがかかっていたので、速くするように頼まれました。",
    "ko": "지난 직장에서 주간 재고 보고서에 금요일 대부분이 걸렸기 때문에 더 빠르게 만들어 달라는 요청을 받았습니다.",
    "hi": "मेरी पिछली नौकरी में साप्ताहिक रिपोर्ट में बहुत समय लगता था, इसलिए मैंने उसे तेज़ किया।",
    "ar": "في عملي السابق كان تقرير المخزون الأسبوعي يستغرق معظم يوم الجمعة، فجعلته أسرع بكثير.",
}


def pdf_of(client: ContractClient, session: str, query: str = "") -> bytes:
    response = client.call("GET", f"/sessions/{session}/report.pdf{query}")
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"].startswith('attachment; filename="interview-report-')
    return response.content


def pages_of(pdf: bytes) -> list[str]:
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(pdf)]


def text_of(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))


def packed(text: str) -> str:
    """Letters and figures alone: lines of Chinese are broken without a blank."""
    return "".join(c for c in text if unicodedata.category(c)[0] in "LN")


def roles(pdf: bytes) -> list[str]:
    """The structure elements of a tagged PDF, in reading order."""

    def walk(node: Any) -> Iterator[str]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                yield from walk(one)
        elif isinstance(node, dict):
            if "/S" in node:
                yield str(node["/S"]).lstrip("/")
            yield from walk(node.get("/K"))

    return list(walk(PdfReader(BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]))


def test_the_pdf_holds_the_report(client: ContractClient) -> None:
    job = client.document("job_description", JOB)
    session = client.start(document_ids=[job["document_id"]], role="Backend developer")["session_id"]
    client.turn(session, text=ANSWER)
    turn_id = client.turn(session, text=OTHER)[0].data["turn_id"]
    client.data("PUT", f"/sessions/{session}/turns/{turn_id}/self-rating", json={"overall": 5})
    report = client.data("GET", f"/sessions/{session}/report")
    found = pages_of(pdf_of(client, session))
    text = " ".join(found)
    assert all("Practice feedback, not a hiring prediction." in page for page in found)
    assert report["summary"] in text
    for point in report["strengths"] + report["gaps"]:
        assert point["text"] in text
    for requirement in report["job_fit"]["requirements"]:
        assert requirement["text"] in text
    assert report["scores"]
    for score in report["scores"].values():
        assert f"{score['score']:g} of 5" in text
    assert "Привет, #let $x$ *y* @z." in text


def test_an_interview_without_an_answer_has_a_pdf_too(client: ContractClient) -> None:
    (page,) = pages_of(pdf_of(client, client.start()["session_id"]))
    assert "There was no answer to score yet." in page


def test_every_answer_stands_in_it_with_what_reviewers_said_of_it(client: ContractClient) -> None:
    cv = client.document("resume", RESUME)
    session = client.start(document_ids=[cv["document_id"]])["session_id"]
    answers = [ANSWER, "I found the broken index at night, rebuilt it within an hour and wrote a note for the team."]
    turns = [client.turn(session, text=answer)[0].data["turn_id"] for answer in answers]
    shared = client.data("POST", f"/sessions/{session}/shares")["url"]
    said = [
        {"turn_id": turns[0], "author_name": "Mira Okafor", "text": "Say sooner who asked you.", "char_start": 0, "char_end": 16},
        {"turn_id": turns[1], "author_name": "Jonas", "text": "Which index was it?"},
    ]  # fmt: skip
    comments = [client.data("POST", f"{shared}/comments", json=comment) for comment in said]
    objection = {"point": "summary", "why": "I did name the team."}
    client.data("POST", f"/sessions/{session}/turns/{turns[0]}/objections", json=objection)
    pdf = pdf_of(client, session)
    asked = [client.data("GET", f"/sessions/{session}/turns/{turn}")["question"]["text"] for turn in turns]
    coach = [client.data("GET", f"/sessions/{session}/turns/{turn}")["feedback_text"] for turn in turns]
    order = [
        asked[0], answers[0], coach[0], "You say this is wrong:", "I did name the team.", "Mira Okafor", f"“{answers[0][:16]}”", said[0]["text"],
        asked[1], answers[1], coach[1], "Jonas", said[1]["text"],
    ]  # fmt: skip
    text, place = text_of(pdf), 0
    text = text[text.index("The interview, answer by answer") :]
    for piece in order:
        assert piece
        place = text.index(" ".join(piece.split()), place) + len(piece)
    client.call("DELETE", f"/sessions/{session}/comments/{comments[1]['comment_id']}")
    text = text_of(pdf_of(client, session))
    assert "Jonas" not in text and said[0]["text"] in text


def test_what_is_the_candidates_alone_or_erased_is_not_in_it(client: ContractClient) -> None:
    session = client.start(voice=False)["session_id"]
    gone = client.turn(session, text=f"{ANSWER} Thistlewood was the client.")[0].data["turn_id"]
    assert "Thistlewood" in text_of(pdf_of(client, session))
    client.call("DELETE", f"/sessions/{session}/turns/{gone}/answer")
    client.turn(session, text="I want to kill myself. Quillfeather knows.")
    text = text_of(pdf_of(client, session))
    assert "Thistlewood" not in text and "Quillfeather" not in text


def test_it_is_dated_as_its_interview(client: ContractClient) -> None:
    session = client.start()["session_id"]
    begun = datetime.fromisoformat(client.data("GET", f"/sessions/{session}/report")["session"]["created_at"])
    pdf = pdf_of(client, session)
    about = PdfReader(BytesIO(pdf)).metadata
    assert about is not None and about.creation_date is not None
    assert abs(about.creation_date - begun) < timedelta(seconds=1)
    assert f"{begun.day} {begun:%B %Y}" in text_of(pdf)
    assert pdf_of(client, session) == pdf


def test_a_screen_reader_finds_its_way(client: ContractClient) -> None:
    job = client.document("job_description", JOB)
    session = client.start(document_ids=[job["document_id"]])["session_id"]
    client.turn(session, text=ANSWER)
    pdf = pdf_of(client, session)
    root = PdfReader(BytesIO(pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    found = roles(pdf)
    assert {"H1", "H2", "P", "Table", "TH", "TD", "L", "LI"} <= set(found), sorted(set(found))
    assert found.index("H1") < found.index("Table") < found.index("H2")


@pytest.mark.parametrize("answers", [1, 3, 6])
def test_no_page_but_the_last_is_left_blank(client: ContractClient, answers: int) -> None:
    job = client.document("job_description", JOB)
    session = client.start(document_ids=[job["document_id"]], question_count=answers)["session_id"]
    for number in range(answers):
        client.turn(session, text=f"In year {number + 1} this was so. {OTHER if number % 2 else ANSWER}")
    with pdfplumber.open(BytesIO(pdf_of(client, session))) as read:
        pages = list(read.pages)
        assert len(pages) > 1
        for page in pages[:-1]:
            words = page.crop((0, 0, page.width, page.height * 0.92)).extract_words()
            assert max(word["bottom"] for word in words) > page.height * 0.6
        for page in pages:
            assert all(word["x0"] >= 50 and word["x1"] <= page.width - 50 for word in page.extract_words())


def test_a_word_longer_than_the_line_stays_on_the_page(client: ContractClient) -> None:
    session = client.start()["session_id"]
    client.turn(session, text=f"{ANSWER} https://example.org/{'a1' * 300} was the page.")
    with pdfplumber.open(BytesIO(pdf_of(client, session))) as read:
        for page in read.pages:
            assert max(word["x1"] for word in page.extract_words()) <= page.width - 50


def test_any_letter_can_stand_in_an_answer(client: ContractClient) -> None:
    """One of every block of Unicode and all controls, none of which may break a page or the rules of PDF/UA."""
    odd = (
        "".join(map(chr, range(0x20)))
        + "\x7f\x85\u200b\u200d\u202e\u2028\ufeff\ufffe\uffff\ue000\U0001f468\u200d\U0001f469"
    )
    each = "".join(chr(code) for code in range(0xA0, 0x20000, 0x80) if not 0xD800 <= code < 0xE000)
    session = client.start()["session_id"]
    said = {"text": f"{ANSWER} {odd} {each} The end of it."}
    assert client.call("POST", f"/sessions/{session}/turns", json=said).status_code == 200
    text = text_of(pdf_of(client, session))
    assert "The end of it." in text and "Not every letter could be drawn" in text


def test_without_scores_it_has_no_figures(client: ContractClient) -> None:
    session = client.start()["session_id"]
    client.turn(session, text=ANSWER)
    whole, calm = text_of(pdf_of(client, session)), text_of(pdf_of(client, session, "?figures=false"))
    for figure in ("Scores", "of 5", "51 words Your answer", "Delivery", "Your stories"):
        assert figure in whole and figure not in calm, figure
    assert ANSWER in calm


def test_letters_without_a_typeface_are_named_and_can_be_copied(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    (models / "bank").symlink_to(Settings(_env_file=None).models_dir.expanduser() / "bank")
    app = create_app(fast_settings(tmp_path / "data", models_dir=models))
    with LoopbackServer(app) as server, ContractClient(server.base_url) as client:
        session = client.start(mode="language", language="zh")["session_id"]
        client.turn(session, text=CHINESE)
        text = text_of(pdf_of(client, session))
    assert "Not every letter could be drawn, for want of a typeface: Chinese characters (" in text
    assert "“make models” on the server brings the typefaces." in text
    assert packed(CHINESE) in packed(text)


@pytest.mark.models
@pytest.mark.parametrize("language", SPOKEN)
def test_every_language_is_drawn_with_its_own_letters(client: ContractClient, language: str) -> None:
    assert all((Settings(_env_file=None).models_dir.expanduser() / name).is_dir() for name in FETCHED)
    session = client.start(mode="language", language=language)["session_id"]
    client.turn(session, text=SPOKEN[language])
    pdf = pdf_of(client, session)
    text = text_of(pdf)
    assert "Not every letter could be drawn" not in text
    assert "LastResort" not in str([f for page in PdfReader(BytesIO(pdf)).pages for f in fonts(page)])
    if language not in ("ar", "hi"):  # shaped letters come back in the order in which they are drawn
        assert packed(SPOKEN[language]) in packed(text)


def fonts(page: Any) -> list[str]:
    return [str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()]
