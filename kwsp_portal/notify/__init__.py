"""What people are told: notices in the portal's inbox, kept as data and put into words when somebody reads them."""
