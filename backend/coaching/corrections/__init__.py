"""Corrections: well-known slips of people who learn a language, found by rules that are data, one file per language."""
