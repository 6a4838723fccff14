"""What can be done, through the services as pages and API use them."""
