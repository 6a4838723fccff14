"""Who is called for an alert: teams, rotations, escalation policies and the routes that lead to them."""
