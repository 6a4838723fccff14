"""The public status page: how it looks, where its files are kept, and how they are answered without the rest of the server."""
