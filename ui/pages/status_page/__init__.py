"""Where the public status page is written."""
