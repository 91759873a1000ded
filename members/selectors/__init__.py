"""What is read of the register of members."""
