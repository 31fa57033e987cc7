"""What we tell you about your answer: measured analysis first, language second, grounding last."""
