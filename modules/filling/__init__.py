"""How missing values are filled: the transformations, and what they are fitted by."""
