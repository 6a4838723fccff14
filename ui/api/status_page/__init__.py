"""The public status page over the API."""
