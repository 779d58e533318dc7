"""What every door needs: engines, settings, the record of a run, names looked up."""
