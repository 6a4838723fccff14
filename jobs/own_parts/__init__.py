"""Whether poller, notifier and database turn, said to people on every channel and to outside checks."""
