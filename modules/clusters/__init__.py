"""What clusters say of the rows beside which cluster they are in."""
