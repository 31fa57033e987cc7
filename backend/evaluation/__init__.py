"""Evaluation: how good the product's ears, search, analysis and questions are, as figures with intervals."""
