"""The intake: is it an answer, and is it about something that matters more than the practice?"""

from backend.coaching.intake.lines import authored_line, line
from backend.coaching.intake.read import Intake, Reading

__all__ = ["Intake", "Reading", "authored_line", "line"]
