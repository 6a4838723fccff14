"""Who is called, over the API."""
