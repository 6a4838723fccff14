"""Links in messages to one person: it acknowledges the alert as that person, without a sign-in, once."""
