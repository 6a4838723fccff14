"""What is true: devices, policies, towers, alerts, enforcement, access and the journal. Knows no framework."""
