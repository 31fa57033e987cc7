"""One turn whose reply is proved: a candidate who speaks, with a posting, a resume and an earlier answer."""

from __future__ import annotations

from backend.coaching.grounding import Material, SourceText

POSTING = (
    "Team leader, bicycle workshop in Ghent. Lead 14 mechanics, keep warranty returns under 3 %. Python for the stock list is a plus.\n"
    "Shop opens at 8.30. We look for people who say what went wrong."
)
RESUME = "Mechanic, Veloland, 2016-2021\nWorkshop lead, Pedalworks, 2021-2025, team of 5\nDutch (fluent), Shimano certificate, trade school level 7"
QUESTION = "Tell me about a time you improved something in the workshop."
ANSWER = (
    "So, um, at Pedalworks we had ninety six repairs waiting and people waited, like, four weeks. We used to write it on paper. "
    "I asked Marta, our youngest mechanic, what slows her down, and she said looking for parts, forty minutes a day. "
    "So I put the boxes in three rows, brakes, chains and wheels, and um a label on each one. Marta drew the labels. "
    "After six weeks we were down from four weeks to nine days. It cost two hundred euros. My boss wanted a new system for six thousand. "
    "I start at twenty to eight. In June we had twelve returns and in July nine. I want to learn Python next year."
)
EARLIER = "In Lisbon I sold second hand bikes on Saturdays with thirteen people."

MATERIAL = Material.of(
    ANSWER, QUESTION, [SourceText("job_description", POSTING), SourceText("resume", RESUME)], [EARLIER]
)
BOXES = ["I put the boxes in three rows"]
