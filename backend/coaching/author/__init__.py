"""Author: a language model writes the coach's reply, and it is proved. Without one, `Coach.compose` speaks for the rules.

Others use `Authors` (choice), `ModelAuthor` (model), what it is given and hands over (ports), and `Capability`.
"""
