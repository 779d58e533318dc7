"""Reading tables from files: what the modules of the family “data input” share."""
