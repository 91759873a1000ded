"""Rules about a member: ages, and the division of a credit over the accounts. Pure; they know no framework."""
