"""Language: one adapter for any OpenAI-compatible service, and the local server that is the default."""
