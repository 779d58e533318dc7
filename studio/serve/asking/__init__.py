"""What is asked: the forms of a request, and the shapes of answers."""
