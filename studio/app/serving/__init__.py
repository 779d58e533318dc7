"""What the window knows of model packages and of the endpoints that answer from them."""
