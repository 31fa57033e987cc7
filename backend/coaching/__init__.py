"""What we tell you about your answer: measured first, then judged, then said."""
