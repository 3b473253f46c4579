"""The demo clinic: invented people, made through the project's own verbs, with dates that follow today."""
