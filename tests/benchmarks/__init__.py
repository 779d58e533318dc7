"""Benchmarks: each prints ratios against a named rival, measured side by side in one run."""
