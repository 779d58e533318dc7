"""The experiment as plain data: values, edits, files, and what is wrong without running."""
