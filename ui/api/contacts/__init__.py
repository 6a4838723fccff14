"""How people are reached, over the API."""
