"""The model manifest and the code that fetches and verifies model files; weights are never in git."""
