"""What an enterprise tells the public of its sites: components under public names, incidents, planned maintenance, availability."""
