"""The small languages in which a person says which rows."""
