"""Who is called, as pages."""
