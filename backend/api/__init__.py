"""The only HTTP: one router a noun."""
