"""The report on paper says what the report says, on pages that a reader opens."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader

from backend.tests.client import ANSWER, JOB, ContractClient

OTHER = (
    "We had an outage at night & I was on call <b>. I found the broken index [add: x], rebuilt it and wrote a note. "
    "Привет, 日本語, 中文, 한국어. " + "The next morning the team thanked me. " * 40
)


def pages(client: ContractClient, session: str) -> list[str]:
    response = client.call("GET", f"/sessions/{session}/report.pdf")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"].startswith('attachment; filename="interview-report-')
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(response.content)).pages]


def test_the_pdf_holds_the_report(client: ContractClient) -> None:
    job = client.document("job_description", JOB)
    session = client.start(document_ids=[job["document_id"]], role="Backend developer")["session_id"]
    client.turn(session, text=ANSWER)
    client.turn(session, text=OTHER)
    report = client.data("GET", f"/sessions/{session}/report")
    found = pages(client, session)
    text = " ".join(found)
    assert all("Practice feedback, not a hiring prediction." in page for page in found)
    assert report["summary"] in text
    for point in report["strengths"] + report["gaps"]:
        assert point["text"] in text
    for requirement in report["job_fit"]["requirements"]:
        assert requirement["text"] in text
    for score in report["scores"].values():
        assert f"{score['score']:g} of 5" in text
    assert "Привет" in text


def test_an_interview_without_an_answer_has_a_pdf_too(client: ContractClient) -> None:
    (page,) = pages(client, client.start()["session_id"])
    assert "There was no answer to score yet." in page
