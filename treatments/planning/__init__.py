"""Pure geometry and arithmetic of treatments: what the drawings show, what a course costs, which days count."""
