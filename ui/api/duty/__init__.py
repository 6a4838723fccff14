"""Who is on call when, and who is called for an alert, over the API."""
