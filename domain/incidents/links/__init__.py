"""Links by which people outside read of one incident: the customer, the ticket of a carrier."""
