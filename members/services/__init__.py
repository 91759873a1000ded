"""What is done with the register of members. Money is members.ledger's, signing in members.identity's."""
