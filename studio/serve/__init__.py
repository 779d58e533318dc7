"""A package that answers: over HTTP, in batches, and as jobs."""
