"""Evaluation: how good the product's ears, search, analysis, honesty and questions are, as figures with intervals."""
