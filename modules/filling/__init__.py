"""What Clean Missing Data makes: transformations that fill, drop and keep, and how they are fitted."""
