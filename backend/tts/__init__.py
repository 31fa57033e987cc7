"""Voice: sentences in, sound out."""
