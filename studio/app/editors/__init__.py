"""The fields that parameters are edited in."""
