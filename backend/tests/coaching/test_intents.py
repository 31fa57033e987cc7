import pytest

from backend.coaching.intents import detect_intent

TABLE = {
    "repeat": [
        "Could you repeat that?", "Can you repeat the question please?", "sorry, could you say that again", "What was the question?",
        "Pardon?", "Sorry?", "I didn't catch that.", "come again", "I didn't hear you, can you repeat that", "one more time please",
    ],
    "clarify": [
        "What do you mean?", "What do you mean by stakeholder?", "Could you clarify the question?", "I don't understand the question",
        "Do you mean at work or at school?", "can you explain that", "Can you be more specific?",
    ],
    "slower": [
        "Slower, please", "Can you speak slower?", "Could you speak a little more slowly please", "Please slow down", "slow down a bit",
        "Sorry, could you say that again more slowly?", "You're too fast for me", "can you repeat the question a bit slower please",
        "not so fast please", "Can you talk a bit slower?", "that was too fast",
    ],
    "faster": ["Faster please", "can you speak faster?", "could you speed up a little", "You are speaking too slowly", "a bit faster"],
    "skip": [
        "Skip", "skip this one please", "Next question", "Can we move on?", "I'd rather not answer that", "pass", "I'll pass",
        "um I'd like to skip that one", "let's go to the next question",
    ],
    "wait": [
        "One moment please", "Give me a second", "Let me think about that", "hold on", "Hmm, let me think for a moment",
        "can I have a minute to think", "that's a good question, let me think",
    ],
    "dont_know": [
        "I don't know", "I have no idea.", "I can't think of an example", "not sure", "I'm not sure how to answer that",
        "Sorry, I don't know the answer to that", "I've never had that situation", "nothing comes to mind",
    ],
    "silence": ["", "   ", "um", "...", "Uh, um", "hmm"],
    "finish": [
        "I want to stop here", "Let's finish the interview", "stop", "end the interview", "I'm done", "that's all for today",
        "can we stop here please",
    ],
    None: [
        "fine", "Yes", "I don't know Kubernetes", "I stopped the line", "We repeat the test every day", "I skip meals",
        "I led a team of five", "I asked the customer to wait", "I passed the exam", "I finished the project early",
        "I end every lesson with a quiz", "I repeat instructions back to patients so nothing is missed",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("wanted", "text"), [(i, t) for i, texts in TABLE.items() for t in texts])
def test_the_whole_reply_must_be_the_request(wanted: str | None, text: str) -> None:
    assert detect_intent(text) == wanted


def test_a_long_answer_that_holds_a_request_is_an_answer() -> None:
    answer = (
        "I asked the pharmacist to repeat the dose because the line was bad, and I wrote it down and read it back to her. "
        * 3
    )
    assert detect_intent(answer) is None


def test_what_recognisers_invent_in_silence_is_silence_only_when_spoken() -> None:
    assert detect_intent("Thank you for watching.", spoken=True) == "silence"
    assert detect_intent("Thank you for watching.") is None


def test_of_two_requests_the_last_counts() -> None:
    assert detect_intent("I don't know. Can we skip this one?") == "skip"


@pytest.mark.parametrize(
    "text",
    [
        "We had to slow down production because the supplier was late.",
        "I asked the team to work faster and they did",
        "The old report was too slow",
        "My manager said I was too fast",
        "It made the checkout much faster",
    ],
)
def test_talk_of_speed_is_an_answer(text: str) -> None:
    assert detect_intent(text, spoken=True) is None
