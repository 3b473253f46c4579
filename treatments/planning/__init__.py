"""Pure geometry and arithmetic of treatments: what the drawings show."""
