"""Fake outside services for tests; they speak the real protocols over real sockets."""
