"""Grounding: what proves a reply, by code what code can prove, and by a second look of a language model for the rest."""

from backend.coaching.grounding.material import Material, SourceText, Verdict
from backend.coaching.grounding.proof import prove_error, prove_point, prove_question, prove_rewrite, prove_said
from backend.coaching.grounding.quotes import place
from backend.coaching.grounding.second_look import Look, SecondLook

__all__ = ["Look", "Material", "SecondLook", "SourceText", "Verdict", "place",
           "prove_error", "prove_point", "prove_question", "prove_rewrite", "prove_said"]  # fmt: skip
