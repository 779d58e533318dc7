"""Figures of columns, in batches and the same from run to run."""
