"""How answers are judged: figures, curves, folds."""
