"""What a model package is when it runs: its signature, its program, and the proof it carries."""
