"""The engine: runs experiments in worker processes and keeps what they made."""
