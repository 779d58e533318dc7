"""Our own scikit-learn estimators and transformers; they know nothing of the studio."""
