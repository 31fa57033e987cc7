"""Interview Helper: a voice-first interview coach that runs offline and never makes things up."""

__version__ = "0.1.0"
