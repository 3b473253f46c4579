"""The catalogue as staff edit it: what we sell, what we know, what brings people here."""

from treatments.admin import catalogue, concern, facts, glossary, links, questions, rules

__all__ = ["catalogue", "concern", "facts", "glossary", "links", "questions", "rules"]
