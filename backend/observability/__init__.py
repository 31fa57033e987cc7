"""Metrics and logs as listeners; the turn itself contains no metric, log or HTTP call."""
