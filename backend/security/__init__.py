"""Tokens, signatures, limits and upload checks."""
