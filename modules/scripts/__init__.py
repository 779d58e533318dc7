"""What a person's own code runs in."""
