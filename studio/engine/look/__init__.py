"""Looking at stored values: each file answers one kind of question, in a worker."""
