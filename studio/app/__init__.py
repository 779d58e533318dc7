"""The desktop studio: the window over documents, registry and engine."""
