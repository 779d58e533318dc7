"""Which modules exist: found at run time, wherever they come from."""
