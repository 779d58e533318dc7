"""Small widgets that every part of the window is set from."""
