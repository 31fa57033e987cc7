"""Ears: recordings in, words with times out."""
