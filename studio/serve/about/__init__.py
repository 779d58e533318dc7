"""What an endpoint says of itself: its OpenAPI document and its page."""
