"""What is done with the register of employers and those who act for them."""
