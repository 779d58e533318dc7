"""Writing tables into files: what Export Data is made of."""
