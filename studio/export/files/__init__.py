"""The files of a package that say what it is, and how it is run elsewhere."""
